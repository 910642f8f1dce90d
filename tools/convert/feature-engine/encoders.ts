/** Categories to numbers, from dicts by column. */
import { readCategories } from '../sklearn/categories.js'
import { pushOutcomes, type Outcome } from '../sklearn/outcomes.js'
import { readFill } from '../sklearn/simple-imputer.js'
import type { Located } from '../common/located.js'
import type { ConvertTransformer } from '../common/transformer.js'
import { listVariables, readVariables } from './variables.js'

/** `encoder_dict_` has a number for each category: the ordinal, count, mean and weight-of-evidence encoders. */
export const convertByDict: ConvertTransformer = (encoder, columns, { frame }) => {
  const columnOf = readVariables(encoder, columns)
  const unknown = readUnknown(encoder)
  for (const { key, at } of encoder.attr('encoder_dict_').entries()) {
    const column = columnOf(key)
    const entries = at.entries()
    const known = entries.filter(entry => !isMissing(entry.key))
    const gap = entries.find(entry => isMissing(entry.key))
    pushOutcomes(column, {
      values: at.instead(known.map(entry => entry.key.value ?? null)),
      known: known.map((entry): Outcome => isMissing(entry.at) ? unknown : [entry.at.number()]),
      missing: refusesMissing(encoder) ? undefined : gap === undefined ? unknown : [gap.at.number()],
      unknown,
      names: [column]
    }, frame)
  }
  return [...columns]
}

function isMissing({ value }: Located): boolean {
  return value === null || Number.isNaN(value)
}

/** Encoders without the option take no missing value. */
function refusesMissing(encoder: Located): boolean {
  const option = encoder.attr('missing_values')
  return option.isAbsent || option.value === 'raise'
}

/** What becomes of a category that the training did not have. Before version 1.3 the option had another name. */
function readUnknown(encoder: Located): Outcome {
  const option = encoder.anyAttr('unseen', 'errors')
  switch (option.isAbsent ? 'ignore' : option.value) {
    case 'ignore': return [NaN]
    case 'raise': return undefined
    case 'encode': return [encoder.attr('_unseen').number()]
    default: return option.fail('"ignore", "raise" or "encode"')
  }
}

/** `OneHotEncoder`: the categories of `encoder_dict_` have columns of their own, after all others. */
export const convertOneHotEncoder: ConvertTransformer = (encoder, columns, { frame }) => {
  const columnOf = readVariables(encoder, columns)
  const encoded = listVariables(encoder, columnOf)
  const dicts = new Map(encoder.attr('encoder_dict_').entries().map(({ key, at }) => [columnOf(key), at]))
  const outputs = encoded.flatMap(column => {
    const list = dicts.get(column) ?? encoder.attr('encoder_dict_').fail(`the categories of "${column}"`)
    const categories = readCategories(list, column, frame)
    frame.readByEncoder(column, { missing: false, unknown: true })
    frame.checkNumbers([column], { missing: false })
    const as = categories.names.map(name => frame.addColumn(`${column}_${name}`))
    if (as.length > 0) frame.steps.push({ op: 'one-hot', column, values: [...categories.values], as })
    return as
  })
  return [...columns.filter(column => !encoded.includes(column)), ...outputs]
}

/** `RareLabelEncoder`: all but the frequent categories become one. */
export const convertRareLabelEncoder: ConvertTransformer = (encoder, columns, { frame }) => {
  const columnOf = readVariables(encoder, columns)
  for (const { key, at } of encoder.attr('encoder_dict_').entries()) {
    const column = columnOf(key)
    const frequent = at.instead(at.items().filter(item => !isMissing(item)).map(({ value = null }) => value))
    const categories = readCategories(frequent, column, frame)
    const rare = Number(readFill(encoder.attr('replace_with'), column, frame))
    if (refusesMissing(encoder)) frame.checkNumbers([column], { missing: false })
    frame.readByEncoder(column, { missing: true, unknown: true })
    frame.steps.push({
      op: 'lookup', column, values: [...categories.values], results: [...categories.values], missing: 'NaN', unknown: rare
    })
    frame.close(column)
  }
  return [...columns]
}
