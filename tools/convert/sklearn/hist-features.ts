/** What trees of histogram-based gradient boosting see of their columns: in which order, with which categories. */
import { pushLookup, readCategories } from './categories.js'
import { isVersion } from '../common/estimator.js'
import type { Frame } from '../common/frame.js'
import type { Located } from '../common/located.js'

export interface HistFeature {
  readonly column: string
  /** Of a categorical feature: the number that the column holds for each of the codes that the trees know. */
  readonly categories?: ReadonlyMap<number, number>
}

/**
 * The features in the order of the trees' indices.
 * @param columns as the estimator was fitted on
 * @param frame gets the steps, and the categories of columns that are text
 */
export function readHistFeatures(estimator: Located, columns: readonly string[], frame: Frame): HistFeature[] {
  return estimator.attr('_preprocessor').isNone
    ? readRawFeatures(estimator, columns, frame)
    : readEncodedFeatures(estimator, columns, frame)
}

/** Up to scikit-learn 1.3: the columns as they are; categories are small numbers, and what comes is cast to uint8. */
function readRawFeatures(estimator: Located, columns: readonly string[], frame: Frame): HistFeature[] {
  const mapper = estimator.anyAttr('_bin_mapper', 'bin_mapper_')
  // Categories came with 0.24.
  const flags = mapper.attr('is_categorical_')
  if (flags.isNone) return columns.map(column => ({ column }))
  const isCategorical = flags.floats(columns.length)
  const thresholds = mapper.attr('bin_thresholds_').items()
  return columns.map((column, i) => {
    if (isCategorical[i] === 0) return { column }
    const codes = thresholds[i].items().map(item => item.number())
    const cast = frame.copy(column, 'category')
    frame.steps.push({ op: 'to-uint8', columns: [cast], negative: isVersion(estimator, 1, 2) ? 'missing' : 'wrap' })
    return { column: cast, categories: new Map(codes.map(code => [code, code])) }
  })
}

/**
 * Since scikit-learn 1.4: an OrdinalEncoder of its own for the categorical columns, which come first, then the others.
 * Its codes are undone here: the trees are given the column's own numbers, so that nothing is computed for a row.
 */
function readEncodedFeatures(estimator: Located, columns: readonly string[], frame: Frame): HistFeature[] {
  const flags = estimator.attr('is_categorical_').items().map(flag => flag.flag(false))
  if (flags.length !== columns.length) estimator.attr('is_categorical_').fail(`${columns.length} flags`)
  const encoder = estimator.attr('_preprocessor').attr('transformers_').items()
    .map(entry => entry.items())
    .find(([name]) => name.value === 'encoder')?.[1]
  const categories = (encoder ?? estimator.attr('_preprocessor').fail('an encoder of categories')).attr('categories_')
  const lists = categories.items()
  const encoded = columns.filter((_, i) => flags[i])
  if (lists.length !== encoded.length) categories.fail(`the categories of ${encoded.length} columns`)
  return [
    ...encoded.map((column, i) => readEncodedFeature(lists[i], column, frame)),
    ...columns.filter((_, i) => !flags[i]).map(column => ({ column }))
  ]
}

function readEncodedFeature(list: Located, column: string, frame: Frame): HistFeature {
  const categories = readCategories(list, column, frame)
  const items = list.items()
  if (items.some(item => item.value === null)) {
    // None is a category of its own, which no number of the column stands for.
    const coded = frame.copy(column, 'encoder')
    const results = items.map((item, code) => Number.isNaN(item.value) ? NaN : code)
    pushLookup(coded, { categories, results, unknown: NaN }, frame)
    return { column: coded, categories: new Map(results.filter(code => !Number.isNaN(code)).map(code => [code, code])) }
  }
  frame.readByEncoder(column, { missing: true, unknown: true })
  // The encoder takes no infinite number, unlike the trees.
  frame.checkNumbers([column], { missing: true })
  // NaN, which is the last if it is there, has a code but goes where missing values go.
  const known = categories.values.filter(value => !Number.isNaN(value))
  return { column, categories: new Map(known.map((value, code) => [code, value])) }
}
