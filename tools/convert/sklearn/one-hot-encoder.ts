import type { Located } from './located.js'
import type { ConvertTransformer } from './transformer.js'

/** `OneHotEncoder` over text or numbers, with `drop`, without the grouping of infrequent categories. */
export const convertOneHotEncoder: ConvertTransformer = (estimator, columns, { frame }) => {
  const infrequent = estimator.attr('_infrequent_enabled')
  if (infrequent.flag(false)) infrequent.fail('False', 'Grouping of infrequent categories is not supported yet.')
  const ignoreUnknown = readIgnoreUnknown(estimator.attr('handle_unknown'))
  const categories = estimator.attr('categories_').items()
  if (categories.length !== columns.length) estimator.attr('categories_').fail(`categories of ${columns.length} columns`)
  const dropped = readDropped(estimator.attr('drop_idx_'), columns.length)
  return columns.flatMap((column, i) => {
    const values = encodedValues(categories[i])
    if (values.texts !== undefined) frame.setCategories(column, values.texts, ignoreUnknown, categories[i])
    else if (!ignoreUnknown) estimator.attr('handle_unknown').fail('"ignore" for a column of numbers')
    const kept = values.codes.map((_, code) => code).filter(code => code !== dropped[i])
    const as = kept.map(code => frame.addColumn(`${column}_${values.names[code]}`))
    if (as.length > 0) frame.steps.push({ op: 'one-hot', column, values: kept.map(code => values.codes[code]), as })
    return as
  })
}

/** Whether a value that is no category gives zeros everywhere. */
function readIgnoreUnknown(handleUnknown: Located): boolean {
  const value = handleUnknown.text()
  // Without infrequent categories, the two names mean the same.
  if (value === 'ignore' || value === 'infrequent_if_exist') return true
  return value === 'error' ? false : handleUnknown.fail('"error", "ignore" or "infrequent_if_exist"')
}

/** For each column the index of the category that gets no output, if any. */
function readDropped(dropIdx: Located, count: number): Array<number | undefined> {
  if (dropIdx.isNone) return new Array<undefined>(count).fill(undefined)
  return dropIdx.items().map(item => item.isNone ? undefined : item.number())
}

interface EncodedValues {
  /** What the column holds for each category: the category's index for text, itself for numbers. */
  readonly codes: readonly number[]
  readonly names: readonly string[]
  readonly texts?: readonly string[]
}

function encodedValues(categories: Located): EncodedValues {
  const items = categories.items()
  if (items.every(item => typeof item.value === 'string')) {
    const texts = items.map(item => item.text())
    return { codes: texts.map((_, code) => code), names: texts, texts }
  }
  const codes = items.map(item => Number.isNaN(item.value) ? item.fail('a category that is not NaN') : item.number())
  return { codes, names: codes.map(String) }
}
