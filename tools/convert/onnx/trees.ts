/** The trees of all operators, as onnxruntime's kernels for the CPU compute them. */
import type { ForestDump, Link, Output, TreeDump } from '../../../src/dump/dump.js'
import { CONVERT_OTHER, readEnsemble, type Ensemble, type Nodes } from './ensemble.js'
import { TYPE, type OnnxNode } from './model.js'
import type { Tensor } from './tensors.js'

export interface ConvertedTrees {
  readonly forest: ForestDump
  readonly outputs: Output[]
}

/**
 * The sums go in the order of the trees and the base is added at their end, as with one thread: in float64 where the
 * features are, else in float32.
 * @param features the columns that reach the operator
 */
export function convertTrees(node: OnnxNode, { type, columns: features }: Tensor): ConvertedTrees {
  const isDouble = type === TYPE.double
  const ensemble = readEnsemble(node, features.length, isDouble)
  const { labels, nTargets, prefix, weights, aggregate, transform } = ensemble
  const isClassifier = prefix === 'class'
  const isBinary = isClassifier && nTargets === 2
  if (isBinary && weights.output.some(id => id !== 0)) {
    node.fail('class_ids', 'numbers of one class where there are two', 'those of several', CONVERT_OTHER)
  }
  const nOutputs = isBinary ? 1 : nTargets
  const leaves = readLeaves(node, ensemble, nOutputs)
  const trees = splitTrees(node, ensemble.nodes, leaves, nOutputs, isDouble ? previousDouble : previousFloat)
  const base = checkBase(node, ensemble.base, nOutputs)
  const isMean = aggregate === 'AVERAGE'
  if (!isMean && aggregate !== 'SUM') node.fail('aggregate_function', 'SUM or AVERAGE', aggregate.slice(0, 40))
  if (isMean && base.length > 0) node.fail('base_values', 'none beside AVERAGE', 'some')
  if (!isClassifier && transform !== 'NONE') node.fail('post_transform', 'NONE', transform.slice(0, 40))
  // Only TreeEnsemble answers in float64.
  const rounds = isDouble && node.operator !== 'TreeEnsemble'
  const link: Link | undefined = isClassifier ? chooseLink(node, isBinary, ensemble)
    : rounds ? { kind: 'onnx', function: 'identity' } : undefined
  if (isClassifier && !isBinary) assertScored(node, trees, nOutputs)
  return {
    outputs: isClassifier ? [{ classes: [...labels] }] : Array.from({ length: nOutputs }, () => ({})),
    forest: {
      kind: 'forest', estimator: `ONNX ${node.operator}`, split: '<=', precision: isDouble ? 'float64' : 'float32',
      features: [...features], leaves: 'values', nOutputs, aggregate: isMean ? 'mean' : 'sum',
      ...(!isDouble && { accumulate: 'float32' }),
      ...(link !== undefined && { link }),
      trees: [...trees, ...base.length === 0 ? [] : [constantTree(base)]]
    }
  }
}

function chooseLink(node: OnnxNode, isBinary: boolean, { transform, weights }: Ensemble): Link {
  if (isBinary) {
    // Whatever the transform is: weights that are all positive are probabilities to onnxruntime.
    if (weights.weight.every(weight => weight >= 0)) return { kind: 'onnx', function: 'complement' }
    if (transform === 'LOGISTIC') return { kind: 'onnx', function: 'logistic-pair' }
    return node.fail('post_transform', 'LOGISTIC for two classes', transform)
  }
  switch (transform) {
    case 'NONE': return { kind: 'onnx', function: 'identity' }
    case 'SOFTMAX': return { kind: 'onnx', function: 'softmax' }
    case 'LOGISTIC': return { kind: 'onnx', function: 'logistic' }
    default: return node.fail('post_transform', 'NONE, LOGISTIC or SOFTMAX', transform)
  }
}

/** By tree and node: what a leaf adds to each output. */
type Leaves = ReadonlyMap<string, ReadonlyMap<number, number>>

