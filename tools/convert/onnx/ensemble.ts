/** The attributes of trees: of TreeEnsembleClassifier and TreeEnsembleRegressor, and of TreeEnsemble as if of those. */
import type { Label } from '../../../src/dump/dump.js'
import { TYPE, type OnnxNode } from './model.js'

const MAX_OUTPUTS = 100_000

export const CONVERT_OTHER = 'Convert the model that the file was made of.'

/** Attributes that are read. */
const KNOWN: ReadonlySet<string> = new Set([
  ...['falsenodeids', 'featureids', 'hitrates', 'missing_value_tracks_true', 'modes', 'nodeids', 'treeids', 'truenodeids', 'values']
    .map(name => `nodes_${name}`),
  ...['ids', 'nodeids', 'treeids', 'weights'].flatMap(name => [`class_${name}`, `target_${name}`]),
  'classlabels_int64s', 'classlabels_strings', 'n_targets', 'post_transform', 'base_values', 'aggregate_function',
  ...['nodes_hitrates', 'nodes_values', 'class_weights', 'target_weights', 'base_values'].map(name => `${name}_as_tensor`)
])

/** Of all trees, an entry per node, one tree after another. */
export interface Nodes {
  readonly tree: readonly number[]
  readonly id: readonly number[]
  readonly feature: readonly number[]
  readonly mode: readonly string[]
  readonly whenTrue: readonly number[]
  readonly whenFalse: readonly number[]
  readonly value: readonly number[]
  readonly missingTrue: readonly number[]
}

/** What leaves add, an entry per number. */
interface Weights {
  readonly tree: readonly number[]
  readonly node: readonly number[]
  readonly output: readonly number[]
  readonly weight: readonly number[]
}

export interface Ensemble {
  readonly nodes: Nodes
  readonly weights: Weights
  /** "class" or "target", as the names of attributes begin. */
  readonly prefix: string
  readonly labels: readonly Label[]
  readonly nTargets: number
  readonly aggregate: string
  readonly transform: string
  readonly base: readonly number[]
}

/** @param isDouble whether the features are float64, and so the numbers of the trees, whatever they are in the file */
export function readEnsemble(node: OnnxNode, nFeatures: number, isDouble: boolean): Ensemble {
  const ensemble = node.operator === 'TreeEnsemble' ? readFifth(node, isDouble) : readThird(node, isDouble)
  const { nTargets, labels, weights, nodes: { feature, mode }, prefix } = ensemble
  const { tree, node: nodes, output, weight } = weights
  if (!(nTargets >= 1 && nTargets <= MAX_OUTPUTS)) {
    node.fail(labels.length > 0 ? 'classlabels_int64s' : 'n_targets', `1 to ${MAX_OUTPUTS} outputs`, String(nTargets))
  }
  if (new Set([tree.length, nodes.length, output.length, weight.length]).size > 1) {
    node.fail(`${prefix}_weights`, `${output.length} entries, as many as ${prefix}_ids`, String(weight.length))
  }
  const wrong = feature.find((f, i) => mode[i] !== 'LEAF' && !(f >= 0 && f < nFeatures))
  if (wrong !== undefined) node.fail('nodes_featureids', `features in 0..${nFeatures - 1}`, String(wrong))
  return ensemble
}

function readThird(node: OnnxNode, isDouble: boolean): Ensemble {
  const unknown = node.attributeNames.find(name => !KNOWN.has(name))
  if (unknown !== undefined) node.fail(unknown, 'an attribute of ai.onnx.ml 1 to 3', 'another one', CONVERT_OTHER)
  const isClassifier = node.operator === 'TreeEnsembleClassifier'
  const labels: Label[] = isClassifier ? [...node.texts('classlabels_strings'), ...node.integers('classlabels_int64s')] : []
  const prefix = isClassifier ? 'class' : 'target'
  const numbers = (name: string): readonly number[] => {
    const inDouble = `${name}_as_tensor`
    if (!node.has(inDouble)) return node.floats(name)
    return isDouble ? node.tensor(inDouble, TYPE.double) : node.fail(inDouble, 'features of float64 beside it', 'others')
  }
  return {
    prefix, labels,
    nTargets: isClassifier ? labels.length : node.integer('n_targets', 1),
    nodes: readNodes(node, numbers('nodes_values')),
    weights: {
      tree: node.integers(`${prefix}_treeids`), node: node.integers(`${prefix}_nodeids`),
      output: node.integers(`${prefix}_ids`), weight: numbers(`${prefix}_weights`)
    },
    aggregate: node.text('aggregate_function', 'SUM'),
    transform: node.text('post_transform', 'NONE'),
    base: numbers('base_values')
  }
}

