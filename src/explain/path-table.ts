/**
 * A forest as its Shapley values need it: the leaves that add anything, each with the players on its path and the share
 * of the training rows that goes its way at each of them.
 */
import type { ForestDump, TreeDump } from '../dump/dump.js'

/** Players that a mask of 32 bits has beside its sign. Longer paths have several masks, a plane each. */
export const PLANE_PLAYERS = 30

/** Leaves whose paths have equally many distinct players. */
export interface LeafGroup {
  readonly nPlayers: number
  readonly nLeaves: number
  /** Place of the first leaf's mask; the others follow. */
  readonly place: number
  /** [nLeaves] What the leaf adds to its number; 1 where it adds to several. */
  readonly values: Float64Array
  /** [nLeaves x nPlayers] Product of the shares of a player's splits that lead to the leaf. */
  readonly shares: Float64Array
  /** [nLeaves x nPlayers] Bytes, where they suffice: leaves are read from memory, row after row. */
  readonly players: Uint8Array | Int32Array
  /** [nLeaves] Where the contributions to the leaf's number begin. */
  readonly offsets: Int32Array
  /**
   * Of leaves that add to several numbers: what a player gets of a leaf that adds 1 is computed once, at its place on
   * the path, and then given to all numbers.
   */
  readonly several: SeveralNumbers | undefined
}

interface SeveralNumbers {
  /** [nLeaves x nPlayers] */
  readonly players: Uint8Array | Int32Array
  /** [nEntries] The leaf, where the contributions to its number begin, and what it adds to that. */
  readonly leaves: Int32Array
  readonly offsets: Int32Array
  readonly values: Float64Array
}

/** Numbers that {@link PathTable.nodes} has of a node. */
export const NODE_SIZE = 4

export interface PathTable {
  /** Players of the game; those on no path get 0. */
  readonly nPlayers: number
  /** [nNumbers] What is expected when nothing is known: the mean of the leaves, weighted by the shares. */
  readonly bases: readonly number[]
  readonly nNodes: number
  /**
   * [nNodes x {@link NODE_SIZE}] Of each inner node, parents before their children: its first word, as the evaluator's,
   * which a row is above that goes right; the places of the masks of both children; the bit of its player, which is its
   * place among the players of the path. The mask of a node has its own number as its place.
   */
  readonly nodes: Int32Array
  /** Places of masks: the inner nodes, the leaves, and one that nobody reads, for what leads to no leaf. */
  readonly nPlaces: number
  /** Masks of a place: one, unless a path is too long for it. */
  readonly nPlanes: number
  /** Ascending by their number of players. */
  readonly groups: readonly LeafGroup[]
}

/**
 * @param forest validated, with the training weights of its nodes
 * @param words of each tree's inner nodes, as the evaluator's
 * @param playerOf [nFeatures] the player of each feature
 * @param nNumbers that are explained together
 */
export function compilePaths(
  forest: ForestDump, words: readonly Int32Array[], playerOf: ArrayLike<number>, nNumbers: number, listAdded: ListAdded
): PathTable {
  const builder = new PathBuilder(playerOf, nNumbers)
  for (const [t, tree] of forest.trees.entries()) {
    builder.addTree(tree, tree.weightedNNodeSamples ?? [], words[t], listAdded)
  }
  return builder.build()
}

/** What a leaf adds, without zeros: a number's index and the value, and so on. */
export type ListAdded = (leaf: number | readonly number[], tree: TreeDump) => readonly number[]

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
  readonly added: readonly number[]
  readonly shares: readonly number[]
  readonly players: readonly number[]
}

class PathBuilder {
  private readonly nodes: number[] = []
  private readonly leaves: Leaf[] = []
  /** Links to nodes that lead to no leaf. */
  private readonly dead: number[] = []
  private readonly bases: number[]
  private readonly nPlayers: number

  constructor(private readonly playerOf: ArrayLike<number>, nNumbers: number) {
    this.bases = new Array<number>(nNumbers).fill(0)
    this.nPlayers = Math.max(-1, ...Array.from(playerOf)) + 1
  }

