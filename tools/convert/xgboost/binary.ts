/**
 * The binary format that XGBoost's save_model wrote for all names but .json and .ubj up to 3.0, and pickles of its
 * classes up to 1.2: what is in memory, structure by structure. Source: `LearnerIO::LoadModel`, `GBTreeModel::Load` and
 * `RegTree::Load`.
 */
import { BinaryReader } from './binary-reader.js'

/** Parameters of the learner come first, then the length of the objective's name and the name. */
const NAME_LENGTH_AT = 136
const NAME_AT = NAME_LENGTH_AT + 8
const MAX_NAME = 32
const OBJECTIVE = /^(gpu:)?(binary|multi|reg|rank|count|survival):\w+$/

/** Of the parameters, whether of the learner, of all trees or of one, each of which is followed by reserved space. */
const LEARNER_WORDS = NAME_LENGTH_AT / 4
const MODEL_WORDS = 40
const TREE_WORDS = 37
const NODE_WORDS = 5
const STATISTICS_WORDS = 4
const LEAST_TREE_BYTES = 4 * (TREE_WORDS + NODE_WORDS + STATISTICS_WORDS)

/** The first bit of a node's word for its feature says where a missing value goes. */
const FEATURE_MASK = 2 ** 31 - 1

/** What a model of JSON has by these names, as far as the binary format holds it. */
export interface BinaryModel {
  readonly version: readonly [major: number, minor: number, patch: number]
  readonly learner: Readonly<Record<string, unknown>>
}

/**
 * Whether bytes are a model in the binary format. Before 1.1 nothing at its beginning tells it from other files; the
 * name of an objective in its place does.
 */
export function isBinary(bytes: Uint8Array): boolean {
  const start = skipMark(bytes)
  const length = bytes[start + NAME_LENGTH_AT] ?? 0
  const rest = bytes.subarray(start + NAME_LENGTH_AT + 1, start + NAME_AT)
  if (length === 0 || length > MAX_NAME || rest.some(byte => byte !== 0)) return false
  return OBJECTIVE.test(text(bytes, start + NAME_AT, length))
}

/**
 * @param bytes for which {@link isBinary} holds
 * @returns the same as the JSON of the model; before 1.0 with `base_margin` for `base_score`
 * @throws ConvertError naming the offset, what was expected and what came
 */
export function readBinary(bytes: Uint8Array): BinaryModel {
  const start = skipMark(bytes)
  const reader = new BinaryReader(bytes, start)
  const words = reader.integers(LEARNER_WORDS, 'parameters of the learner')
  const [baseScore] = new BinaryReader(bytes, start).floats(1, 'the base score')
  const [, num_feature, num_class, hasAttributes, hasMetrics, major, minor, num_target] = words
  const objective = reader.text("the objective's name").replace(/^gpu:/, '')
  const name = reader.text("the booster's name")
  const base = major < 1 ? { base_margin: baseScore } : { base_score: baseScore }
  const learner = {
    learner_model_param: { ...base, num_feature, num_class, ...(isSince16(major, minor) && { num_target }) },
    objective: { name: objective }
  }
  const version = [major, minor, 0] as const
  // Of a linear model no more is read than that it is one.
  if (name !== 'gbtree' && name !== 'dart') return { version, learner: { ...learner, gradient_booster: { name } } }
  const model = readTrees(reader, isSince16(major, minor))
  const gradient_booster = name === 'dart' ? { name, gbtree: { model }, weight_drop: readWeights(reader, model) } : { name, model }
  const attributes = hasAttributes === 0 ? {} : readAttributes(reader)
  if (major < 1) skipConfiguration(reader, objective, hasMetrics !== 0)
  if (reader.left > 0) reader.fail('the end of the model', `${reader.left} more bytes`)
  return { version, learner: { ...learner, gradient_booster, attributes } }
}

/** Since then some of what was reserved has a meaning. */
function isSince16(major: number, minor: number): boolean {
  return major > 1 || (major === 1 && minor >= 6)
}

/** Since 1.1 a file begins with these letters, some older ones do. */
function skipMark(bytes: Uint8Array): number {
  return text(bytes, 0, 4) === 'binf' ? 4 : 0
}

function text(bytes: Uint8Array, start: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(start, start + length))
}

interface Trees {
  readonly gbtree_model_param: unknown
  readonly trees: readonly unknown[]
  readonly tree_info: Int32Array
}

function readTrees(reader: BinaryReader, knowsParallel: boolean): Trees {
  const [count, num_parallel_tree] = reader.integers(MODEL_WORDS, 'parameters of the trees')
  if (count < 0 || count * LEAST_TREE_BYTES > reader.left) {
    reader.fail('a number of trees that fit in the file', String(count))
  }
  const trees = Array.from({ length: count }, () => readTree(reader))
  return {
    gbtree_model_param: knowsParallel ? { num_parallel_tree } : {},
    trees,
    tree_info: reader.integers(count, 'the outputs of the trees')
  }
}

/** DART's, which are there when a tree is. */
function readWeights(reader: BinaryReader, { trees }: Trees): Float32Array {
  return reader.floats(trees.length === 0 ? 0 : reader.length(4, 'weights of trees'), 'weights of trees')
}

function readTree(reader: BinaryReader): Readonly<Record<string, unknown>> {
  const [nRoots, nNodes, , , , width] = reader.integers(TREE_WORDS, 'parameters of a tree')
  if (nRoots > 1) reader.fail('trees of one root each', `one of ${nRoots}`)
  if (width > 1) reader.fail('one value per leaf', String(width))
  if (nNodes < 1 || nNodes * (NODE_WORDS + STATISTICS_WORDS) * 4 > reader.left) {
    reader.fail('a number of nodes that fit in the file', String(nNodes))
  }
  const nodes = reader.integers(nNodes * NODE_WORDS, 'nodes')
  const statistics = toFloats(reader.integers(nNodes * STATISTICS_WORDS, 'statistics of nodes'))
  const column = <T extends Int32Array | Float32Array>(all: T, at: number, width: number) =>
    all.filter((_, i) => i % width === at) as T
  const features = column(nodes, 3, NODE_WORDS)
  return {
    tree_param: {},
    left_children: column(nodes, 1, NODE_WORDS),
    right_children: column(nodes, 2, NODE_WORDS),
    split_indices: features.map(word => word & FEATURE_MASK),
    default_left: Uint8Array.from(features, word => word < 0 ? 1 : 0),
    split_conditions: column(toFloats(nodes), 4, NODE_WORDS),
    loss_changes: column(statistics, 0, STATISTICS_WORDS),
    sum_hessian: column(statistics, 1, STATISTICS_WORDS)
  }
}

/** The same bits, as float32. */
function toFloats({ buffer }: Int32Array): Float32Array {
  return new Float32Array(buffer)
}

function readAttributes(reader: BinaryReader): Readonly<Record<string, string>> {
  const attributes = Object.create(null) as Record<string, string>
  for (let left = reader.length(16, 'attributes'); left > 0; left--) {
    const key = reader.text("an attribute's name")
    attributes[key] = reader.text('an attribute')
  }
  return attributes
}

/** What training goes on with. Before 0.72 the file ended here. */
function skipConfiguration(reader: BinaryReader, objective: string, hasMetrics: boolean): void {
  if (objective === 'count:poisson' && reader.left > 0) reader.text('the maximum step')
  if (!hasMetrics || reader.left === 0) return
  for (let left = reader.length(8, 'metrics'); left > 0; left--) reader.text('a metric')
}
