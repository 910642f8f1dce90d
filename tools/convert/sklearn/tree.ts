import type { TreeDump } from '../../../src/forest/dump.js'
import { NdArray, readField, readFloat64s } from '../pickle/numpy.js'
import type { Located } from './located.js'
import { sumLikeNumpy } from './numpy-sum.js'

const LEAF = -1

/**
 * A `DecisionTreeClassifier`'s `tree_`, with one output, as a dump's tree.
 * @param estimator the fitted tree estimator
 * @param nClasses columns of the forest; every tree has all of them
 */
export function convertClassifierTree(estimator: Located, nClasses: number): TreeDump {
  const tree = estimator.attr('tree_')
  const nodes = tree.attr('nodes').value
  if (!(nodes instanceof NdArray)) return tree.attr('nodes').fail('the node array of a fitted tree')
  const values = readValues(tree.attr('values'), nodes.size, nClasses)
  const childrenLeft = readField(nodes, 'left_child')
  const weights = readField(nodes, 'weighted_n_node_samples')
  if (holdsTotals(estimator, values, weights[0], nClasses)) normalizeRows(values, nClasses)
  const value: TreeDump['value'] = []
  for (let node = 0; node < childrenLeft.length; node++) {
    if (childrenLeft[node] === LEAF) value.push(leafValue(values, node * nClasses, nClasses))
  }
  return {
    childrenLeft: [...childrenLeft],
    childrenRight: [...readField(nodes, 'right_child')],
    feature: [...readField(nodes, 'feature')],
    threshold: Array.from(readField(nodes, 'threshold'), toFloat64Value),
    weightedNNodeSamples: [...weights],
    value
  }
}

function readValues(at: Located, nNodes: number, nClasses: number): Float64Array {
  const { value } = at
  if (!(value instanceof NdArray)) return at.fail('the value array of a fitted tree')
  const [rows, outputs, classes] = value.shape
  if (value.shape.length !== 3 || rows !== nNodes || outputs !== 1 || classes !== nClasses) {
    return at.fail(`an array of shape (${nNodes}, 1, ${nClasses})`)
  }
  return readFloat64s(value)
}

/**
 * Up to scikit-learn 1.3 a node's values are class totals, which `predict_proba` divides by their sum; since 1.4 they
 * are probabilities, which it leaves alone. Dividing those again would change last bits.
 */
function holdsTotals(estimator: Located, values: Float64Array, rootWeight: number, nClasses: number): boolean {
  const version = estimator.sklearnVersion
  if (version !== undefined) return version[0] < 1 || (version[0] === 1 && version[1] < 4)
  return Math.abs(sumLikeNumpy(values, 0, nClasses) - rootWeight) <= 1e-9 * rootWeight
}

function normalizeRows(values: Float64Array, nClasses: number): void {
  for (let start = 0; start < values.length; start += nClasses) {
    const sum = sumLikeNumpy(values, start, nClasses)
    if (sum === 0) continue
    for (let i = start; i < start + nClasses; i++) values[i] /= sum
  }
}

/** A class that has everything, or [class, probability, ...] without the zeros. */
function leafValue(values: Float64Array, start: number, nClasses: number): number | number[] {
  const pairs: number[] = []
  for (let c = 0; c < nClasses; c++) {
    if (values[start + c] !== 0) pairs.push(c, values[start + c])
  }
  return pairs.length === 2 && pairs[1] === 1 ? pairs[0] : pairs
}

function toFloat64Value(value: number): TreeDump['threshold'][number] {
  return value === Infinity ? 'Infinity' : value === -Infinity ? '-Infinity' : value
}
