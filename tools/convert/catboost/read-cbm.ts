/** CatBoost's own format: "CBM1", the model as a FlatBuffer, and the parts that it names, such as CTR tables. */
import { ConvertError } from '../errors/convert-error.js'
import { rootTable, type Table } from './flatbuffers.js'
import {
  CTR_TYPES, type Above, type CatFeature, type CatboostModel, type Condition, type Ctr, type CtrTable, type Equals,
  type FloatFeature, type Projection, type TreeNode
} from './model.js'
import { obliviousTree } from './oblivious.js'
import { MAX_DIMENSION, MAX_FEATURES, MAX_LEVELS, failOther } from './read-json.js'

const MAGIC = [0x43, 0x42, 0x4d, 0x31]
/** Spelled so. */
const FORMAT = 'FlabuffersModel_v1'
const CTR_PART = 'static_provider_v1'
const TREATMENTS = ['AsIs', 'AsFalse', 'AsTrue'] as const
const BUCKET_BYTES = 12
const INVALID_HASH = 2n ** 64n - 1n
const LISTED = 'docs/parity.md lists what is converted.'
const MAX_INT = 2 ** 31 - 1

/** Whether bytes begin as this format does. */
export function isCbm(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, i) => bytes[i] === byte)
}

/**
 * @param bytes for which {@link isCbm} holds
 * @throws ConvertError naming the place, what was expected and what came
 */
export function readCbm(bytes: Uint8Array): CatboostModel {
  const parts = new Parts(bytes.subarray(MAGIC.length))
  const core = rootTable(parts.next('the model'), '')
  const format = core.text(0, 'FormatVersion')
  if (format !== FORMAT) core.fail(`the format ${FORMAT}, but it is ${JSON.stringify(format.slice(0, 40))}`, LISTED)
  const trees = core.table(1, 'ModelTrees')
  const info = new Map(core.tables(2, 'InfoMap').map(entry => [entry.text(0, 'Key'), parseInfo(entry.text(1, 'Value'))]))
  refuseOther(trees)
  const tables = core.texts(3, 'ModelPartIds')[0] === CTR_PART ? readTables(parts) : new Map<string, CtrTable>()
  const floatFeatures = trees.tables(5, 'FloatFeatures').map(readFloatFeature)
  const oneHot = trees.tables(6, 'OneHotFeatures').map(readOneHot)
  const ctrs = trees.tables(7, 'CtrFeatures').map(table => readCtr(table, tables))
  const dimension = trees.i32(0, 'ApproxDimension', 1, MAX_DIMENSION)
  const bias = trees.numbers(16, 'MultiBias', 'f64')
  const oneBias = trees.f64(15, 0)
  const conditions: Condition[] = [
    ...floatFeatures.flatMap(({ index, borders }) => borders.map(border => ({ kind: 'above' as const, feature: index, border }))),
    ...oneHot.flatMap(({ feature, hashes }) => hashes.map(hash => ({ kind: 'equals' as const, feature, hash }))),
    ...ctrs.flatMap(({ borders }, ctr) => borders.map(border => ({ kind: 'ctr' as const, ctr, border })))
  ]
  return {
    version: undefined, info, floatFeatures, ctrs, dimension,
    catFeatures: trees.tables(4, 'CatFeatures').map(readCatFeature),
    scale: trees.f64(14, 1),
    bias: bias.length > 0 ? bias : spreadBias(oneBias, dimension),
    trees: readTrees(trees, dimension, conditions),
    categoryNames: new Map()
  }
}

/** What follows the magic number: lengths, each with its bytes. */
class Parts {
  private at = 0
  private readonly view: DataView

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** 32 bits, or 64 after as many ones. */
  length(what: string): number {
    const short = this.view.getUint32(this.take(4, what), true)
    return short < 0xffffffff ? short : Number(this.view.getBigUint64(this.take(8, what), true))
  }

  next(what: string): Uint8Array {
    const length = this.length(what)
    const start = this.take(length, what)
    return this.bytes.subarray(start, start + length)
  }

  private take(count: number, what: string): number {
    const left = this.bytes.length - this.at
    if (count > left) {
      throw new ConvertError(`${what}, offset ${this.at + MAGIC.length}: expected ${count} bytes, found ${left}.`, {
        hint: 'The file was cut off: save or copy it again.'
      })
    }
    this.at += count
    return this.at - count
  }
}

/** Before 0.25 there is one bias, and none where there are several sums. */
function spreadBias(bias: number, dimension: number): number[] {
  return bias === 0 ? Array.from({ length: dimension }, () => 0) : [bias]
}

