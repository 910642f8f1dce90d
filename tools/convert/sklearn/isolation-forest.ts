import type { ForestDump, TreeDump } from '../../../src/dump/dump.js'
import { log } from '../../../src/arithmetic/libm-log.js'
import { checkColumns, isVersion, type ConvertEstimator } from '../common/estimator.js'
import { takeMissing } from './forest.js'
import type { Located } from '../common/located.js'
import { readTree, toTreeDump, type RawTree } from './tree.js'

const EULER_GAMMA = 0.5772156649015329

/** `IsolationForest`: at what depth trees isolate a row. The values are `score_samples` and `decision_function`. */
export const convertIsolationForest: ConvertEstimator = (estimator, columns, context) => {
  const { frame, progress } = context
  const missing = takeMissing(isVersion(estimator, 1, 6, false), columns, frame)
  checkColumns(estimator, columns)
  const estimators = estimator.attr('estimators_').members()
  const subsets = estimator.attr('estimators_features_')
  const pathLengths = estimator.attr('_decision_path_lengths')
  const averageLengths = estimator.attr('_average_path_length_per_tree')
  const trees = estimators.map((tree, t): TreeDump => {
    const raw = readTree(tree, context)
    // The walk of a sparse matrix compares a missing value like any other, which is never below a threshold.
    if (frame.isSparse(columns)) raw.missingGoToLeft?.fill(0)
    const features = readSubset(subsets, t, columns.length)
    const depths = pathLengths.isAbsent ? computeDepths(raw) : pathLengths.items()[t].floats(raw.nNodes)
    const lengths = averageLengths.isAbsent
      ? raw.counts.map(averagePathLength) : averageLengths.items()[t].floats(raw.nNodes)
    progress(t + 1, estimators.length)
    return toTreeDump(raw, node => depths[node] + lengths[node] - 1, {
      ...(features === undefined ? {} : { features }),
      missing
    })
  })
  const maxSamples = estimator.anyAttr('_max_samples', 'max_samples_').number()
  const model: ForestDump = {
    kind: 'forest',
    estimator: 'IsolationForest',
    split: '<=',
    precision: 'float32',
    features: [...columns],
    ...(isVersion(estimator, 1, 6, false) ? { acceptsInfinite: true } : {}),
    leaves: 'values',
    nOutputs: 1,
    aggregate: 'sum',
    link: {
      kind: 'isolation',
      denominator: trees.length * averagePathLength(maxSamples),
      offset: estimator.attr('offset_').number()
    },
    trees
  }
  return { task: 'outlier-detector', outputs: [{ classes: [-1, 1] }], model }
}

/** The columns that a tree of an ensemble sees; undefined when it sees them all in order. */
export function readSubset(subsets: Located, index: number, nColumns: number): number[] | undefined {
  if (subsets.isAbsent) return undefined
  const subset = subsets.items()[index].items().map(item => item.number())
  return subset.length === nColumns && subset.every((feature, i) => feature === i) ? undefined : subset
}

/** [nNodes] Nodes on the way from the root, both ends included. */
function computeDepths({ nNodes, childrenLeft, childrenRight }: RawTree): Float64Array {
  const depths = new Float64Array(nNodes).fill(1)
  const pending = [0]
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (childrenLeft[node] === -1) continue
    for (const child of [childrenLeft[node], childrenRight[node]]) {
      // A child that comes before its parent would be a loop, which the validation of the dump names.
      if (!(child > node && child < nNodes)) continue
      depths[child] = depths[node] + 1
      pending.push(child)
    }
  }
  return depths
}

/** Average length of an unsuccessful search in a binary search tree of n: Liu, Ting and Zhou (2008), equation 1. */
function averagePathLength(n: number): number {
  if (n <= 1) return 0
  if (n === 2) return 1
  return 2 * (log(n - 1) + EULER_GAMMA) - 2 * (n - 1) / n
}
