import type { TreeDump } from '../../../src/dump/dump.js'
import type { JsonPlace } from '../common/json-place.js'
import { countItems, readCount, readIntegers, readNumbers } from './lists.js'

/** A category is an element of a bit set: XGBoost has no larger one. */
const MAX_CATEGORY = 2 ** 24 - 1

/** The parallel arrays of a tree in the file; nodes that pruning left over are still there. */
interface TreeFile {
  readonly left: Float64Array
  readonly right: Float64Array
  readonly feature: Float64Array
  /** Threshold at a split. */
  readonly condition: Float64Array
  /** A leaf's value, or its values for all outputs, finite. */
  readonly values: (leaf: number) => number | Float64Array
  readonly missingLeft: Float64Array
  readonly cover: Float64Array | undefined
  readonly gain: Float64Array | undefined
  /** By node: the categories that go to the right. */
  readonly categories: ReadonlyMap<number, readonly number[]>
}

export interface ConvertedTree {
  readonly tree: TreeDump
  /** Told the feature and the gain of each split, float32. */
  readonly gains: ReadonlyArray<readonly [feature: number, gain: number]>
}

/**
 * A tree in pre-order. XGBoost compares with `<`; a categorical split sends its categories to the right and everything
 * else to the left, which is the other way round in a dump: there the children change places.
 * @param place an element of `trees`
 * @param output what leaves with one value are of
 * @param weigh what becomes of a leaf's float32 value of an output before it is added, as a float32
 * @throws ConvertError naming the place
 */
export function convertTree(
  place: JsonPlace, nFeatures: number, output: number, weigh: (leaf: number, output: number) => number
): ConvertedTree {
  const file = readTree(place, nFeatures)
  const { left, right, feature, condition, values, missingLeft, cover, gain, categories } = file
  const tree = {
    childrenLeft: [] as number[], childrenRight: [] as number[], feature: [] as number[],
    threshold: [] as TreeDump['threshold'], missingGoToLeft: [] as Array<0 | 1>, output, value: [] as TreeDump['value']
  }
  const covers: number[] = []
  const splits: NonNullable<TreeDump['categoricalSplits']> = []
  const gains: Array<readonly [number, number]> = []
  const seen = new Uint8Array(left.length)
  const pending = [{ node: 0, parent: -1, isLeft: true }]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { node, parent, isLeft } = next
    if (seen[node]++ > 0) place.fail(`a tree, but node ${node} has two parents`)
    const index = tree.feature.length
    if (parent >= 0) (isLeft ? tree.childrenLeft : tree.childrenRight)[parent] = index
    tree.childrenLeft.push(-1)
    tree.childrenRight.push(-1)
    covers.push(Math.max(0, cover?.[node] ?? 0))
    if (left[node] === -1) {
      tree.feature.push(-2)
      tree.threshold.push(-2)
      tree.missingGoToLeft.push(0)
      const value = values(node)
      tree.value.push(typeof value === 'number'
        ? weigh(value, output)
        : [...value].flatMap((number, k) => [k, weigh(number, k)]))
      continue
    }
    if (right[node] === -1) place.key('right_children').fail(`a child of node ${node}, which has a left one`)
    const rightCategories = categories.get(node)
    const swapped = rightCategories !== undefined
    if (swapped) splits.push({ node: index, left: [...rightCategories] })
    tree.feature.push(feature[node])
    tree.threshold.push(swapped ? 0 : toThreshold(place, node, condition[node]))
    tree.missingGoToLeft.push((missingLeft[node] !== 0) === swapped ? 0 : 1)
    if (gain !== undefined) gains.push([feature[node], Math.fround(gain[node])])
    pending.push({ node: swapped ? left[node] : right[node], parent: index, isLeft: false })
    pending.push({ node: swapped ? right[node] : left[node], parent: index, isLeft: true })
  }
  return {
    tree: {
      ...tree,
      ...(cover !== undefined && { weightedNNodeSamples: covers }),
      ...(splits.length > 0 && { categoricalSplits: splits })
    },
    gains
  }
}