/** Notes are text, of which some are JSON. */
function parseInfo(text: string): unknown {
  if (!text.startsWith('{')) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function refuseOther(trees: Table): void {
  for (const [field, kind] of [[12, 'TextFeatures'], [18, 'EmbeddingFeatures']] as const) {
    const [feature] = trees.tables(field, kind)
    if (feature !== undefined) failOther(feature, feature.text(2, 'FeatureId'))
  }
}

function nameOf(table: Table, flatIndex: number): string {
  const name = table.text(2, 'FeatureId') || `x${flatIndex}`
  return name.length <= 200 ? name : table.fail('a name of at most 200 characters')
}

function readIndices(table: Table): { index: number, flatIndex: number } {
  return {
    index: table.i32(0, 'Index', 0, MAX_FEATURES - 1, -1), flatIndex: table.i32(1, 'FlatIndex', 0, MAX_FEATURES - 1, -1)
  }
}

function readCatFeature(table: Table): CatFeature {
  const indices = readIndices(table)
  return { ...indices, name: nameOf(table, indices.flatIndex) }
}

function readFloatFeature(table: Table): FloatFeature {
  const index = table.i32(1, 'Index', 0, MAX_FEATURES - 1, -1)
  const flatIndex = table.i32(2, 'FlatIndex', 0, MAX_FEATURES - 1, -1)
  const name = table.text(4, 'FeatureId') || `x${flatIndex}`
  if (name.length > 200) table.fail('a name of at most 200 characters')
  const nan = TREATMENTS[table.u8(5, 0)] ?? table.fail('a treatment of NaN in 0..2')
  return { index, flatIndex, name, hasNans: table.u8(0, 0) === 1, nan, borders: readBorders(table, 3) }
}

function readBorders(table: Table, field: number): number[] {
  const borders = table.numbers(field, 'Borders', 'f32')
  return borders.every(Number.isFinite) ? borders : table.fail('borders that are finite numbers')
}

function readOneHot(table: Table): { feature: number, hashes: number[] } {
  return { feature: table.i32(0, 'Index', 0, MAX_FEATURES - 1, -1), hashes: table.numbers(1, 'Values', 'i32') }
}

interface CtrBase {
  readonly projection: Projection
  readonly type: Ctr['type']
  /** The same for the same statistic of the same columns. */
  readonly key: string
}

function readBase(table: Table): CtrBase {
  const combination = table.table(0, 'FeatureCombination')
  const categories = combination.numbers(0, 'CatFeatures', 'i32')
  const features = combination.numbers(1, 'FloatSplits', 'i32', 8)
  const borders = combination.numbers(1, 'FloatSplits', 'f32', 8, 4)
  const equal = combination.numbers(2, 'OneHotSplits', 'i32', 8)
  const hashes = combination.numbers(2, 'OneHotSplits', 'i32', 8, 4)
  const conditions: Array<Above | Equals> = [
    ...features.map((feature, i): Above => ({ kind: 'above', feature, border: borders[i] })),
    ...equal.map((feature, i): Equals => ({ kind: 'equals', feature, hash: hashes[i] }))
  ]
  const type = CTR_TYPES[table.u8(1, 0)] ?? table.fail(`a type of CTR in 0..${CTR_TYPES.length - 1}`)
  // Some versions note several ways to cut the target into classes.
  const classifier = table.i32(2, 'TargetBorderClassifierIdx', 0, MAX_INT)
  const key = JSON.stringify([categories, conditions, type, classifier])
  return { projection: { categories, conditions }, type, key }
}

function readCtr(table: Table, tables: ReadonlyMap<string, CtrTable>): Ctr {
  const ctr = table.table(0, 'Ctr')
  const { projection, type, key } = readBase(ctr.table(0, 'Base'))
  return {
    projection, type,
    targetBorder: ctr.i32(1, 'TargetBorderIdx', 0, MAX_DIMENSION),
    prior: [ctr.f32(2, 0), ctr.f32(3, 1)],
    shift: ctr.f32(4, 0),
    scale: ctr.f32(5, 1),
    borders: readBorders(table, 1),
    table: tables.get(key)
  }
}

function readTables(parts: Parts): Map<string, CtrTable> {
  const tables = new Map<string, CtrTable>()
  for (let left = parts.length('CTR tables'); left > 0; left--) {
    const table = rootTable(parts.next('a CTR table'), `CTR table ${tables.size}`)
    const { type, key } = readBase(table.table(0, 'ModelCtrBase'))
    tables.set(key, readTable(table, type))
  }
  return tables
}

/** Buckets of a hash and a place, and the counts by place. */
function readTable(table: Table, type: Ctr['type']): CtrTable {
  const buckets = table.blob(1)
  const blob = table.blob(2)
  const isMean = type === 'BinarizedTargetMeanValue' || type === 'FloatTargetMeanValue'
  const isCount = type === 'Counter' || type === 'FeatureFreq'
  const width = isMean ? 2 : isCount ? 1 : table.i32(4, 'TargetClassesCount', 1, MAX_DIMENSION)
  const cells = new DataView(blob.buffer, blob.byteOffset, blob.byteLength)
  const places = new DataView(buckets.buffer, buckets.byteOffset, buckets.byteLength)
  const counts = new Map<bigint, number[]>()
  for (let at = 0; at + BUCKET_BYTES <= buckets.length; at += BUCKET_BYTES) {
    const hash = places.getBigUint64(at, true)
    if (hash === INVALID_HASH) continue
    const start = 4 * width * places.getUint32(at + 8, true)
    if (start + 4 * width > blob.length) table.fail('counts of each of the combinations')
    counts.set(hash, Array.from({ length: width }, (_, i) =>
      isMean && i === 0 ? cells.getFloat32(start, true) : cells.getInt32(start + 4 * i, true)))
  }
  return { counterDenominator: table.i32(3, 'CounterDenominator', 0, MAX_INT), counts }
}

function readTrees(table: Table, dimension: number, conditions: readonly Condition[]): Array<() => TreeNode> {
  const splits = table.numbers(1, 'TreeSplits', 'i32')
  const sizes = table.numbers(2, 'TreeSizes', 'i32')
  const values = table.numbers(8, 'LeafValues', 'f64')
  const left = table.numbers(10, 'NonSymmetricStepNodes', 'u16', 4)
  const wrong = splits.find(split => !(split >= 0 && split < conditions.length))
  const isOblivious = left.length === 0
  // A node that is a leaf has a split as well, which may be any.
  if (wrong !== undefined && conditions.length > 0) table.fail(`splits in 0..${conditions.length - 1}, but one is ${wrong}`)
  let start = 0
  const starts = sizes.map(size => {
    if (size < 0 || start + size > splits.length) table.fail(`trees of ${splits.length} splits in all`)
    start += size
    return start - size
  })
  if (isOblivious) return readOblivious(table, { splits, sizes, starts, values }, dimension, conditions)
  const nodes = {
    splits, left, right: table.numbers(10, 'NonSymmetricStepNodes', 'u16', 4, 2),
    leaves: table.numbers(11, 'NonSymmetricNodeIdToLeafId', 'u32')
  }
  if (nodes.leaves.length !== splits.length || left.length !== splits.length) table.fail('as many nodes as splits')
  return sizes.map((size, t) => () =>
    nonSymmetricTree(table, nodes, starts[t], starts[t] + size, values, dimension, conditions))
}

function readOblivious(
  table: Table,
  { splits, sizes, starts, values }: Readonly<Record<'splits' | 'sizes' | 'starts' | 'values', readonly number[]>>,
  dimension: number, conditions: readonly Condition[]
): Array<() => TreeNode> {
  let first = 0
  return sizes.map((size, t) => {
    if (size > MAX_LEVELS) table.fail(`at most ${MAX_LEVELS} levels, but tree ${t} has ${size}`)
    const own = first
    first += 2 ** size * dimension
    if (first > values.length) table.fail(`${first} leaf values or more, but there are ${values.length}`)
    const asked = splits.slice(starts[t], starts[t] + size).map(split => conditions[split])
    return obliviousTree(asked, leaf => values.slice(own + leaf * dimension, own + (leaf + 1) * dimension))
  })
}

interface Nodes {
  readonly splits: readonly number[]
  /** How many nodes further on a child is; 0 for a leaf, whose values the node has. */
  readonly left: readonly number[]
  readonly right: readonly number[]
  readonly leaves: readonly number[]
}

function nonSymmetricTree(
  table: Table, { splits, left, right, leaves }: Nodes, start: number, end: number, values: readonly number[],
  dimension: number, conditions: readonly Condition[]
): TreeNode {
  const seen = new Set<number>()
  const leaf = (node: number): TreeNode => {
    if (leaves[node] + dimension > values.length) {
      table.fail(`leaves among ${values.length} values, but that of node ${node} is at ${leaves[node]}`)
    }
    return { values: values.slice(leaves[node], leaves[node] + dimension) }
  }
  const visit = (node: number): TreeNode => {
    if (node >= end || seen.has(node)) table.fail(`a child within its tree and of one parent, but it is node ${node}`)
    seen.add(node)
    if (left[node] === 0 && right[node] === 0) return leaf(node)
    const child = (step: number) => () => step === 0 ? leaf(node) : visit(node + step)
    return { condition: conditions[splits[node]], no: child(left[node]), yes: child(right[node]) }
  }
  return visit(start)
}
