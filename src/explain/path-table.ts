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
  /** Place of the first leaf's mask; the others follow. */
  readonly place: number
  /** [nLeaves] What the leaf adds. */
  readonly values: Float64Array
  /** [nLeaves x nPlayers] Product of the shares of a player's splits that lead to the leaf. */
  readonly shares: Float64Array
  /** [nLeaves x nPlayers] */
  readonly players: Int32Array
}

/** Numbers that {@link PathTable.nodes} has of a node. */
export const NODE_SIZE = 4

export interface PathTable {
  /** Players of the game; those on no path get 0. */
  readonly nPlayers: number
  /** What is expected when nothing is known: the mean of the leaves, weighted by the shares. */
  readonly base: number
  readonly nNodes: number
  /**
   * [nNodes x {@link NODE_SIZE}] Of each inner node, parents before their children: its first word, as the evaluator's,
   * which a row is above that goes right; the places of the masks of both children; the bit of its player, which is its
   * place among the players of the path. The mask of a node has its own number as its place.
   */
  readonly nodes: Int32Array
  /** Places of masks: the inner nodes, the leaves, and one that nobody reads, for what leads to no leaf. */
  readonly nPlaces: number
  /** Ascending by their number of players. */
  readonly groups: readonly LeafGroup[]
}

/**
 * @param forest validated, with the training weights of its nodes
 * @param words of each tree's inner nodes, as the evaluator's
 * @param playerOf [nFeatures] the player of each feature
 * @throws NotAdditiveError when a path has too many players
 */
export function compilePaths(
  forest: ForestDump, words: readonly Int32Array[], playerOf: ArrayLike<number>,
  valueOf: ValueOf
): PathTable {
  const builder = new PathBuilder(playerOf)
  for (const [t, tree] of forest.trees.entries()) {
    builder.addTree(tree, tree.weightedNNodeSamples ?? [], words[t], valueOf)
  }
  return builder.build(playerOf)
}

/** What a leaf adds to the output that is explained. */
export type ValueOf = (leaf: number | readonly number[], tree: TreeDump) => number

/** A node to look at. */
interface Visit {
  readonly node: number
  /** Where its place is to be told: an index of the nodes; -1 at a root, whose mask is empty. */
  readonly link: number
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
  readonly link: number
  readonly value: number
  readonly shares: readonly number[]
  readonly players: readonly number[]
}

class PathBuilder {
  private readonly nodes: number[] = []
  private readonly leaves: Leaf[] = []
  /** Links to nodes that lead to no leaf. */
  private readonly dead: number[] = []
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
    const visits: Array<Visit | Return> = [{ node: 0, link: -1, reach: 1, bit: -1, share: 1 }]
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
      const { node, link, reach } = next
      if (lastBit >= 0) shares[lastBit] = lastShare
      const left = childrenLeft[node]
      if (left === -1) {
        this.base += values[node] * reach
        this.leaves.push({ link, value: values[node], shares: [...shares], players: [...players] })
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
      const at = this.nodes.push(words[node], 0, 0, bit) - NODE_SIZE
      if (link >= 0) this.nodes[link] = at / NODE_SIZE
      for (const [side, child] of children.entries()) {
        if (matters[child] === 0) {
          this.dead.push(at + 1 + side)
          continue
        }
        // A node that no training row has reached, as all weigh 0, could lead either way.
        const share = both === 0 ? 0.5 : weights[child] / both
        visits.push({ node: child, link: at + 1 + side, reach: reach * share, bit, share: before * share })
      }
    }
  }

  build(playerOf: ArrayLike<number>): PathTable {
    const nNodes = this.nodes.length / NODE_SIZE
    const sizes = new Set(this.leaves.map(({ players }) => players.length).filter(size => size > 0))
    let place = nNodes
    const groups = [...sizes].sort((a, b) => a - b).map(size => {
      const leaves = this.leaves.filter(({ players }) => players.length === size)
      const group = groupLeaves(size, place, leaves)
      for (const { link } of leaves) this.nodes[link] = place++
      return group
    })
    for (const link of this.dead) this.nodes[link] = place
    return {
      nPlayers: Math.max(-1, ...Array.from(playerOf)) + 1,
      base: this.base,
      nNodes,
      nodes: Int32Array.from(this.nodes),
      nPlaces: place + 1,
      groups
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

function groupLeaves(nPlayers: number, place: number, leaves: readonly Leaf[]): LeafGroup {
  return {
    nPlayers,
    nLeaves: leaves.length,
    place,
    values: Float64Array.from(leaves, ({ value }) => value),
    shares: Float64Array.from(leaves.flatMap(({ shares }) => shares)),
    players: Int32Array.from(leaves.flatMap(({ players }) => players))
  }
}
