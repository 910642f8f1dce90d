/** From a validated dump to packed typed arrays that {@link ./walk.ts} runs through. */
import { compileQuestions, type Questions } from './categories.js'
import { DumpError } from './dump-error.js'
import type { ForestDump, TreeDump } from './dump.js'
import { LeafTableBuilder, type LeafTable } from './leaves.js'
import { compileRanks, positionOf, type FeatureRanks } from './ranks.js'

/** Trees that advance in step: see `walkTrees`. */
export const LANES = 8

/**
 * A forest, ready to predict. Holds the scratch of its predictions, so one call at a time: never share it with a
 * prediction that is still running.
 */
export interface CompiledForest {
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
  readonly questions: Questions | undefined
  /**
   * Two words a node, side by side since they are read together.
   * First word of an inner node: position of its threshold << slotBits | slot of its feature. Of a leaf: ~number, which
   * is negative. Second word: index of the left child's first word; the right child follows it. A leaf's is such that
   * the right child is the leaf itself.
   * Tree t has its root at index 2 * t, and the roots are padded with leaves to a multiple of {@link LANES}.
   */
  readonly nodes: Int32Array
  /** Bits of a node's first word that hold the slot. */
  readonly slotBits: number
  /**
   * [2 ** slotBits] Scratch: the row's ranks << slotBits. Feature f has slot f; when NaN is accepted, 2 * f for nodes
   * that send NaN to the left and 2 * f + 1 for those that send it to the right. Questions follow, each with 0 for left
   * and 1 for right.
   */
  readonly codes: Int32Array
  /** [nTrees, padded] Scratch: number of the leaf that the row reaches in each tree. */
  readonly reached: Int32Array
}

/**
 * @param forest as `validateForest` accepts it
 * @throws DumpError when the features and their thresholds are too many for the nodes' 30 bits
 */
export function compileForest(forest: ForestDump): CompiledForest {
  const nTrees = forest.trees.length
  const ranks = compileRanks(forest)
  const acceptsMissing = forest.trees[0].missingGoToLeft !== undefined
  const questions = compileQuestions(forest, forest.features.length * (acceptsMissing ? 2 : 1))
  const slotBits = countSlotBits(forest, ranks, acceptsMissing, questions?.count ?? 0)
  const packer = new NodePacker(forest, ranks, slotBits, questions)
  forest.trees.forEach((tree, t) => packer.addTree(tree, t))
  return {
    nFeatures: forest.features.length,
    nOutputs: forest.nOutputs,
    nTrees,
    float32: forest.precision === 'float32',
    acceptsMissing,
    ranks,
    leaves: packer.leaves.build(),
    questions,
    nodes: packer.nodes,
    slotBits,
    codes: new Int32Array(2 ** slotBits),
    reached: new Int32Array(padRoots(nTrees))
  }
}

function padRoots(nTrees: number): number {
  return Math.ceil(nTrees / LANES) * LANES
}

function countSlotBits(
  forest: ForestDump, { start }: FeatureRanks, acceptsMissing: boolean, nQuestions: number
): number {
  const nSlots = forest.features.length * (acceptsMissing ? 2 : 1) + nQuestions
  const slotBits = 32 - Math.clz32(nSlots - 1)
  const maxThresholds = 2 ** (30 - slotBits) - 1
  const crowded = forest.features.findIndex((_, f) => start[f + 1] - start[f] > maxThresholds)
  if (crowded >= 0) {
    throw new DumpError(
      `model.features[${crowded}]`,
      `${start[crowded + 1] - start[crowded]} distinct thresholds, and with ${nSlots} feature slots at most ` +
      `${maxThresholds} fit: train the model with fewer features or smaller trees`
    )
  }
  return slotBits
}

class NodePacker {
  readonly nodes: Int32Array
  readonly leaves: LeafTableBuilder
  /** Index of the first word that is not yet given to a node. */
  private next: number

  constructor(
    forest: ForestDump,
    private readonly ranks: FeatureRanks,
    private readonly slotBits: number,
    private readonly questions: Questions | undefined
  ) {
    const nRoots = padRoots(forest.trees.length)
    const nOthers = forest.trees.reduce((sum, tree) => sum + tree.feature.length - 1, 0)
    this.nodes = new Int32Array(2 * (nRoots + nOthers))
    this.leaves = new LeafTableBuilder(forest)
    this.next = 2 * nRoots
    for (let t = forest.trees.length; t < nRoots; t++) this.writeLeaf(2 * t, 0)
  }

  /**
   * Siblings side by side, then what is below the left one, then what is below the right one, so that a walk finds
   * most of its way in few cache lines. All roots come first, as every row reads them.
   */
  addTree(tree: TreeDump, t: number): void {
    const numbers = this.numberLeaves(tree)
    const places = new Int32Array(tree.feature.length)
    places[0] = 2 * t
    const pending = [0]
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      const at = places[node]
      const left = tree.childrenLeft[node]
      const right = tree.childrenRight[node]
      if (left === -1) {
        this.writeLeaf(at, numbers[node])
        continue
      }
      places[left] = this.next
      places[right] = this.next + 2
      this.nodes[at] = this.questions?.slotOf(tree, node) ?? this.packSplit(tree, node)
      this.nodes[at + 1] = this.next
      this.next += 4
      pending.push(right, left)
    }
  }

  private packSplit({ feature, threshold, missingGoToLeft }: TreeDump, node: number): number {
    const position = positionOf(this.ranks, feature[node], Number(threshold[node]))
    const slot = missingGoToLeft === undefined ? feature[node] : 2 * feature[node] + 1 - missingGoToLeft[node]
    return position << this.slotBits | slot
  }

  private writeLeaf(at: number, number: number): void {
    this.nodes[at] = ~number
    this.nodes[at + 1] = at - 2
  }

  /** [nNodes] The leaf table's number at each leaf. A dump lists the values of the leaves in node order. */
  private numberLeaves({ childrenLeft, value, output = 0 }: TreeDump): Int32Array {
    const numbers = new Int32Array(childrenLeft.length)
    let leaf = 0
    childrenLeft.forEach((child, node) => {
      if (child === -1) numbers[node] = this.leaves.add(value[leaf++], output)
    })
    return numbers
  }
}
