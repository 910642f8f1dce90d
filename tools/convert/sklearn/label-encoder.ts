import { pushLookup, readCategories } from './categories.js'
import type { ConvertTransformer } from '../common/transformer.js'

/** `LabelEncoder` of one column: the index of the label; another is refused. */
export const convertLabelEncoder: ConvertTransformer = (estimator, columns, { frame }) => {
  if (columns.length !== 1) estimator.fail(`an encoder of ${columns.length} columns`, 'A LabelEncoder takes one.')
  const categories = readCategories(estimator.attr('classes_'), columns[0], frame)
  pushLookup(columns[0], { categories, results: categories.values.map((_, i) => i), unknown: undefined }, frame)
  return [...columns]
}
