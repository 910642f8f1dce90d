/** A compiled forest: what `compile.ts` makes, `walk.ts` runs through and `share.ts` hands to other threads. */
import type { CategorySplits } from './categories.js'
import type { LeafTable } from './leaves.js'
import type { FeatureRanks } from './ranks.js'

/** Trees that advance in step: see `walkTrees`. */
export const LANES = 8

/** Bytes of a node: two 32-bit words, little-endian. */
export const NODE_BYTES = 8

/** Bits of a slot for forests with at most 256 of them, which have a loop of their own: see `walkTrees`. */
export const NARROW_SLOT_BITS = 8

/** The scratch of a row has room for as many slots. */
export const MAX_SLOTS = 2 ** 20

/** What a forest is, and nothing of a prediction: plain numbers and typed arrays, which a structured clone keeps. */
export interface ForestData {
  readonly nFeatures: number
  readonly nOutputs: number
  readonly nTrees: number
  /** Features are rounded to float32 before they are compared. */
  readonly float32: boolean
  /** NaN is a missing value; without, a row must not hold any. */
  readonly acceptsMissing: boolean
  readonly ranks: FeatureRanks
  readonly leaves: LeafTable
  /** The categorical splits, when there are any. */
  readonly categorySplits: CategorySplits | undefined
  /**
   * Two words per node, side by side since they are read together.
   * First word of an inner node: position of its threshold << slotBits | slot of its feature. Of a leaf: ~number, which
   * is negative. Second word: the left child's byte; the right child follows it. A leaf's is such that the right child
   * is the leaf itself.
   * Tree t has its root at node t, and the roots are padded with leaves to a multiple of {@link LANES}.
   */
  readonly nodes: Uint8Array
  /**
   * Bits of a node's first word that hold the slot. Feature f has slot f; when NaN is accepted, 2 * f for nodes that
   * send NaN to the left and 2 * f + 1 for those that send it to the right. Categorical splits follow.
   */
  readonly slotBits: number
  /** Number of slots in use. */
  readonly nSlots: number
  /** [nTrees / LANES, rounded up] Steps after which all trees of a group have arrived, whatever the row. */
  readonly depths: Int32Array
}

/**
 * A forest, ready to predict. Holds the scratch of its predictions, so one call at a time: never share it with a
 * prediction that is still running.
 */
export interface CompiledForest extends ForestData {
  /** The nodes, for their first words. */
  readonly words: DataView
  /** The nodes from their second words on: the children of the node that `words` has at the same byte. */
  readonly children: DataView
  /** Trees that rows pass through together: see `predictRows`. */
  readonly treesAtOnce: number
  /** Rows that do so; 1 when rows gain nothing by it. */
  readonly rowsAtOnce: number
  /** [nTrees, padded] Scratch: number of the leaf that the row reaches in each tree. */
  readonly reached: Int32Array
}

/**
 * A forest up to here is walked row by row: it stays in or near a core's own cache of 1 MiB or more. Microseconds a
 * row, row by row / together: 200 trees, 0.5 MB, 3.3 / 3.2; 100 trees, 1.2 MB, 4.0 / 3.6; 200 trees, 2.4 MB,
 * 13.0 / 7.9; 400 trees, 15 MB, 55 / 12; 2,000 trees, 76 MB, 429 / 86; 2,000 small trees, 100 classes, 3 MB, 157 / 60.
 */
export const SMALL_BYTES = 3 * 2 ** 19

/**
 * Nodes that pass rows together, so that half of the cache is left for the rows. Of 76 MB: 16 trees (0.6 MB) 100,
 * 64 trees (2.4 MB) 134, 128 trees 200 (1,024 rows).
 */
const NEAR_BYTES = 2 ** 19

/** Codes and sums of the rows that do. Of 76 MB: 256 rows 170, 1,024 rows 129, 2,048 rows 100, 4,096 rows 86. */
export const ROW_BYTES = 2 ** 19

/**
 * @param data as `compileForest` or `shareForest` gave it, its arrays possibly shared with other threads: they are read
 * only
 * @returns the forest with its own scratch; its arrays are those of `data`, but for the base
 */
export function openForest(data: ForestData): CompiledForest {
  const { nodes, nTrees, nSlots, nOutputs, depths, leaves } = data
  const isSmall = nodes.length <= SMALL_BYTES || nTrees <= LANES
  const groups = isSmall ? depths.length : Math.max(1, Math.floor(depths.length * NEAR_BYTES / nodes.length))
  const rowsAtOnce = isSmall ? 1 : Math.max(16, Math.floor(ROW_BYTES / (4 * nSlots + 8 * nOutputs)))
  return {
    ...data,
    // Whoever starts sums elsewhere writes the base.
    leaves: { ...leaves, base: leaves.base.slice() },
    words: new DataView(nodes.buffer, nodes.byteOffset, nodes.byteLength),
    children: new DataView(nodes.buffer, nodes.byteOffset + NODE_BYTES / 2, nodes.byteLength - NODE_BYTES / 2),
    treesAtOnce: groups * LANES,
    rowsAtOnce,
    reached: new Int32Array(depths.length * LANES)
  }
}
