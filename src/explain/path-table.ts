/**
 * A forest as its Shapley values need it: the leaves that are not 0, each with the players on its path and the share of
 * the training rows that goes its way at each of them.
 */
import type { ForestDump, TreeDump } from '../dump/dump.js'
import { NotAdditiveError } from './not-additive-error.js'

/** A path with more distinct players does not fit into a mask of 32 bits beside its sign. */
export const MAX_PATH_PLAYERS = 30

/** Leaves whose paths have equally many distinct players. */
export interface LeafGroup {
  readonly nPlayers: number
  readonly nLeaves: number
  /** [nLeaves] Where the leaf's mask is. */
  readonly nodes: Int32Array
  /** [nLeaves] What the leaf adds. */
  readonly values: Float64Array
  /** [nLeaves x nPlayers] Product of the shares of a player's splits that lead to the leaf. */
  readonly shares: Float64Array
  /** [nLeaves x nPlayers] */
  readonly players: Int32Array
}

export interface PathTable {
  /** Players of the game; those on no path get 0. */
  readonly nPlayers: number
  /** What is expected when nothing is known: the mean of the leaves, weighted by the shares. */
  readonly base: number
  /** [nInner] First word of each inner node, as the evaluator's: a row goes right when its code is above. */
  readonly words: Int32Array
  /** [nInner] Bits of the mask of the path that a node's player has: 1 << its place among the path's players. */
  readonly bits: Int32Array
  /** [2 x nInner] Places of the masks of both children; those that lead to no leaf share a place that nobody reads. */
  readonly children: Int32Array
  /** [nInner] Place of the node's own mask. */
  readonly places: Int32Array
  readonly nPlaces: number
  /** Ascending by their number of players. */
  readonly groups: readonly LeafGroup[]
}

/**
 * @param forest validated
 * @param words of each tree's inner nodes, as the evaluator's
 * @param playerOf [nFeatures] the player of each feature
 * @throws NotAdditiveError when the dump lacks the training weights, or a path has too many players
 */
export function compilePaths(
  forest: ForestDump, words: readonly Int32Array[], playerOf: ArrayLike<number>,
  valueOf: ValueOf
): PathTable {
  const builder = new PathBuilder(playerOf)
  for (const [t, tree] of forest.trees.entries()) {
    if (tree.weightedNNodeSamples === undefined) {
      throw new NotAdditiveError('its file does not say how many training rows reached each node')
    }
    builder.addTree(tree, tree.weightedNNodeSamples, words[t], valueOf)
  }
  return builder.build(playerOf)
}

/** What a leaf adds to the output that is explained. */
export type ValueOf = (leaf: number | readonly number[], tree: TreeDump) => number

/** Place of the masks of nodes that are left out. */
const UNREAD = 0

/** A node to look at. */
interface Visit {
  readonly node: number
  readonly place: number
  /** Share of the training rows that reach it. */
  readonly reach: number
  /** Of the player of its parent, whose share it is with this node; -1 at the root. */
  readonly bit: number
  readonly share: number
}

/** Back at a node whose children are done: its player has the share of before. */
interface Return {
  readonly bit: number
  readonly share: number
  /** The path had not met the player before. */
  readonly ends: boolean
}

/** A leaf on its way into a group. */
interface Leaf {
  readonly place: number
  readonly value: number
  readonly shares: readonly number[]
  readonly players: readonly number[]
}

class PathBuilder {
  private readonly words: number[] = []
  private readonly bits: number[] = []
  private readonly children: number[] = []
  private readonly places: number[] = []
  private readonly leaves: Leaf[] = []
  private nPlaces = 1
  private base = 0

  constructor(private readonly playerOf: ArrayLike<number>) {}

