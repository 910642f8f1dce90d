/** TreeEnsembleClassifier and TreeEnsembleRegressor, as onnxruntime's kernels for the CPU compute them. */
import type { ForestDump, Label, Link, Output, TreeDump } from '../../../src/dump/dump.js'
import type { OnnxNode } from './model.js'

const { fround } = Math

const MAX_OUTPUTS = 100_000

const CONVERT_OTHER = 'Convert the model that the file was made of.'

/** Attributes that are read. Those of float64 have other names. */
const KNOWN: ReadonlySet<string> = new Set([
  ...['falsenodeids', 'featureids', 'hitrates', 'missing_value_tracks_true', 'modes', 'nodeids', 'treeids', 'truenodeids', 'values']
    .map(name => `nodes_${name}`),
  ...['ids', 'nodeids', 'treeids', 'weights'].flatMap(name => [`class_${name}`, `target_${name}`]),
  'classlabels_int64s', 'classlabels_strings', 'n_targets', 'post_transform', 'base_values', 'aggregate_function'
])

interface Nodes {
  readonly tree: readonly number[]
  readonly id: readonly number[]
  readonly feature: readonly number[]
  readonly mode: readonly string[]
  readonly whenTrue: readonly number[]
  readonly whenFalse: readonly number[]
  readonly value: readonly number[]
  readonly missingTrue: readonly number[]
}

export interface ConvertedTrees {
  readonly forest: ForestDump
  readonly outputs: Output[]
}

/**
 * The sums go in the order of the trees, in float32, and the base is added at their end, as with one thread.
 * @param features the columns that reach the operator
 */
export function convertTrees(node: OnnxNode, features: readonly string[]): ConvertedTrees {
  const unknown = node.attributeNames.find(name => !KNOWN.has(name))
  if (unknown !== undefined) node.fail(unknown, 'trees of float32', 'this attribute', CONVERT_OTHER)
  const isClassifier = node.operator === 'TreeEnsembleClassifier'
  const labels: Label[] = isClassifier ? [...node.texts('classlabels_strings'), ...node.integers('classlabels_int64s')] : []
  const nTargets = isClassifier ? labels.length : node.integer('n_targets', 1)
  if (!(nTargets >= 1 && nTargets <= MAX_OUTPUTS)) {
    node.fail(isClassifier ? 'classlabels_int64s' : 'n_targets', `1 to ${MAX_OUTPUTS} outputs`, String(nTargets))
  }
  const prefix = isClassifier ? 'class' : 'target'
  const ids = node.integers(`${prefix}_ids`)
  const weights = node.floats(`${prefix}_weights`)
  const isBinary = isClassifier && nTargets === 2
  if (isBinary && ids.some(id => id !== 0)) {
    node.fail('class_ids', 'numbers of one class where there are two', 'those of several', CONVERT_OTHER)
  }
  const nOutputs = isBinary ? 1 : nTargets
  const nodes = readNodes(node, features.length)
  const trees = splitTrees(node, nodes, readLeaves(node, prefix, ids, weights, nOutputs), nOutputs)
  const base = readBase(node, nOutputs)
  const aggregate = node.text('aggregate_function', 'SUM')
  const isMean = aggregate === 'AVERAGE'
  if (!isMean && aggregate !== 'SUM') node.fail('aggregate_function', 'SUM or AVERAGE', aggregate.slice(0, 40))
  if (isMean && base.length > 0) node.fail('base_values', 'none beside AVERAGE', 'some')
  const link = isClassifier ? chooseLink(node, isBinary, weights) : undefined
  const transform = node.text('post_transform', 'NONE')
  if (!isClassifier && transform !== 'NONE') node.fail('post_transform', 'NONE', transform.slice(0, 40))
  if (isClassifier && !isBinary) assertScored(node, trees, nOutputs)
  return {
    outputs: isClassifier ? [{ classes: labels }] : Array.from({ length: nOutputs }, () => ({})),
    forest: {
      kind: 'forest', estimator: `ONNX ${node.operator}`, split: '<=', precision: 'float32', features: [...features],
      leaves: 'values', nOutputs, aggregate: isMean ? 'mean' : 'sum', accumulate: 'float32',
      ...(link !== undefined && { link }),
      trees: [...trees, ...base.length === 0 ? [] : [constantTree(base)]]
    }
  }
}

