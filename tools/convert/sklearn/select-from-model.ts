import { sumLikeNumpy } from '../../../src/forest/numpy-sum.js'
import { allowsNaN, checkSelection } from './allow-nan.js'
import { readImportances } from './feature-importances.js'
import type { Located } from './located.js'
import type { ConvertTransformer } from './transformer.js'

/** `SelectFromModel`: columns whose importance to its fitted estimator reaches a threshold, at most `max_features`. */
export const convertSelectFromModel: ConvertTransformer = (estimator, columns, { frame }) => {
  const getter = estimator.attr('importance_getter')
  if (!getter.isAbsent && getter.value !== 'auto') getter.fail('"auto"', 'Put sklearn.feature_selection.RFE in its place.')
  const fitted = estimator.anyAttr('estimator_', 'estimator')
  const order = estimator.attr('norm_order')
  const scores = readImportances(fitted, columns.length, order.isAbsent ? 1 : order.number())
  checkSelection(estimator, columns, frame, { allowNaN: allowsNaN(estimator.attr('estimator')) })
  const threshold = readThreshold(estimator.attr('threshold'), fitted, scores)
  const most = estimator.anyAttr('max_features_', 'max_features')
  const ranked = [...scores.keys()].sort((a, b) => scores[b] - scores[a] || a - b)
  const best = new Set(most.isNone ? ranked : ranked.slice(0, most.number()))
  return columns.filter((_, i) => best.has(i) && scores[i] >= threshold)
}

/** A number, "mean", "median" or such as "1.25*mean"; by default the mean, or 1e-5 for models with an l1 penalty. */
function readThreshold(threshold: Located, fitted: Located, scores: Float64Array): number {
  if (typeof threshold.value === 'number') return threshold.value
  const text = threshold.isNone ? (isSparseModel(fitted) ? '1e-5*one' : 'mean') : threshold.text()
  const [, factor, reference] = /^(?:\s*([^*]+?)\s*\*)?\s*(mean|median|one)\s*$/.exec(text) ??
    threshold.fail('a number, "mean" or "median", or one of these times a number')
  const base = reference === 'one' ? 1 : reference === 'mean' ? mean(scores) : median(scores)
  return factor === undefined ? base : Number(factor) * base
}

function isSparseModel(estimator: Located): boolean {
  const name = estimator.className ?? ''
  const ratio = estimator.anyAttr('l1_ratio_', 'l1_ratio').value
  return estimator.attr('penalty').value === 'l1' || name.includes('Lasso') ||
    (ratio === 1 && /^(ElasticNet|LogisticRegression)(CV)?$/.test(name))
}

function mean(values: Float64Array): number {
  return sumLikeNumpy(values, 0, values.length) / values.length
}

function median(values: Float64Array): number {
  const sorted = values.toSorted()
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