  addTree(
    tree: TreeDump, weights: readonly number[], words: ArrayLike<number>,
    valueOf: ValueOf
  ): void {
    const { childrenLeft, childrenRight, feature } = tree
    const values = new Float64Array(childrenLeft.length)
    const matters = findMattering(tree, values, valueOf)
    if (matters[0] === 0) return
    // The path to the node that is looked at: it grows and shrinks, depth first.
    const players: number[] = []
    const shares: number[] = []
    const visits: Array<Visit | Return> = [{ node: 0, place: this.nPlaces++, reach: 1, bit: -1, share: 1 }]
    for (let next = visits.pop(); next !== undefined; next = visits.pop()) {
      const { bit: lastBit, share: lastShare } = next
      if (!('node' in next)) {
        shares[lastBit] = lastShare
        if (next.ends) {
          players.pop()
          shares.pop()
        }
        continue
      }
      const { node, place, reach } = next
      if (lastBit >= 0) shares[lastBit] = lastShare
      const left = childrenLeft[node]
      if (left === -1) {
        this.base += values[node] * reach
        this.leaves.push({ place, value: values[node], shares: [...shares], players: [...players] })
        continue
      }
      const player = this.playerOf[feature[node]]
      const known = players.indexOf(player)
      const bit = known >= 0 ? known : players.push(player) - 1
      if (bit >= MAX_PATH_PLAYERS) {
        throw new NotAdditiveError(`a path through its trees depends on more than ${MAX_PATH_PLAYERS} fields`)
      }
      const before = known >= 0 ? shares[bit] : 1
      visits.push({ bit, share: before, ends: known < 0 })
      const children = [left, childrenRight[node]]
      const both = weights[children[0]] + weights[children[1]]
      this.words.push(words[node])
      this.bits.push(bit)
      this.places.push(place)
      for (const child of children) {
        const childPlace = matters[child] === 0 ? UNREAD : this.nPlaces++
        this.children.push(childPlace)
        if (childPlace === UNREAD) continue
        // A node that no training row has reached, as all weigh 0, could lead either way.
        const share = both === 0 ? 0.5 : weights[child] / both
        visits.push({ node: child, place: childPlace, reach: reach * share, bit, share: before * share })
      }
    }
  }

  build(playerOf: ArrayLike<number>): PathTable {
    const sizes = [...new Set(this.leaves.map(({ players }) => players.length))].sort((a, b) => a - b)
    return {
      nPlayers: Math.max(-1, ...Array.from(playerOf)) + 1,
      base: this.base,
      words: Int32Array.from(this.words),
      bits: Int32Array.from(this.bits),
      children: Int32Array.from(this.children),
      places: Int32Array.from(this.places),
      nPlaces: this.nPlaces,
      groups: sizes.filter(size => size > 0).map(size => groupLeaves(size, this.leaves.filter(leaf => leaf.players.length === size)))
    }
  }
}

/** Whether each node leads to a leaf that is not 0. @param values receives what the leaves add */
function findMattering(tree: TreeDump, values: Float64Array, valueOf: ValueOf): Uint8Array {
  const { childrenLeft, childrenRight, value } = tree
  const matters = new Uint8Array(childrenLeft.length)
  for (let node = 0, leaf = 0; node < childrenLeft.length; node++) {
    if (childrenLeft[node] === -1) values[node] = valueOf(value[leaf++], tree)
    matters[node] = values[node] === 0 ? 0 : 1
  }
  // Parents before their children, which the dump does not promise.
  const order = [0]
  for (let i = 0; i < order.length; i++) {
    if (childrenLeft[order[i]] !== -1) order.push(childrenLeft[order[i]], childrenRight[order[i]])
  }
  for (const node of order.reverse()) {
    if (childrenLeft[node] !== -1) matters[node] = matters[childrenLeft[node]] | matters[childrenRight[node]]
  }
  return matters
}

function groupLeaves(nPlayers: number, leaves: readonly Leaf[]): LeafGroup {
  return {
    nPlayers,
    nLeaves: leaves.length,
    nodes: Int32Array.from(leaves, ({ place }) => place),
    values: Float64Array.from(leaves, ({ value }) => value),
    shares: Float64Array.from(leaves.flatMap(({ shares }) => shares)),
    players: Int32Array.from(leaves.flatMap(({ players }) => players))
  }
}
