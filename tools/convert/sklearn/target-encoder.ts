import { pushLookup, readAllCategories } from './categories.js'
import type { ConvertTransformer } from '../common/transformer.js'

/**
 * `TargetEncoder`: the mean of the target that was learnt for each category, and that of all rows for an unknown one.
 * For a target of several classes each column becomes one per class.
 */
export const convertTargetEncoder: ConvertTransformer = (estimator, columns, { frame }) => {
  const type = estimator.attr('target_type_').text()
  const nClasses = type === 'multiclass' ? estimator.attr('classes_').items().length : 1
  const means = estimator.attr('target_mean_')
  const unknown = type === 'multiclass' ? [...means.floats(nClasses)] : [means.number()]
  const encodings = estimator.attr('encodings_').items()
  if (encodings.length !== columns.length * nClasses) {
    estimator.attr('encodings_').fail(`${columns.length * nClasses} encodings, ${nClasses} for each of ${columns.length} columns`)
  }
  return readAllCategories(estimator, columns, frame).flatMap((categories, i) =>
    // All but the last work on a copy: a lookup takes the categories' place.
    unknown.map((_, k) => k < nClasses - 1 ? frame.copy(columns[i], `class${k}`) : columns[i]).map((column, k) => {
      const results = [...encodings[i * nClasses + k].floats(categories.values.length)]
      pushLookup(column, { categories, results, unknown: unknown[k] }, frame)
      return column
    }))
}
