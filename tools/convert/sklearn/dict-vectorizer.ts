import type { Located } from '../common/located.js'
import type { ConvertTransformer } from '../common/transformer.js'

/** The fields of the dicts that a `DictVectorizer` was fitted on: numbers as they are, and those of texts. */
export function listFields(vectorizer: Located): string[] {
  return [...new Set(readFeatures(vectorizer).map(({ field }) => field))]
}

/** A field of texts makes a column of each text, `field=text`. One that is not sent makes zeros. */
export const convertDictVectorizer: ConvertTransformer = (estimator, columns, { frame }) => {
  const features = readFeatures(estimator)
  const fields = [...new Set(features.map(({ field }) => field))]
  if (fields.length !== columns.length) estimator.fail(`the features of ${columns.length} columns`)
  const made = new Map<string, string>()
  const absent = new Map<string, string>()
  fields.forEach((field, i) => {
    const column = columns[i]
    const own = features.filter(feature => feature.field === field)
    const texts = own.flatMap(({ text }) => text ?? [])
    if (texts.length === 0) {
      const where = frame.addColumn(`absent__${column}`)
      frame.steps.push({ op: 'is-missing', columns: [column], as: [where] })
      frame.acceptMissing([column])
      frame.steps.push({ op: 'impute', columns: [column], statistics: [0] })
      frame.impute([column], [undefined])
      made.set(field, column)
      absent.set(column, where)
      return
    }
    if (texts.length !== own.length) {
      estimator.attr('feature_names_').fail(`texts or numbers in "${field}", not both`, 'Make all of them texts before the fit.')
    }
    const values = frame.textCodes(column, texts, estimator)
    frame.readByEncoder(column, { missing: true, unknown: true })
    const as = own.map(({ name }) => frame.addColumn(name))
    frame.steps.push({ op: 'one-hot', column, values, as })
    own.forEach(({ name }, k) => made.set(name, as[k]))
  })
  const outputs = features.map(({ name, field, text }) => made.get(text === undefined ? field : name) ?? field)
  frame.markSparse(outputs, estimator.attr('sparse').flag(true))
  if (estimator.attr('sparse').flag(true)) for (const [column, where] of absent) frame.sparse.storeWhereNot(column, where)
  return outputs
}

interface Feature {
  readonly name: string
  readonly field: string
  /** Absent for a number. */
  readonly text?: string
}

function readFeatures(vectorizer: Located): Feature[] {
  const separator = vectorizer.attr('separator').text()
  return vectorizer.attr('feature_names_').texts().map(name => {
    const end = name.indexOf(separator)
    if (end < 0) return { name, field: name }
    return { name, field: name.slice(0, end), text: name.slice(end + separator.length) }
  })
}