function readLeaves(node: OnnxNode, { prefix, weights }: Ensemble, nOutputs: number): Leaves {
  const { tree: trees, node: nodes, output: ids, weight } = weights
  const leaves = new Map<string, Map<number, number>>()
  if (new Set(ids).size < nOutputs) node.fail(`${prefix}_ids`, `numbers for ${nOutputs} outputs`, `${new Set(ids).size}`)
  ids.forEach((output, i) => {
    if (!(output >= 0 && output < nOutputs)) node.fail(`${prefix}_ids`, `numbers in 0..${nOutputs - 1}`, String(output))
    if (!Number.isFinite(weight[i])) node.fail(`${prefix}_weights`, 'finite numbers', String(weight[i]))
    const key = `${trees[i]}:${nodes[i]}`
    const leaf = leaves.get(key) ?? new Map<number, number>()
    if (leaf.has(output)) node.fail(`${prefix}_ids`, 'each output once per leaf', `${output} again`)
    leaf.set(output, weight[i])
    leaves.set(key, leaf)
  })
  return leaves
}

/** @param previous the number before another, in the precision of the trees */
function splitTrees(
  node: OnnxNode, nodes: Nodes, leaves: Leaves, nOutputs: number, previous: (x: number) => number
): TreeDump[] {
  const { tree, id } = nodes
  const starts = [...tree.keys()].filter(i => i === 0 || tree[i] !== tree[i - 1])
  const falls = starts.some((start, t) => t > 0 && tree[start] < tree[starts[t - 1]])
  if (falls) node.fail('nodes_treeids', 'ascending numbers', 'others')
  return starts.map((start, t) => {
    const end = starts[t + 1] ?? id.length
    const places = new Map(id.slice(start, end).map((number, i) => [number, start + i]))
    if (places.size < end - start) node.fail('nodes_nodeids', `each node of tree ${tree[start]} once`, 'one again')
    return convertTree(node, nodes, leaves, places, start, nOutputs, previous)
  })
}

/** In pre-order, with each question as x <= threshold. */
function convertTree(
  node: OnnxNode, nodes: Nodes, leaves: Leaves, places: ReadonlyMap<number, number>, root: number, nOutputs: number,
  previous: (x: number) => number
): TreeDump {
  const dump = {
    childrenLeft: [] as number[], childrenRight: [] as number[], feature: [] as number[],
    threshold: [] as TreeDump['threshold'], missingGoToLeft: [] as Array<0 | 1>, value: [] as TreeDump['value']
  }
  const splits: NonNullable<TreeDump['categoricalSplits']> = []
  const seen = new Set<number>()
  const pending = [{ at: root, parent: -1, isLeft: true }]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { at, parent, isLeft } = next
    if (seen.has(at)) node.fail('nodes_truenodeids', 'a tree', `node ${nodes.id[at]} with two parents`)
    seen.add(at)
    const index = dump.feature.length
    if (parent >= 0) (isLeft ? dump.childrenLeft : dump.childrenRight)[parent] = index
    dump.childrenLeft.push(-1)
    dump.childrenRight.push(-1)
    if (nodes.mode[at] === 'LEAF') {
      const pairs = [...leaves.get(`${nodes.tree[at]}:${nodes.id[at]}`) ?? []].sort(([a], [b]) => a - b)
      dump.feature.push(-2)
      dump.threshold.push(-2)
      dump.missingGoToLeft.push(0)
      dump.value.push(nOutputs === 1 ? pairs[0]?.[1] ?? 0 : pairs.flat())
      continue
    }
    const { swapped, threshold, category } = readQuestion(node, nodes, at, previous)
    const child = (number: number) =>
      places.get(number) ?? node.fail('nodes_truenodeids', `nodes of tree ${nodes.tree[at]}`, String(number))
    const [left, right] = swapped
      ? [child(nodes.whenFalse[at]), child(nodes.whenTrue[at])]
      : [child(nodes.whenTrue[at]), child(nodes.whenFalse[at])]
    if (category !== undefined) splits.push({ node: index, left: [category] })
    dump.feature.push(nodes.feature[at])
    dump.threshold.push(threshold === Infinity ? 'Infinity' : threshold === -Infinity ? '-Infinity' : threshold)
    // NaN is unequal to everything, whatever the node says of missing values.
    const missingTrue = nodes.missingTrue[at] !== 0 || nodes.mode[at] === 'BRANCH_NEQ'
    dump.missingGoToLeft.push(missingTrue === swapped ? 0 : 1)
    pending.push({ at: right, parent: index, isLeft: false }, { at: left, parent: index, isLeft: true })
  }
  return { ...dump, ...(splits.length > 0 && { categoricalSplits: splits }) }
}

