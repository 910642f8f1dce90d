import { allowsNaN, checkSelection } from './allow-nan.js'
import type { Located } from '../common/located.js'
import type { ConvertTransformer } from '../common/transformer.js'

/** A filter by univariate statistics: it refuses missing values, even in columns that it then leaves out. */
function filter(select: (estimator: Located, count: number) => (position: number) => boolean): ConvertTransformer {
  return (estimator, columns, { frame }) => {
    checkSelection(estimator, columns, frame, { allowNaN: false })
    const keeps = select(estimator, columns.length)
    return columns.filter((_, i) => keeps(i))
  }
}

/** `RFE`, `RFECV` and other selectors that keep their mask: `support_`. */
export const convertBySupport: ConvertTransformer = (estimator, columns, { frame }) => {
  checkSelection(estimator, columns, frame, { allowNaN: allowsNaN(estimator.attr('estimator')) })
  const support = estimator.attr('support_').items()
  if (support.length !== columns.length) estimator.attr('support_').fail(`a mask of ${columns.length} columns`)
  return columns.filter((_, i) => support[i].flag(false))
}

/** `VarianceThreshold`: columns whose variance is above the threshold, whatever their values. */
export const convertVarianceThreshold: ConvertTransformer = (estimator, columns) => {
  const variances = estimator.attr('variances_').floats(columns.length)
  const threshold = estimator.attr('threshold').number()
  return columns.filter((_, i) => variances[i] > threshold)
}

/** `SelectKBest`: the k highest scores; of equal ones the later column wins, and NaN is the lowest. */
const selectKBest = (estimator: Located, count: number, k: Located) => {
  if (k.value === 'all') return () => true
  const ranked = rank(readScores(estimator, count))
  const best = new Set(ranked.slice(count - Math.min(k.number(), count)))
  return (i: number) => best.has(i)
}

/** `SelectPercentile`: scores above a percentile of them; the first columns of exactly that score fill what is left. */
const selectPercentile = (estimator: Located, count: number, percent: Located) => {
  const percentile = percent.number()
  if (percentile === 100 || percentile === 0) return () => percentile === 100
  const scores = readScores(estimator, count)
  const threshold = percentileOf(scores, 100 - percentile)
  const positions = [...scores.keys()]
  const kept = positions.filter(i => scores[i] > threshold)
  const ties = positions.filter(i => scores[i] === threshold)
  const wanted = Math.trunc(count * percentile / 100) - kept.length
  // As Python slices: a negative end counts from the last.
  const all = new Set([...kept, ...ties.slice(0, wanted)])
  return (i: number) => all.has(i)
}

/** `SelectFpr`: p-values below alpha. */
const selectFpr = (estimator: Located, count: number, alpha: Located) => {
  const pValues = estimator.attr('pvalues_').floats(count)
  return (i: number) => pValues[i] < alpha.number()
}

/** `SelectFwe`: p-values below alpha, shared among the columns. */
const selectFwe = (estimator: Located, count: number, alpha: Located) => {
  const pValues = estimator.attr('pvalues_').floats(count)
  return (i: number) => pValues[i] < alpha.number() / count
}

/** `SelectFdr`: Benjamini and Hochberg's procedure. */
const selectFdr = (estimator: Located, count: number, alpha: Located) => {
  const pValues = estimator.attr('pvalues_').floats(count)
  const selected = pValues.toSorted().filter((p, i) => p <= alpha.number() / count * (i + 1))
  return (i: number) => selected.length > 0 && pValues[i] <= selected[selected.length - 1]
}

export const convertSelectKBest = filter((estimator, count) => selectKBest(estimator, count, estimator.attr('k')))
export const convertSelectPercentile = filter((estimator, count) =>
  selectPercentile(estimator, count, estimator.attr('percentile')))
export const convertSelectFpr = filter((estimator, count) => selectFpr(estimator, count, estimator.attr('alpha')))
export const convertSelectFwe = filter((estimator, count) => selectFwe(estimator, count, estimator.attr('alpha')))
export const convertSelectFdr = filter((estimator, count) => selectFdr(estimator, count, estimator.attr('alpha')))

const MODES = {
  percentile: selectPercentile, k_best: selectKBest, fpr: selectFpr, fdr: selectFdr, fwe: selectFwe
} as const

/** `GenericUnivariateSelect`: one of the above by name. */
export const convertGenericUnivariateSelect = filter((estimator, count) => {
  const mode = estimator.attr('mode')
  const name = mode.text()
  if (!Object.hasOwn(MODES, name)) return mode.fail(Object.keys(MODES).join(', '))
  return MODES[name as keyof typeof MODES](estimator, count, estimator.attr('param'))
})

function readScores(estimator: Located, count: number): Float64Array {
  // scikit-learn's _clean_nans.
  return estimator.attr('scores_').floats(count).map(score => Number.isNaN(score) ? -Number.MAX_VALUE : score)
}

/** Positions in ascending order of score, equal ones in their own order: numpy's mergesort. */
function rank(scores: Float64Array): number[] {
  return [...scores.keys()].sort((a, b) => scores[a] - scores[b] || a - b)
}

/** `numpy.percentile` with linear interpolation. */
function percentileOf(values: Float64Array, percentile: number): number {
  const sorted = values.toSorted()
  const position = percentile / 100 * (sorted.length - 1)
  const low = Math.floor(position)
  const high = Math.min(low + 1, sorted.length - 1)
  const t = position - low
  const step = sorted[high] - sorted[low]
  return t >= 0.5 ? sorted[high] - step * (1 - t) : sorted[low] + step * t
}
