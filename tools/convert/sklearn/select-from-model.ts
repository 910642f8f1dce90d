import { sumFloat32LikeNumpy, sumLikeNumpy } from '../../../src/arithmetic/numpy-sum.js'
import { allowsNaN, checkSelection } from './allow-nan.js'
import { readImportances } from './feature-importances.js'
import type { Located } from '../common/located.js'
import type { ConvertTransformer } from '../common/transformer.js'

/** `SelectFromModel`: columns whose importance to its fitted estimator reaches a threshold, at most `max_features`. */
export const convertSelectFromModel: ConvertTransformer = (estimator, columns, { frame, boosterImportances }) => {
  const getter = estimator.attr('importance_getter')
  if (!getter.isAbsent && getter.value !== 'auto') getter.fail('"auto"', 'Put sklearn.feature_selection.RFE in its place.')
  const fitted = estimator.anyAttr('estimator_', 'estimator')
  const order = estimator.attr('norm_order')
  const scores = boosterImportances(fitted, columns.length) ??
    readImportances(fitted, columns.length, order.isAbsent ? 1 : order.number())
  checkSelection(estimator, columns, frame, { allowNaN: allowsNaN(estimator.attr('estimator')) })
  const threshold = describeThreshold(estimator.attr('threshold'), fitted)
  const most = estimator.anyAttr('max_features_', 'max_features')
  const ranked = [...scores.keys()].sort((a, b) => scores[b] - scores[a] || a - b)
  const best = new Set(most.isNone ? ranked : ranked.slice(0, most.number()))
  const reaches = readComparison(estimator, scores, threshold)
  return columns.filter((_, i) => best.has(i) && reaches(scores[i]))
}

interface Threshold {
  readonly factor: number | undefined
  readonly reference: 'mean' | 'median' | 'one'
}

/** A number, "mean", "median" or such as "1.25*mean"; by default the mean, or 1e-5 for models with an l1 penalty. */
function describeThreshold(threshold: Located, fitted: Located): Threshold {
  if (threshold.isNone && isSparseModel(fitted)) return { factor: 1e-5, reference: 'one' }
  if (threshold.isNone) return { factor: undefined, reference: 'mean' }
  if (typeof threshold.value === 'number') return { factor: threshold.value, reference: 'one' }
  const [, factor, reference] = /^(?:\s*([^*]+?)\s*\*)?\s*(mean|median)\s*$/.exec(threshold.text()) ??
    threshold.fail('a number, "mean" or "median", or one of these times a number')
  return { factor: factor === undefined ? undefined : Number(factor), reference: reference === 'mean' ? 'mean' : 'median' }
}

/**
 * A factor times a float32 number is float64 to numpy 1 and float32 to numpy 2; either is compared as float32.
 * @returns whether a score reaches the threshold
 */
function readComparison(
  estimator: Located, scores: Float64Array | Float32Array, { factor, reference }: Threshold
): (score: number) => boolean {
  const isFloat32 = scores instanceof Float32Array
  const base = reference === 'one' ? 1 : reference === 'mean' ? mean(scores) : median(scores)
  const limits = [base * (factor ?? 1), Math.fround(base * Math.fround(factor ?? 1))]
  if (!isFloat32) return score => score >= limits[0]
  const reaches = limits.map(limit => (score: number) => score >= Math.fround(limit))
  const major = estimator.numpyMajor
  if (major === undefined && scores.some(score => reaches[0](score) !== reaches[1](score))) {
    return estimator.attr('threshold').fail(
      'a threshold that numpy 1 and 2 round alike, as the file does not say which wrote it', 'Give the threshold as a number.'
    )
  }
  return reaches[major === 2 ? 1 : 0]
}

function isSparseModel(estimator: Located): boolean {
  const name = estimator.className ?? ''
  const ratio = estimator.anyAttr('l1_ratio_', 'l1_ratio').value
  return estimator.attr('penalty').value === 'l1' || name.includes('Lasso') ||
    (ratio === 1 && /^(ElasticNet|LogisticRegression)(CV)?$/.test(name))
}

function mean(values: Float64Array | Float32Array): number {
  if (values instanceof Float32Array) return Math.fround(sumFloat32LikeNumpy(values, 0, values.length) / values.length)
  return sumLikeNumpy(values, 0, values.length) / values.length
}

function median(values: Float64Array | Float32Array): number {
  const sorted = values.toSorted()
  const middle = sorted.length >> 1
  if (sorted.length % 2 === 1) return sorted[middle]
  const sum = sorted[middle - 1] + sorted[middle]
  return (values instanceof Float32Array ? Math.fround(sum) : sum) / 2
}
