/** scikit-learn's `Tree`: https://github.com/scikit-learn/scikit-learn/blob/main/sklearn/tree/_tree.pyx */
import type { TreeDump } from '../../../src/dump/dump.js'
import { sumLikeNumpy } from '../../../src/arithmetic/numpy-sum.js'
import { NdArray, readField, readFloat64s } from '../pickle/numpy.js'
import { isVersion, type EstimatorContext } from '../common/estimator.js'
import type { Located } from '../common/located.js'

const LEAF = -1

/** The nodes of a fitted tree and what they hold, as the file has them. */
export interface RawTree {
  readonly nNodes: number
  readonly childrenLeft: Float64Array
  readonly childrenRight: Float64Array
  readonly feature: Float64Array
  readonly threshold: Float64Array
  /** Training weight and number of rows that reached each node. */
  readonly weights: Float64Array
  readonly counts: Float64Array
  /** Absent before scikit-learn 1.3. */
  readonly missingGoToLeft: Float64Array | undefined
  /** [nNodes x nOutputs x width] Class totals or probabilities, or predicted values. */
  readonly values: Float64Array
  readonly nOutputs: number
  /** Numbers an output: the classes of the output that has most, or 1. */
  readonly width: number
}

/** @param estimator a fitted tree estimator, with `tree_` */
export function readTree(estimator: Located, { claim }: Pick<EstimatorContext, 'claim'>): RawTree {
  const tree = estimator.attr('tree_')
  const nodes = tree.attr('nodes').value
  if (!(nodes instanceof NdArray)) return tree.attr('nodes').fail('the node array of a fitted tree')
  claim(tree.attr('nodes'))
  const values = tree.attr('values')
  if (!(values.value instanceof NdArray)) return values.fail('the value array of a fitted tree')
  const [rows, nOutputs, width] = values.value.shape
  if (values.value.shape.length !== 3 || rows !== nodes.size) return values.fail(`an array of ${nodes.size} nodes`)
  return {
    nNodes: nodes.size,
    childrenLeft: readField(nodes, 'left_child'),
    childrenRight: readField(nodes, 'right_child'),
    feature: readField(nodes, 'feature'),
    threshold: readField(nodes, 'threshold'),
    weights: readField(nodes, 'weighted_n_node_samples'),
    counts: readField(nodes, 'n_node_samples'),
    missingGoToLeft: nodes.dtype?.fields?.has('missing_go_to_left') === true
      ? readField(nodes, 'missing_go_to_left') : undefined,
    values: readFloat64s(values.value),
    nOutputs,
    width
  }
}

/**
 * A tree of a dump around the values of its leaves.
 * @param features the forest's index of each feature that the tree knows; its own when left out
 */
export function toTreeDump(
  tree: RawTree,
  leafValue: (node: number) => TreeDump['value'][number],
  { features, missing }: { features?: readonly number[], missing: boolean }
): TreeDump {
  const value: TreeDump['value'] = []
  for (let node = 0; node < tree.nNodes; node++) if (tree.childrenLeft[node] === LEAF) value.push(leafValue(node))
  return {
    childrenLeft: [...tree.childrenLeft],
    childrenRight: [...tree.childrenRight],
    feature: Array.from(tree.feature, feature => feature < 0 || features === undefined ? feature : features[feature]),
    threshold: Array.from(tree.threshold, toFloat64Value),
    ...(missing && tree.missingGoToLeft !== undefined
      ? { missingGoToLeft: Array.from(tree.missingGoToLeft, flag => flag === 0 ? 0 as const : 1 as const) } : {}),
    weightedNNodeSamples: [...tree.weights],
    value
  }
}

export function toFloat64Value(value: number): TreeDump['threshold'][number] {
  return value === Infinity ? 'Infinity' : value === -Infinity ? '-Infinity' : value
}

/**
 * Class probabilities of the nodes, [nNodes x width] for one output after the other.
 *
 * Up to scikit-learn 1.3 a node's values are class totals, which `predict_proba` divides by their sum; since 1.4 they
 * are probabilities, which it leaves alone. Dividing those again would change last bits.
 * @param nClasses of each output
 */
export function readProbabilities(estimator: Located, tree: RawTree, nClasses: readonly number[]): Float64Array {
  const { values, width, nOutputs } = tree
  const expected = Math.max(...nClasses)
  if (nOutputs !== nClasses.length || width !== expected) {
    return estimator.attr('tree_').attr('values').fail(`an array of shape (${tree.nNodes}, ${nClasses.length}, ${expected})`)
  }
  if (!holdsTotals(estimator, tree, nClasses[0])) return values
  const probabilities = values.slice()
  for (let start = 0; start < values.length; start += width) {
    const n = nClasses[(start / width) % nOutputs]
    const sum = sumLikeNumpy(values, start, n)
    if (sum !== 0) for (let i = start; i < start + n; i++) probabilities[i] /= sum
  }
  return probabilities
}

function holdsTotals(estimator: Located, { values, weights }: RawTree, nClasses: number): boolean {
  if (estimator.sklearnVersion !== undefined) return !isVersion(estimator, 1, 4)
  return Math.abs(sumLikeNumpy(values, 0, nClasses) - weights[0]) <= 1e-9 * weights[0]
}

/** [output, value, ...] of the numbers that are not zero. */
export function toPairs(numbers: ArrayLike<number>, start: number, count: number, firstOutput = 0): number[] {
  const pairs: number[] = []
  for (let i = 0; i < count; i++) {
    if (numbers[start + i] !== 0) pairs.push(firstOutput + i, numbers[start + i])
  }
  return pairs
}

/** A class that has everything as a mere number, anything else as pairs. */
export function toLeaf(pairs: number[]): number | number[] {
  return pairs.length === 2 && pairs[1] === 1 ? pairs[0] : pairs
}
