import { anyFloat64 } from './categories.js'
import { isVersion } from '../common/estimator.js'
import { pushIndicator } from './missing-indicator.js'
import { readMissingValue } from './missing-value.js'
import type { ConvertTransformer } from '../common/transformer.js'

/**
 * `KNNImputer` with its own distance, and weights that it knows by name. A column that had no value to learn from is
 * dropped, or 0 throughout. Indicators, if it adds them, come after the columns.
 */
export const convertKnnImputer: ConvertTransformer = (estimator, columns, { frame }) => {
  const metric = estimator.attr('metric')
  if (metric.isOpaque || metric.value !== 'nan_euclidean') metric.fail('"nan_euclidean"', 'Functions are not executed.')
  const weights = estimator.attr('weights')
  const kind = weights.isOpaque ? undefined : weights.value
  if (kind !== 'uniform' && kind !== 'distance') return weights.fail('"uniform" or "distance"', 'Functions are not executed.')
  const missing = columns.map(column => readMissingValue(estimator.attr('missing_values'), column, frame))
  const rows = estimator.attr('_mask_fit_X').shape()[0] ?? 0
  const values = estimator.attr('_fit_X').floats(rows * columns.length)
  const gaps = estimator.attr('_mask_fit_X').floats(rows * columns.length)
  const data = columns.map((_, c) => Array.from({ length: rows }, (_, r) => {
    const i = r * columns.length + c
    return anyFloat64(gaps[i] === 1 ? NaN : values[i])
  }))
  const isEmpty = data.map(column => column.every(value => value === 'NaN'))
  const indicators = pushIndicator(estimator, columns, missing, frame)
  frame.checkNumbers(columns, { missing: missing[0] === undefined })
  const [marker] = missing
  frame.steps.push({
    op: 'knn-impute', columns: [...columns], data, neighbors: estimator.attr('n_neighbors').number(), weights: kind,
    ...(kind === 'uniform' && !isVersion(estimator, 1, 6) && { strangers: true as const }),
    ...(marker !== undefined && { missing: marker })
  })
  if (marker === undefined) {
    frame.acceptMissing(columns.filter((_, c) => isEmpty[c]))
    frame.impute(columns.filter((_, c) => !isEmpty[c]), columns.map(() => undefined))
  }
  const keepsEmpty = estimator.attr('keep_empty_features').flag(false)
  const outputs = columns.flatMap((column, c) => {
    if (!isEmpty[c]) return [column]
    return keepsEmpty ? [frame.derive(frame.freeName(`${column} filled`), 0)] : []
  })
  return [...outputs, ...indicators]
}
