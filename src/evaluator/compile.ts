/** From a validated dump to packed typed arrays that {@link ./walk.ts} runs through. */
import { compileCategorySplits, type CompiledCategorySplits } from './categories.js'
import { LANES, MAX_SLOTS, NARROW_SLOT_BITS, NODE_BYTES, openForest, type CompiledForest } from './compiled-forest.js'
import { DumpError } from '../dump/dump-error.js'
import type { ForestDump, TreeDump } from '../dump/dump.js'
import { LeafTableBuilder } from './leaves.js'
import { compileRanks, positionOf, type FeatureRanks } from './ranks.js'

export type { CompiledForest } from './compiled-forest.js'

/** More, and the bytes of nodes would not fit into 32 bits. */
const MAX_NODES = 2 ** 27

/**
 * @param forest as `validateForest` accepts it
 * @throws DumpError when the features and their thresholds are too many for the nodes' 30 bits, or the nodes too many
 */
export function compileForest(forest: ForestDump): CompiledForest {
  const nTrees = forest.trees.length
  const ranks = compileRanks(forest)
  const acceptsMissing = forest.trees[0].missingGoToLeft !== undefined
  const nFeatureSlots = forest.features.length * (acceptsMissing ? 2 : 1)
  const compiled = compileCategorySplits(forest, nFeatureSlots)
  const nSlots = nFeatureSlots + (compiled?.categorySplits.count ?? 0)
  const slotBits = countSlotBits(ranks, nSlots)
  const packer = new NodePacker(forest, ranks, slotBits, compiled)
  forest.trees.forEach((tree, t) => packer.addTree(tree, t))
  return openForest({
    nFeatures: forest.features.length,
    nOutputs: forest.nOutputs,
    nTrees,
    float32: forest.precision === 'float32',
    acceptsMissing,
    ranks,
    leaves: packer.leaves.build(),
    categorySplits: compiled?.categorySplits,
    nodes: new Uint8Array(packer.nodes.buffer),
    slotBits,
    nSlots,
    depths: packer.depths
  })
}

function countSlotBits({ start }: FeatureRanks, nSlots: number): number {
  if (nSlots > MAX_SLOTS) {
    const expected = `expected at most ${MAX_SLOTS} features and categorical splits`
    throw new DumpError('model.features', `${expected}, received ${nSlots}`)
  }
  const slotBits = 32 - Math.clz32(nSlots - 1)
  const counts = start.subarray(1).map((end, f) => end - start[f])
  const isNarrow = slotBits <= NARROW_SLOT_BITS && counts.every(count => count < 2 ** (30 - NARROW_SLOT_BITS))
  if (isNarrow) return NARROW_SLOT_BITS
  const maxThresholds = 2 ** (30 - slotBits) - 1
  const crowded = counts.findIndex(count => count > maxThresholds)
  if (crowded >= 0) {
    throw new DumpError(
      `model.features[${crowded}]`,
      `${counts[crowded]} distinct thresholds, and with ${nSlots} feature slots at most ` +
      `${maxThresholds} fit: train the model with fewer features or smaller trees`
    )
  }
  return slotBits
}

/**
 * Lays out the nodes. What runs at a start is interpreted at first, and V8 compiles each function when it has run
 * through some thousand nodes: so these are few, short ones, and nothing is made anew for a node.
 */
class NodePacker {
  readonly nodes: DataView
  readonly leaves: LeafTableBuilder
  readonly depths: Int32Array
  /** First byte that is not yet given to a node. */
  private next: number
  /** Scratch of a tree, by node: a leaf's number in the table, its first word, its byte, its depth; those to do. */
  private readonly numbers: Int32Array
  private readonly words: Int32Array
  private readonly places: Int32Array
  private readonly levels: Int32Array
  private readonly pending: Int32Array

  constructor(
    forest: ForestDump,
    private readonly ranks: FeatureRanks,
    private readonly slotBits: number,
    private readonly compiled: CompiledCategorySplits | undefined
  ) {
    const sizes = forest.trees.map(tree => tree.feature.length)
    const nGroups = Math.ceil(sizes.length / LANES)
    const nNodes = nGroups * LANES + sizes.reduce((sum, size) => sum + size - 1, 0)
    if (nNodes > MAX_NODES) {
      throw new DumpError('model.trees', `expected at most ${MAX_NODES} nodes, received ${nNodes}`)
    }
    const largest = sizes.reduce((a, b) => Math.max(a, b))
    this.nodes = new DataView(new ArrayBuffer(nNodes * NODE_BYTES))
    this.leaves = new LeafTableBuilder(forest)
    this.depths = new Int32Array(nGroups)
    this.numbers = new Int32Array(largest)
    this.words = new Int32Array(largest)
    this.places = new Int32Array(largest)
    this.levels = new Int32Array(largest)
    this.pending = new Int32Array(largest)
    this.next = nGroups * LANES * NODE_BYTES
    for (let t = sizes.length; t < nGroups * LANES; t++) this.writeNode(t * NODE_BYTES, ~0, (t - 1) * NODE_BYTES)
  }

  addTree(tree: TreeDump, t: number): void {
    this.leaves.addTree(tree, this.numbers)
    this.packWords(tree)
    this.place(tree, t)
  }

  /** The first word of each node. */
  private packWords(tree: TreeDump): void {
    const { childrenLeft, feature, threshold, missingGoToLeft, categoricalSplits = [] } = tree
    const { words, numbers, ranks, slotBits, compiled } = this
    for (let node = 0; node < childrenLeft.length; node++) {
      if (childrenLeft[node] === -1) {
        words[node] = ~numbers[node]
        continue
      }
      const f = feature[node]
      const slot = missingGoToLeft === undefined ? f : 2 * f + 1 - missingGoToLeft[node]
      words[node] = positionOf(ranks, f, Number(threshold[node])) << slotBits | slot
    }
    for (const { node } of categoricalSplits) words[node] = compiled?.slotOf(tree, node) ?? 0
  }

  /**
   * Siblings side by side, then what is below the left one, then what is below the right one, so that a walk finds
   * most of its way in few cache lines. All roots come first, as every row reads them.
   */
  private place({ childrenLeft, childrenRight }: TreeDump, t: number): void {
    const { words, places, levels, pending } = this
    let next = this.next
    places[0] = t * NODE_BYTES
    levels[0] = 0
    pending[0] = 0
    let nPending = 1
    let deepest = 0
    while (nPending > 0) {
      const node = pending[--nPending]
      const at = places[node]
      const left = childrenLeft[node]
      if (left === -1) {
        this.writeNode(at, words[node], at - NODE_BYTES)
        if (levels[node] > deepest) deepest = levels[node]
        continue
      }
      const right = childrenRight[node]
      this.writeNode(at, words[node], next)
      places[left] = next
      places[right] = next + NODE_BYTES
      next += 2 * NODE_BYTES
      levels[left] = levels[right] = levels[node] + 1
      pending[nPending++] = right
      pending[nPending++] = left
    }
    this.next = next
    const group = Math.floor(t / LANES)
    this.depths[group] = Math.max(this.depths[group], deepest)
  }

  private writeNode(at: number, first: number, second: number): void {
    this.nodes.setInt32(at, first, true)
    this.nodes.setInt32(at + NODE_BYTES / 2, second, true)
  }
}