function chooseLink(node: OnnxNode, isBinary: boolean, weights: readonly number[]): Link {
  const transform = node.text('post_transform', 'NONE')
  if (isBinary) {
    // Whatever the transform is: weights that are all positive are probabilities to onnxruntime.
    if (weights.every(weight => weight >= 0)) return { kind: 'onnx', function: 'complement' }
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

function readNodes(node: OnnxNode, nFeatures: number): Nodes {
  const id = node.integers('nodes_nodeids')
  const nNodes = id.length
  if (nNodes === 0) node.fail('nodes_nodeids', 'at least one node', 'none')
  const same = <T>(name: string, list: readonly T[]): readonly T[] =>
    list.length === nNodes ? list : node.fail(name, `${nNodes} entries, one per node`, String(list.length))
  const integers = (name: string) => same(name, node.integers(name))
  const missingTrue = node.integers('nodes_missing_value_tracks_true')
  const mode = same('nodes_modes', node.texts('nodes_modes'))
  const feature = integers('nodes_featureids')
  const wrong = feature.find((f, i) => mode[i] !== 'LEAF' && !(f >= 0 && f < nFeatures))
  if (wrong !== undefined) node.fail('nodes_featureids', `features in 0..${nFeatures - 1}`, String(wrong))
  return {
    tree: integers('nodes_treeids'), id, feature, mode,
    whenTrue: integers('nodes_truenodeids'), whenFalse: integers('nodes_falsenodeids'),
    value: same('nodes_values', node.floats('nodes_values')),
    missingTrue: missingTrue.length === 0 ? id.map(() => 0) : same('nodes_missing_value_tracks_true', missingTrue)
  }
}

/** By tree and node: what a leaf adds to each output. */
type Leaves = ReadonlyMap<string, ReadonlyMap<number, number>>

function readLeaves(
  node: OnnxNode, prefix: string, ids: readonly number[], weights: readonly number[], nOutputs: number
): Leaves {
  const trees = node.integers(`${prefix}_treeids`)
  const nodes = node.integers(`${prefix}_nodeids`)
  if (new Set([trees.length, nodes.length, ids.length, weights.length]).size > 1) {
    node.fail(`${prefix}_weights`, `${ids.length} entries, as many as ${prefix}_ids`, String(weights.length))
  }
  const leaves = new Map<string, Map<number, number>>()
  if (new Set(ids).size < nOutputs) node.fail(`${prefix}_ids`, `numbers for ${nOutputs} outputs`, `${new Set(ids).size}`)
  ids.forEach((output, i) => {
    if (!(output >= 0 && output < nOutputs)) node.fail(`${prefix}_ids`, `numbers in 0..${nOutputs - 1}`, String(output))
    if (!Number.isFinite(weights[i])) node.fail(`${prefix}_weights`, 'finite numbers', String(weights[i]))
    const key = `${trees[i]}:${nodes[i]}`
    const leaf = leaves.get(key) ?? new Map<number, number>()
    if (leaf.has(output)) node.fail(`${prefix}_ids`, 'each output once per leaf', `${output} again`)
    leaf.set(output, weights[i])
    leaves.set(key, leaf)
  })
  return leaves
}

function splitTrees(node: OnnxNode, nodes: Nodes, leaves: Leaves, nOutputs: number): TreeDump[] {
  const { tree, id } = nodes
  const starts = [...tree.keys()].filter(i => i === 0 || tree[i] !== tree[i - 1])
  const falls = starts.some((start, t) => t > 0 && tree[start] < tree[starts[t - 1]])
  if (falls) node.fail('nodes_treeids', 'ascending numbers', 'others')
  return starts.map((start, t) => {
    const end = starts[t + 1] ?? id.length
    const places = new Map(id.slice(start, end).map((number, i) => [number, start + i]))
    if (places.size < end - start) node.fail('nodes_nodeids', `each node of tree ${tree[start]} once`, 'one again')
    return convertTree(node, nodes, leaves, places, start, nOutputs)
  })
}

/** In pre-order, with each question as x <= threshold. */
function convertTree(
  node: OnnxNode, nodes: Nodes, leaves: Leaves, places: ReadonlyMap<number, number>, root: number, nOutputs: number
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
    const { swapped, threshold, category } = readQuestion(node, nodes.mode[at], nodes.value[at])
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

function readQuestion(node: OnnxNode, mode: string, value: number): Question {
  if (Number.isNaN(value)) node.fail('nodes_values', 'a threshold', 'NaN')
  switch (mode) {
    case 'BRANCH_LEQ': return { swapped: false, threshold: value }
    case 'BRANCH_LT': return { swapped: false, threshold: below(value) }
    case 'BRANCH_GT': return { swapped: true, threshold: value }
    case 'BRANCH_GTE': return { swapped: true, threshold: below(value) }
    case 'BRANCH_EQ': return { swapped: false, threshold: 0, category: value }
    case 'BRANCH_NEQ': return { swapped: true, threshold: 0, category: value }
    default: return node.fail('nodes_modes', 'LEAF or BRANCH_LEQ, LT, GTE, GT, EQ or NEQ', JSON.stringify(mode.slice(0, 40)))
  }
}

/** The float32 before a number: x < value is x <= that. */
function below(value: number): number {
  if (value === 0) return -(2 ** -149)
  const bits = new Int32Array(1)
  const number = new Float32Array(bits.buffer)
  number[0] = value
  bits[0] += value > 0 ? -1 : 1
  return value === -Infinity ? value : number[0]
}

/** [nOutputs], or none. */
function readBase(node: OnnxNode, nOutputs: number): number[] {
  const base = node.floats('base_values').map(fround)
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
