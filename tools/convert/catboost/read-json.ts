/** What CatBoost's save_model(format='json') writes. */
import { JsonPlace } from '../common/json-place.js'
import {
  CTR_TYPES, type Above, type CatFeature, type CatboostModel, type Condition, type Ctr, type CtrTable, type Equals,
  type FloatFeature, type NanTreatment, type Projection, type TreeNode
} from './model.js'
import { obliviousTree } from './oblivious.js'

/** CatBoost's own limits, or far beyond them. */
export const MAX_FEATURES = 10_000
export const MAX_DIMENSION = 100_000
export const MAX_LEVELS = 16
const MAX_DEPTH = 500
const MAX_NAME = 200
const INVALID_HASH = 2n ** 64n - 1n

/** Whether this is a model that CatBoost saved as JSON. */
export function isCatboostJson(root: JsonPlace): boolean {
  return !root.key('features_info').isAbsent && !(root.key('oblivious_trees').isAbsent && root.key('trees').isAbsent)
}

/**
 * @param root for which {@link isCatboostJson} holds
 * @throws ConvertError naming the place in the file
 */
export function readCatboostJson(root: JsonPlace): CatboostModel {
  const features = root.key('features_info')
  for (const kind of ['text_features', 'embedding_features']) refuseOther(features.key(kind))
  const floatFeatures = optional(features.key('float_features')).map(readFloatFeature)
  const catPlaces = optional(features.key('categorical_features'))
  const catFeatures = catPlaces.map(readCatFeature)
  const ctrPlaces = optional(features.key('ctrs'))
  const ctrs = ctrPlaces.map(place => readCtr(place, root.key('ctr_data')))
  const firstCtr = floatFeatures.reduce((sum, { borders }) => sum + borders.length, 0) +
    catPlaces.reduce((sum, place) => sum + optional(place.key('values')).length, 0)
  const splits = ctrs.flatMap(({ borders }, ctr) => borders.map(border => ({ kind: 'ctr' as const, ctr, border })))
  const condition = (place: JsonPlace) => readCondition(place, splits, firstCtr)
  const trees = root.key('oblivious_trees').isAbsent
    ? root.key('trees').items().map(place => () => readNode(place, condition))
    : root.key('oblivious_trees').items().map(place => readOblivious(place, condition))
  const [first] = (root.key('oblivious_trees').isAbsent ? root.key('trees') : root.key('oblivious_trees')).items()
  const dimension = first === undefined ? 1 : countValues(first)
  const info = root.key('model_info')
  const { scale, bias } = readScale(root.key('scale_and_bias'), dimension)
  return {
    version: undefined,
    info: new Map(Object.entries(Object(info.value) as Record<string, unknown>)),
    floatFeatures, catFeatures, ctrs, dimension, scale, bias, trees,
    categoryNames: readNames(optional(features.key('cat_features_hash')))
  }
}

/** A list that may be missing, or null where it is empty. */
function optional(place: JsonPlace): JsonPlace[] {
  return place.isAbsent || place.value === null ? [] : place.items()
}

function refuseOther(list: JsonPlace): void {
  const [first] = optional(list)
  if (first !== undefined) failOther(first, textOr(first.key('feature_name').value, first.key('feature_id').value))
}

/** @param name of the feature */
export function failOther(at: { fail: (expected: string, hint?: string) => never }, name: string): never {
  at.fail(
    `numbers and categories, but ${JSON.stringify(name)} is text or an embedding`,
    'Make numbers of it before CatBoost, in a Pipeline or before the rows are sent, and train without text_features and embedding_features.'
  )
}

function textOr(...values: unknown[]): string {
  return values.find(value => typeof value === 'string' && value !== '') as string | undefined ?? ''
}

function readName(place: JsonPlace, flatIndex: number): string {
  const name = textOr(place.key('feature_name').value, place.key('feature_id').value) || `x${flatIndex}`
  return name.length <= MAX_NAME ? name : place.fail(`a name of at most ${MAX_NAME} characters`)
}

function readFloatFeature(place: JsonPlace): FloatFeature {
  const flatIndex = place.key('flat_feature_index').integer(0, MAX_FEATURES - 1)
  const treatment = place.key('nan_value_treatment')
  const nan = treatment.isAbsent ? 'AsIs' : treatment.value
  if (nan !== 'AsIs' && nan !== 'AsFalse' && nan !== 'AsTrue') treatment.fail('"AsIs", "AsFalse" or "AsTrue"')
  return {
    index: place.key('feature_index').integer(0, MAX_FEATURES - 1), flatIndex, name: readName(place, flatIndex),
    hasNans: place.key('has_nans').value === true, nan: nan as NanTreatment, borders: optional(place.key('borders')).map(readFloat32)
  }
}

function readFloat32(place: JsonPlace): number {
  return Math.fround(place.number())
}

function readCatFeature(place: JsonPlace): CatFeature {
  const flatIndex = place.key('flat_feature_index').integer(0, MAX_FEATURES - 1)
  return { index: place.key('feature_index').integer(0, MAX_FEATURES - 1), flatIndex, name: readName(place, flatIndex) }
}

function readHash(place: JsonPlace): number {
  return place.integer(-(2 ** 31), 2 ** 32 - 1) | 0
}

function readNames(entries: readonly JsonPlace[]): Map<number, string> {
  return new Map(entries.flatMap(entry => {
    const { value } = entry.key('value')
    return typeof value === 'string' ? [[readHash(entry.key('hash')), value] as const] : []
  }))
}

function readAbove(place: JsonPlace): Above {
  const feature = place.key('float_feature_index').integer(0, MAX_FEATURES - 1)
  return { kind: 'above', feature, border: readFloat32(place.key('border')) }
}

