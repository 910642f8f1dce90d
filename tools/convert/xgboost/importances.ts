/** What XGBoost's estimators say of their features: Booster.get_score, and `feature_importances_` made of it. */
import { sumFloat32LikeNumpy } from '../../../src/arithmetic/numpy-sum.js'
import type { JsonPlace } from '../common/json-place.js'
import type { Located } from '../common/located.js'
import { readIntegers, readNumbers } from './lists.js'

const { fround } = Math

/** By importance_type: what is added up over a feature's splits, and whether that is divided by their number. */
const TYPES: Readonly<Record<string, { readonly statistic: string | undefined, readonly isMean: boolean }>> = {
  weight: { statistic: undefined, isMean: false },
  gain: { statistic: 'loss_changes', isMean: true },
  cover: { statistic: 'sum_hessian', isMean: true },
  total_gain: { statistic: 'loss_changes', isMean: false },
  total_cover: { statistic: 'sum_hessian', isMean: false }
}

/**
 * Whether the estimator has importances. A type that XGBoost does not know stops those alone, not the prediction; so do
 * trees of several outputs up to 3.1, which have no gains.
 */
export function hasImportances(type: Located, model: JsonPlace): boolean {
  const statistic = findType(type)?.statistic
  return findType(type) !== undefined &&
    (statistic === undefined || listTrees(model).every(tree => !tree.key(statistic).isAbsent))
}

function listTrees(model: JsonPlace): JsonPlace[] {
  const booster = model.key('learner').key('gradient_booster')
  return (booster.key('name').value === 'dart' ? booster.key('gbtree') : booster).key('model').key('trees').items()
}

function findType(type: Located): typeof TYPES[string] | undefined {
  if (type.isNone || type.value === '') return TYPES.gain
  return typeof type.value === 'string' && Object.hasOwn(TYPES, type.value) ? TYPES[type.value] : undefined
}

/**
 * `feature_importances_`: over all trees, those after the best round of an early stopping too, in float32.
 * @param type `importance_type` of the estimator
 * @param model of a booster, as {@link convertBooster} takes it
 * @returns [nFeatures]
 */
export function readImportances(type: Located, model: JsonPlace, nFeatures: number): Float32Array {
  const known = findType(type)
  if (known === undefined) return type.fail(Object.keys(TYPES).join(', '))
  const { statistic, isMean } = known
  const sums = new Float32Array(nFeatures)
  const counts = new Float64Array(nFeatures)
  for (const tree of listTrees(model)) addSplits(tree, statistic, sums, counts)
  const scores = isMean ? sums.map((sum, i) => sum / Math.max(1, counts[i])) : sums
  const total = sumFloat32LikeNumpy(scores, 0, nFeatures)
  return total === 0 ? scores : scores.map(score => score / total)
}

/** XGBoost walks down to the right child first, and that order settles how sums are rounded. */
function addSplits(tree: JsonPlace, statistic: string | undefined, sums: Float32Array, counts: Float64Array): void {
  const left = readIntegers(tree.key('left_children'), -1, 2 ** 31)
  const right = readIntegers(tree.key('right_children'), -1, 2 ** 31, left.length)
  const feature = readIntegers(tree.key('split_indices'), 0, 2 ** 32 - 1, left.length)
  const values = statistic === undefined ? undefined : readNumbers(tree.key(statistic), left.length)
  const seen = new Uint8Array(left.length)
  const pending = [0]
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (left[node] === -1) continue
    const f = feature[node]
    if (f >= sums.length || !(left[node] < left.length && right[node] < left.length) || seen[node]++ > 0) {
      tree.fail(`a tree of features in 0..${sums.length - 1}`)
    }
    sums[f] += values === undefined ? 1 : fround(values[node])
    counts[f]++
    pending.push(left[node], right[node])
  }
}
