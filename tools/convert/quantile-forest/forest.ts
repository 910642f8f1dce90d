/**
 * quantile-forest's regressors: https://github.com/zillow/quantile-forest. Their trees are scikit-learn's; beside them
 * stands which training values are in each leaf.
 */
import type { Estimator, ForestDump, Link, TreeDump } from '../../../src/dump/dump.js'
import { checkColumns, type ConvertEstimator } from '../common/estimator.js'
import type { Located } from '../common/located.js'
import { acceptsMissing, nameImportances, takeMissing } from '../sklearn/forest.js'
import { readTree, toTreeDump, type RawTree } from '../sklearn/tree.js'
import { readLeafValues, type LeafValues } from './leaf-values.js'

/**
 * `RandomForestQuantileRegressor`, `ExtraTreesQuantileRegressor`: the quantiles of `default_quantiles`. With one
 * training value in each leaf they are quantiles of the trees' values, else of all training values in a row's leaves.
 */
export const convertQuantileForest: ConvertEstimator = (estimator, columns, context) => {
  checkColumns(estimator, columns)
  const trees = estimator.attr('estimators_').members()
  const count = estimator.attr('n_estimators')
  if (count.number() !== trees.length) {
    count.fail(`${trees.length}, as many trees as were fitted`, 'Set n_estimators to that, and save the model again.')
  }
  const accepted = acceptsMissing(estimator, trees[0]) && !context.frame.isSparse(columns)
  const missing = takeMissing(accepted, columns, context.frame)
  const raw = trees.map((tree, t) => {
    context.progress(t + 1, trees.length)
    return readTree(tree, context)
  })
  const leaves = readLeafValues(estimator, raw, context.claim)
  const quantiles = readQuantiles(estimator)
  const convert = takesOne(estimator, leaves) ? takeValues : takeWeights
  const members = leaves.training.map((_, output): ForestDump => ({
    kind: 'forest',
    estimator: estimator.className ?? '',
    split: '<=',
    precision: 'float32',
    features: [...columns],
    leaves: 'values',
    aggregate: 'sum',
    ...convert(raw, leaves, output, quantiles, missing)
  }))
  const model: Estimator = members.length === 1 ? members[0] : { kind: 'multi-output', members }
  const nOutputs = members.length * (quantiles?.length ?? 1)
  return {
    task: 'regressor',
    outputs: Array.from({ length: nOutputs }, () => ({})),
    model,
    featureImportances: nameImportances(estimator, columns)
  }
}

/** What `predict` answers with unless it is told otherwise; undefined for the mean. */
function readQuantiles(estimator: Located): number[] | undefined {
  const quantiles = estimator.attr('default_quantiles')
  // Version 1.1 had no such parameter.
  if (quantiles.isAbsent) return [0.5]
  const list = Array.isArray(quantiles.value) ? quantiles.items() : [quantiles]
  if (quantiles.isNone || (list.length === 1 && list[0].value === 'mean')) return undefined
  const numbers = list.map(quantile => quantile.number())
  if (numbers.length === 0 || !numbers.every(number => number >= 0 && number <= 1)) {
    quantiles.fail('numbers from 0 to 1, or "mean"', 'Set default_quantiles, and save the model again.')
  }
  return numbers
}

/**
 * Whether `predict` looks at one training value of each leaf alone. Version 1.1 gave these weights as well; before 1.3
 * several had weights by the size of their leaf.
 */
function takesOne(estimator: Located, { isFlat }: LeafValues): boolean {
  const most = estimator.attr('max_samples_leaf')
  if (isFlat && most.value !== 1) {
    most.fail('1, as versions before 1.3 weight leaves by their size', 'Fit it with a newer quantile-forest.')
  }
  return most.value === 1 && !estimator.attr('default_quantiles').isAbsent
}

type Trees = Pick<ForestDump, 'nOutputs' | 'trees'> & { link: Link }

type Convert = (
  raw: readonly RawTree[], leaves: LeafValues, output: number, quantiles: number[] | undefined, missing: boolean
) => Trees

/** An output for each tree: the value in its leaf. */
const takeValues: Convert = (raw, { training, indicesIn, clip }, output, quantiles, missing) => ({
  nOutputs: raw.length,
  link: { kind: 'quantiles', ...(quantiles && { quantiles }) },
  trees: raw.map((tree, t): TreeDump => ({
    ...toTreeDump(tree, node => clip(t, node, training[output][indicesIn(t, node, output)[0]]), { missing }),
    output: t
  }))
})

/** An output for each training value: how often it is in the leaves. */
const takeWeights: Convert = (raw, { training, indicesIn }, output, quantiles, missing) => ({
  nOutputs: training[output].length,
  link: { kind: 'quantiles', ...(quantiles && { quantiles }), training: [...training[output]] },
  trees: raw.map((tree, t) => toTreeDump(tree, node => countEach(indicesIn(t, node, output)), { missing }))
})

/** [index, how often, ...], ascending. */
function countEach(indices: readonly number[]): number[] {
  const counts = new Map<number, number>()
  for (const index of indices) counts.set(index, (counts.get(index) ?? 0) + 1)
  return [...counts].sort(([a], [b]) => a - b).flat()
}