function readEquals(place: JsonPlace): Equals {
  return { kind: 'equals', feature: place.key('cat_feature_index').integer(0, MAX_FEATURES - 1), hash: readHash(place.key('value')) }
}

function readCondition(place: JsonPlace, splits: readonly Condition[], firstCtr: number): Condition {
  const type = place.key('split_type')
  if (type.value === 'FloatFeature') return readAbove(place)
  if (type.value === 'OneHotFeature') return readEquals(place)
  if (type.value !== 'OnlineCtr') type.fail('"FloatFeature", "OneHotFeature" or "OnlineCtr"', 'docs/parity.md lists what is converted.')
  const index = place.key('split_index')
  const split = splits[index.integer(firstCtr, firstCtr + splits.length - 1) - firstCtr]
  if (split.kind === 'ctr' && split.border !== readFloat32(place.key('border'))) index.fail('the number of a split with the same border')
  return split
}

function readOblivious(place: JsonPlace, condition: (place: JsonPlace) => Condition): () => TreeNode {
  const splits = place.key('splits')
  const conditions = optional(splits).map(condition)
  if (conditions.length > MAX_LEVELS) splits.fail(`at most ${MAX_LEVELS} levels`)
  const leaves = place.key('leaf_values')
  const values = leaves.items()
  const nLeaves = 2 ** conditions.length
  const width = values.length / nLeaves
  if (!Number.isInteger(width) || width === 0) leaves.fail(`a multiple of ${nLeaves} values, for as many leaves`)
  return obliviousTree(conditions, leaf => values.slice(leaf * width, (leaf + 1) * width).map(value => value.number()))
}

function readNode(place: JsonPlace, condition: (place: JsonPlace) => Condition, depth = 0): TreeNode {
  if (depth > MAX_DEPTH) place.fail(`at most ${MAX_DEPTH} levels`)
  const split = place.key('split')
  if (split.isAbsent) return { values: readValues(place.key('value')) }
  return {
    condition: condition(split),
    no: () => readNode(place.key('left'), condition, depth + 1),
    yes: () => readNode(place.key('right'), condition, depth + 1)
  }
}

function readValues(place: JsonPlace): number[] {
  return Array.isArray(place.value) ? place.items().map(item => item.number()) : [place.number()]
}

/** Numbers in a leaf of the first tree. */
function countValues(tree: JsonPlace): number {
  const leaves = tree.key('leaf_values')
  if (!leaves.isAbsent) return Math.floor(leaves.items().length / 2 ** optional(tree.key('splits')).length)
  let node = tree
  for (let depth = 0; !node.key('split').isAbsent && depth <= MAX_DEPTH; depth++) node = node.key('left')
  return readValues(node.key('value')).length
}

/** [scale, bias] or [scale, [bias, ...]]; before 0.25 there was none. */
function readScale(place: JsonPlace, dimension: number): { scale: number, bias: number[] } {
  const none = Array.from({ length: Math.min(dimension, MAX_DIMENSION) }, () => 0)
  if (place.isAbsent) return { scale: 1, bias: none }
  const [scale, offset, ...rest] = place.items()
  if (offset === undefined || rest.length > 0) place.fail('a scale and a bias')
  const bias = readValues(offset)
  const isNone = bias.every(value => value === 0) && bias.length < 2
  return { scale: scale.number(), bias: isNone ? none : bias }
}

function readProjection(elements: JsonPlace): Projection {
  const categories: number[] = []
  const above: Above[] = []
  const equals: Equals[] = []
  for (const element of elements.items()) {
    const kind = element.key('combination_element')
    if (kind.value === 'cat_feature_value') categories.push(element.key('cat_feature_index').integer(0, MAX_FEATURES - 1))
    else if (kind.value === 'float_feature') above.push(readAbove(element))
    else if (kind.value === 'cat_feature_exact_value') equals.push(readEquals(element))
    else kind.fail('a category, a number or an exact category')
  }
  return { categories, conditions: [...above, ...equals] }
}

function readCtr(place: JsonPlace, tables: JsonPlace): Ctr {
  const type = place.key('ctr_type')
  const known = CTR_TYPES.find(name => name === type.value) ?? type.fail(`one of ${CTR_TYPES.join(', ')}`)
  const { value: identifier } = place.key('identifier')
  const table = typeof identifier === 'string' ? tables.key(identifier) : undefined
  return {
    projection: readProjection(place.key('elements')),
    type: known,
    targetBorder: place.key('target_border_idx').integer(0, MAX_DIMENSION),
    prior: [readFloat32(place.key('prior_numerator')), readFloat32(place.key('prior_denomerator'))],
    shift: readFloat32(place.key('shift')),
    scale: readFloat32(place.key('scale')),
    borders: optional(place.key('borders')).map(readFloat32),
    table: table === undefined || table.isAbsent ? undefined : readTable(table)
  }
}

/** A flat list of a hash as text and its counts. One entry is that of no combination. */
function readTable(place: JsonPlace): CtrTable {
  const list = place.key('hash_map')
  const cells = list.items()
  const stride = place.key('hash_stride').integer(2, MAX_DIMENSION)
  if (cells.length % stride !== 0) list.fail(`a multiple of ${stride} elements`)
  const counts = new Map<bigint, number[]>()
  for (let i = 0; i < cells.length; i += stride) {
    const { value } = cells[i]
    if (typeof value !== 'string' || !/^\d{1,20}$/.test(value)) cells[i].fail('a hash of 64 bits as text')
    const hash = BigInt(value as string)
    if (hash !== INVALID_HASH) counts.set(hash, cells.slice(i + 1, i + stride).map(cell => cell.number()))
  }
  return { counterDenominator: place.key('counter_denominator').integer(0, 2 ** 31), counts }
}