interface Question {
  /** Whether the left child is that of the answer no. */
  readonly swapped: boolean
  readonly threshold: number
  readonly category?: number
}

function readQuestion(node: OnnxNode, nodes: Nodes, at: number, previous: (x: number) => number): Question {
  const mode = nodes.mode[at]
  const value = nodes.value[at]
  if (Number.isNaN(value)) node.fail('nodes_values', 'a threshold', 'NaN')
  switch (mode) {
    case 'BRANCH_LEQ': return { swapped: false, threshold: value }
    case 'BRANCH_LT': return { swapped: false, threshold: previous(value) }
    case 'BRANCH_GT': return { swapped: true, threshold: value }
    case 'BRANCH_GTE': return { swapped: true, threshold: previous(value) }
    case 'BRANCH_EQ': return { swapped: false, threshold: 0, category: value }
    case 'BRANCH_NEQ': return { swapped: true, threshold: 0, category: value }
    default: return node.fail('nodes_modes', 'LEAF or BRANCH_LEQ, LT, GTE, GT, EQ or NEQ', JSON.stringify(mode.slice(0, 40)))
  }
}

/** The float32 before a number: x < value is x <= that. */
function previousFloat(value: number): number {
  if (value === 0) return -(2 ** -149)
  const bits = new Int32Array(1)
  const number = new Float32Array(bits.buffer)
  number[0] = value
  bits[0] += value > 0 ? -1 : 1
  return value === -Infinity ? value : number[0]
}

/** The same of float64. */
function previousDouble(value: number): number {
  if (value === 0) return -Number.MIN_VALUE
  const bits = new BigInt64Array(1)
  const number = new Float64Array(bits.buffer)
  number[0] = value
  bits[0] += value > 0 ? -1n : 1n
  return value === -Infinity ? value : number[0]
}

/** [nOutputs], or none. */
function checkBase(node: OnnxNode, base: readonly number[], nOutputs: number): readonly number[] {
  if (base.length !== 0 && base.length !== nOutputs) {
    node.fail('base_values', `${nOutputs} numbers, or none`, String(base.length))
  }
  if (!base.every(Number.isFinite)) node.fail('base_values', 'finite numbers', 'others')
  return base
}

function constantTree(base: readonly number[]): TreeDump {
  const value = base.length === 1 ? base[0] : base.flatMap((number, output) => [output, number])
  const leaf = { childrenLeft: [-1], childrenRight: [-1], feature: [-2], threshold: [-2] }
  return { ...leaf, missingGoToLeft: [0], value: [value] }
}

/** onnxruntime does not predict a class that no leaf of a row's has a number for. */
function assertScored(node: OnnxNode, trees: readonly TreeDump[], nOutputs: number): void {
  const scored = new Set(trees.flatMap(({ value: [first, ...others] }) => {
    const outputs = (leaf: TreeDump['value'][number]) => Array.isArray(leaf) ? leaf.filter((_, i) => i % 2 === 0) : []
    const rest = others.map(leaf => new Set(outputs(leaf)))
    return outputs(first).filter(output => rest.every(set => set.has(output)))
  }))
  if (scored.size < nOutputs) {
    node.fail('class_ids', 'for each class a tree with a number for it in each leaf', `${scored.size} of ${nOutputs}`)
  }
}