function readTree(place: JsonPlace, nFeatures: number): TreeFile {
  place.mustBeObject()
  const nNodes = countItems(place.key('left_children'))
  if (nNodes === 0) place.key('left_children').fail('at least one node')
  const children = (name: string, hasChild: (node: number) => boolean) => {
    const list = place.key(name)
    const numbers = readIntegers(list, -1, nNodes - 1, nNodes)
    return numbers.some((child, node) => child === 0 && hasChild(node)) ? list.fail('no child 0, which is the root') : numbers
  }
  const optional = (name: string) => place.key(name).isAbsent ? undefined : readNumbers(place.key(name), nNodes)
  const left = children('left_children', () => true)
  const right = children('right_children', node => left[node] !== -1)
  const condition = readNumbers(place.key('split_conditions'), nNodes).map(Math.fround)
  const width = readWidth(place)
  return {
    left,
    right,
    feature: readFeatures(place, left, nFeatures),
    condition,
    values: width > 1
      ? readVectors(place, width, left, right)
      : leaf => finite(place.key('split_conditions'), leaf, condition[leaf]),
    missingLeft: readIntegers(place.key('default_left'), 0, 1, nNodes),
    cover: optional('sum_hessian'),
    gain: optional('loss_changes'),
    categories: readCategories(place, nNodes)
  }
}

/** How many values a leaf has. */
export function readWidth(tree: JsonPlace): number {
  return Math.max(1, readCount(tree.key('tree_param').key('size_leaf_vector'), 0, 2 ** 31, 1))
}

/** Since 3.2 the right child of a leaf is its place in a list of leaves, before that all nodes have values. */
function readVectors(place: JsonPlace, width: number, left: Float64Array, right: Float64Array): TreeFile['values'] {
  const hasLeaves = !place.key('leaf_weights').isAbsent
  const list = place.key(hasLeaves ? 'leaf_weights' : 'base_weights')
  const weights = readNumbers(list, hasLeaves ? undefined : width * left.length).map(Math.fround)
  return leaf => {
    const at = hasLeaves ? right[leaf] : leaf
    if (at < 0 || width * (at + 1) > weights.length) {
      place.key('right_children').fail(`places among ${weights.length / width} leaves, but node ${leaf} has ${at}`)
    }
    return weights.subarray(width * at, width * (at + 1)).map(value => finite(list, leaf, value))
  }
}

/** Leaves and nodes that pruning left over may have any number for a feature. */
function readFeatures(place: JsonPlace, left: Float64Array, nFeatures: number): Float64Array {
  const list = place.key('split_indices')
  const features = readIntegers(list, 0, 2 ** 32 - 1, left.length)
  const wrong = features.findIndex((feature, node) => left[node] !== -1 && feature >= nFeatures)
  if (wrong >= 0) list.fail(`features in 0..${nFeatures - 1}, but node ${wrong} has ${features[wrong]}`)
  return features
}

/** The categories of each categorical split: `sizes[i]` from `segments[i]` on belong to node `nodes[i]`. */
function readCategories(place: JsonPlace, nNodes: number): Map<number, readonly number[]> {
  const found = new Map<number, readonly number[]>()
  const types = place.key('split_type')
  if (types.isAbsent) return found
  const type = readIntegers(types, 0, 1, nNodes)
  const nodes = readIntegers(place.key('categories_nodes'), 0, nNodes - 1)
  const all = readIntegers(place.key('categories'), 0, MAX_CATEGORY)
  const starts = readIntegers(place.key('categories_segments'), 0, all.length, nodes.length)
  const sizes = readIntegers(place.key('categories_sizes'), 0, all.length, nodes.length)
  nodes.forEach((node, i) => {
    const end = starts[i] + sizes[i]
    if (end > all.length) place.key('categories').fail(`${end} categories, as categories_sizes[${i}] has it`)
    // Without overlaps, what is kept is no larger than the file.
    if (i > 0 && starts[i] < starts[i - 1] + sizes[i - 1]) {
      place.key('categories_segments').fail(`segments one after the other, but number ${i} begins at ${starts[i]}`)
    }
    if (found.has(node)) place.key('categories_nodes').fail(`each node once, but ${node} is there twice`)
    found.set(node, [...all.subarray(starts[i], end)])
  })
  const wrong = type.findIndex((kind, node) => (kind === 1) !== found.has(node))
  if (wrong >= 0) types.fail(`1 at the nodes of categories_nodes and 0 elsewhere, but node ${wrong} has ${type[wrong]}`)
  return found
}

function finite(list: JsonPlace, node: number, value: number): number {
  return Number.isFinite(value) ? value : list.fail(`finite leaf values, but node ${node} has ${value}`)
}

function toThreshold(place: JsonPlace, node: number, value: number): TreeDump['threshold'][number] {
  if (Number.isNaN(value)) place.key('split_conditions').fail(`a threshold, but node ${node} has NaN`)
  return value === Infinity ? 'Infinity' : value === -Infinity ? '-Infinity' : value
}