function readNodes(node: OnnxNode, values: readonly number[]): Nodes {
  const id = node.integers('nodes_nodeids')
  const nNodes = id.length
  if (nNodes === 0) node.fail('nodes_nodeids', 'at least one node', 'none')
  const same = <T>(name: string, list: readonly T[]): readonly T[] =>
    list.length === nNodes ? list : node.fail(name, `${nNodes} entries, one per node`, String(list.length))
  const integers = (name: string) => same(name, node.integers(name))
  const missingTrue = node.integers('nodes_missing_value_tracks_true')
  return {
    tree: integers('nodes_treeids'), id, feature: integers('nodes_featureids'),
    mode: same('nodes_modes', node.texts('nodes_modes')),
    whenTrue: integers('nodes_truenodeids'), whenFalse: integers('nodes_falsenodeids'),
    value: same('nodes_values', values),
    missingTrue: missingTrue.length === 0 ? id.map(() => 0) : same('nodes_missing_value_tracks_true', missingTrue)
  }
}

/** By their numbers in TreeEnsemble. For BRANCH_MEMBER, the last, onnxruntime truncates some numbers and not others. */
const MODES = ['BRANCH_LEQ', 'BRANCH_LT', 'BRANCH_GTE', 'BRANCH_GT', 'BRANCH_EQ', 'BRANCH_NEQ', 'BRANCH_MEMBER']
const AGGREGATES = ['AVERAGE', 'SUM', 'MIN', 'MAX']
const TRANSFORMS = ['NONE', 'SOFTMAX', 'LOGISTIC', 'SOFTMAX_ZERO', 'PROBIT']

/** TreeEnsemble of ai.onnx.ml 5, which has its leaves apart. */
function readFifth(node: OnnxNode, isDouble: boolean): Ensemble {
  const numbers = (name: string) => node.tensor(name, isDouble ? TYPE.double : TYPE.float)
  const modes = node.tensor('nodes_modes', TYPE.uint8)
  const same = (name: string, list: readonly number[], length: number) =>
    list.length === length ? list : node.fail(name, `${length} entries`, String(list.length))
  const integers = (name: string) => same(name, node.integers(name), modes.length)
  const [whenTrue, whenFalse, trueLeaves, falseLeaves, features] =
    ['nodes_truenodeids', 'nodes_falsenodeids', 'nodes_trueleafs', 'nodes_falseleafs', 'nodes_featureids'].map(integers)
  const tracks = node.integers('nodes_missing_value_tracks_true')
  const missing = tracks.length === 0 ? modes.map(() => 0) : same('nodes_missing_value_tracks_true', tracks, modes.length)
  const splits = same('nodes_splits', numbers('nodes_splits'), modes.length)
  const targets = node.integers('leaf_targetids')
  const leafWeights = same('leaf_weights', numbers('leaf_weights'), targets.length)
  const nodes = {
    tree: [] as number[], id: [] as number[], feature: [] as number[], mode: [] as string[], whenTrue: [] as number[],
    whenFalse: [] as number[], value: [] as number[], missingTrue: [] as number[]
  }
  const weights = { tree: [] as number[], node: [] as number[], output: [] as number[], weight: [] as number[] }
  const seen = new Set<number>()
  const roots = node.integers('tree_roots')
  if (roots.length === 0) node.fail('tree_roots', 'at least one tree', 'none')
  roots.forEach((root, tree) => {
    const pending = [{ at: root, isLeaf: false, link: (() => {}) as (child: number) => void }]
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const { at, isLeaf, link } = next
      const index = nodes.id.length
      link(index)
      nodes.tree.push(tree)
      nodes.id.push(index)
      nodes.whenTrue.push(0)
      nodes.whenFalse.push(0)
      if (isLeaf) {
        if (!(at in targets)) node.fail('leaf_targetids', `at least ${at + 1} leaves`, String(targets.length))
        nodes.feature.push(0)
        nodes.mode.push('LEAF')
        nodes.value.push(0)
        nodes.missingTrue.push(0)
        weights.tree.push(tree)
        weights.node.push(index)
        weights.output.push(targets[at])
        weights.weight.push(leafWeights[at])
        continue
      }
      if (!(at in modes) || seen.has(at)) node.fail('nodes_truenodeids', 'trees', `node ${at} twice, or not at all`)
      seen.add(at)
      nodes.feature.push(features[at])
      nodes.mode.push(MODES[modes[at]] ?? String(modes[at]))
      nodes.value.push(splits[at])
      nodes.missingTrue.push(missing[at])
      pending.push(
        { at: whenFalse[at], isLeaf: falseLeaves[at] !== 0, link: child => { nodes.whenFalse[index] = child } },
        { at: whenTrue[at], isLeaf: trueLeaves[at] !== 0, link: child => { nodes.whenTrue[index] = child } }
      )
    }
  })
  const named = (name: string, names: readonly string[], absent: number) => {
    const number = node.integer(name, absent)
    return names[number] ?? node.fail(name, `a number in 0..${names.length - 1}`, String(number))
  }
  return {
    prefix: 'leaf', labels: [], nTargets: node.integer('n_targets', 1), nodes, weights, base: [],
    aggregate: named('aggregate_function', AGGREGATES, 1), transform: named('post_transform', TRANSFORMS, 0)
  }
}