  addTree(tree: TreeDump, weights: readonly number[], words: ArrayLike<number>, listAdded: ListAdded): void {
    const { childrenLeft, childrenRight, feature } = tree
    const { added, matters } = findMattering(tree, listAdded)
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
        const own = added[node] ?? []
        for (let i = 0; i < own.length; i += 2) this.bases[own[i]] += own[i + 1] * reach
        this.leaves.push({ link, added: own, shares: [...shares], players: [...players] })
        continue
      }
      const player = this.playerOf[feature[node]]
      const known = players.indexOf(player)
      const bit = known >= 0 ? known : players.push(player) - 1
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

  build(): PathTable {
    const nNodes = this.nodes.length / NODE_SIZE
    const keys = new Map<number, Leaf[]>()
    for (const leaf of this.leaves) {
      const size = leaf.players.length
      if (size === 0) continue
      const key = 2 * size + (leaf.added.length > 2 ? 1 : 0)
      const others = keys.get(key)
      if (others === undefined) keys.set(key, [leaf])
      else others.push(leaf)
    }
    let place = nNodes
    const groups = [...keys].sort(([a], [b]) => a - b).map(([key, leaves]) => {
      const group = groupLeaves(key >> 1, place, leaves, this.nPlayers)
      for (const { link } of leaves) this.nodes[link] = place++
      return group
    })
    for (const link of this.dead) this.nodes[link] = place
    const longest = groups.reduce((most, { nPlayers }) => Math.max(most, nPlayers), 1)
    return {
      nPlayers: this.nPlayers,
      bases: this.bases,
      nNodes,
      nodes: Int32Array.from(this.nodes),
      nPlaces: place + 1,
      nPlanes: Math.ceil(longest / PLANE_PLAYERS),
      groups
    }
  }
}

/** What the leaves add, by node, and whether each node leads to a leaf that adds anything. */
function findMattering(
  tree: TreeDump, listAdded: ListAdded
): { added: ReadonlyArray<readonly number[] | undefined>, matters: Uint8Array } {
  const { childrenLeft, childrenRight, value } = tree
  const added = new Array<readonly number[] | undefined>(childrenLeft.length).fill(undefined)
  const matters = new Uint8Array(childrenLeft.length)
  for (let node = 0, leaf = 0; node < childrenLeft.length; node++) {
    if (childrenLeft[node] !== -1) continue
    const own = listAdded(value[leaf++], tree)
    added[node] = own
    matters[node] = own.length === 0 ? 0 : 1
  }
  // Parents before their children, which the dump does not promise.
  const order = [0]
  for (let i = 0; i < order.length; i++) {
    if (childrenLeft[order[i]] !== -1) order.push(childrenLeft[order[i]], childrenRight[order[i]])
  }
  for (const node of order.reverse()) {
    if (childrenLeft[node] !== -1) matters[node] = matters[childrenLeft[node]] | matters[childrenRight[node]]
  }
  return { added, matters }
}

function groupLeaves(size: number, place: number, leaves: readonly Leaf[], nPlayers: number): LeafGroup {
  const list = (numbers: readonly number[]) => nPlayers > 256 ? Int32Array.from(numbers) : Uint8Array.from(numbers)
  const players = list(leaves.flatMap(leaf => leaf.players))
  const isSeveral = leaves[0].added.length > 2
  return {
    nPlayers: size,
    nLeaves: leaves.length,
    place,
    values: Float64Array.from(leaves, ({ added }) => isSeveral ? 1 : added[1]),
    shares: Float64Array.from(leaves.flatMap(({ shares }) => shares)),
    players: isSeveral ? list(leaves.flatMap(leaf => [...leaf.players.keys()])) : players,
    offsets: Int32Array.from(leaves, ({ added }, leaf) => isSeveral ? leaf * size : added[0] * nPlayers),
    several: isSeveral ? listEntries(leaves, players, nPlayers) : undefined
  }
}

function listEntries(
  leaves: readonly Leaf[], players: Uint8Array | Int32Array, nPlayers: number
): SeveralNumbers {
  const entries = leaves.flatMap(({ added }, leaf) =>
    added.flatMap((number, i) => i % 2 === 0 ? [{ leaf, number, value: added[i + 1] }] : []))
  return {
    players,
    leaves: Int32Array.from(entries, ({ leaf }) => leaf),
    offsets: Int32Array.from(entries, ({ number }) => number * nPlayers),
    values: Float64Array.from(entries, ({ value }) => value)
  }
}
