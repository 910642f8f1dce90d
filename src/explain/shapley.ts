/**
 * Exact Shapley values of a forest for one row: the game in which a tree's expectation, where only some players are
 * known, goes both ways at a node whose player is not, weighted by the training rows that did.
 *
 * A leaf with the value V gives, with the shares z of the players on its path: `a` of them are *kept*, as the row goes
 * the leaf's way at all of their nodes, `b` are *broken*. With W = V times the product of z over the broken,
 *
 * - every broken player gets -W c, where c is the sum over k of e_k(z of the kept) Beta(a - k + 1, k + b),
 * - every kept player i gets W (1 - z_i) dc/dz_i.
 *
 * e_k is the elementary symmetric polynomial. Both come from contractions of sums and products of positive numbers:
 * there is no division and no subtraction that could lose bits.
 */
import { KERNELS } from './kernels.js'
import { findOrders, orderPlayers } from './orders.js'
import { MAX_PATH_PLAYERS, NODE_SIZE, type LeafGroup, type PathTable } from './path-table.js'

/**
 * Adds what leaves give to their players.
 * @param leaves numbers of leaves in [start, end), all with as many kept players
 * @param orders of the group's number of players, by mask
 * @param betas of the numbers of kept and broken players
 */
export type Kernel = (
  group: LeafGroup, leaves: Int32Array, start: number, end: number,
  masks: Int32Array, orders: Uint8Array, betas: Float64Array, out: Float64Array
) => void

const SIZE = MAX_PATH_PLAYERS + 2

/** [a][b] The numbers Beta(a - k + 1, k + b) for k from 0 up to a; 0 for Beta(., 0), which nothing reads. */
const BETAS: readonly Float64Array[][] = Array.from({ length: SIZE }, (_, a) =>
  Array.from({ length: SIZE }, (_, b) =>
    Float64Array.from({ length: a + 1 }, (_, k) => k + b === 0 ? 0 : beta(a - k + 1, k + b))))

/** Of whole numbers: (x - 1)! (y - 1)! / (x + y - 1)!, whose inverse is a whole number below 2 ** 53. */
function beta(x: number, y: number): number {
  let inverse = y
  for (let i = 1; i < x; i++) inverse = inverse * (y + i) / i
  return 1 / inverse
}

/** Scratch: row j is D_j, and the polynomials of the first players. */
const D = new Float64Array(SIZE * SIZE)
const E = new Float64Array(SIZE)

/** What runs through the same table again and again needs room for: masks and lists. */
export interface ShapleyScratch {
  readonly masks: Int32Array
  readonly lists: Int32Array
}

export function createScratch({ nPlaces, groups }: PathTable): ShapleyScratch {
  const longest = Math.max(0, ...groups.map(({ nLeaves, nPlayers }) => nLeaves * (nPlayers + 1)))
  return { masks: new Int32Array(nPlaces), lists: new Int32Array(longest) }
}

/**
 * Adds the Shapley values of a row.
 * @param codes the row's, as the evaluator makes them
 * @param slotMask of the slot in a node's word
 * @param out [nPlayers] what is added to
 */
export function addShapleyValues(
  table: PathTable, codes: Int32Array, slotMask: number, { masks, lists }: ShapleyScratch, out: Float64Array
): void {
  findBroken(table, codes, slotMask, masks)
  for (const group of table.groups) addGroup(group, masks, lists, out)
}

/** Fills the masks: a bit is set where the row leaves the path at one of the player's nodes. */
function findBroken({ nNodes, nodes }: PathTable, codes: Int32Array, slotMask: number, masks: Int32Array): void {
  for (let node = 0; node < nNodes; node++) {
    const at = node * NODE_SIZE
    const word = nodes[at]
    const goesRight = word - codes[word & slotMask] >>> 31
    const mask = masks[node]
    const bit = nodes[at + 3]
    masks[nodes[at + 1]] = mask | goesRight << bit
    masks[nodes[at + 2]] = mask | (goesRight ^ 1) << bit
  }
}

const lengths = new Int32Array(SIZE)

/** Deals the leaves into lists by their number of kept players: depth first, a kernel would have to guess at each. */
function addGroup(group: LeafGroup, masks: Int32Array, lists: Int32Array, out: Float64Array): void {
  const { nPlayers, nLeaves, place } = group
  lengths.fill(0)
  for (let leaf = 0; leaf < nLeaves; leaf++) {
    const kept = nPlayers - countBits(masks[place + leaf])
    lists[kept * nLeaves + lengths[kept]++] = leaf
  }
  const orders = findOrders(nPlayers)
  for (let a = 0; a <= nPlayers; a++) {
    if (lengths[a] === 0) continue
    const start = a * nLeaves
    const end = start + lengths[a]
    const betas = BETAS[a][nPlayers - a]
    if (orders !== undefined && a < KERNELS.length) KERNELS[a](group, lists, start, end, masks, orders, betas, out)
    else addLong(group, a, lists.subarray(start, end), masks, betas, out)
  }
}

function countBits(mask: number): number {
  mask -= mask >> 1 & 0x55555555
  mask = (mask & 0x33333333) + (mask >> 2 & 0x33333333)
  return Math.imul(mask + (mask >> 4) & 0x0f0f0f0f, 0x01010101) >>> 24
}

/** The kernel of any number of players. */
function addLong(
  { nPlayers, place, values, shares, players }: LeafGroup, nKept: number,
  leaves: Int32Array, masks: Int32Array, betas: Float64Array, out: Float64Array
): void {
  for (const leaf of leaves) {
    const order = orderPlayers(masks[place + leaf], nPlayers).map(player => leaf * nPlayers + player)
    let weight = values[leaf]
    for (let j = nKept; j < nPlayers; j++) weight *= shares[order[j]]
    let row = nKept * SIZE
    for (let k = 0; k <= nKept; k++) D[row + k] = betas[k]
    for (let j = nKept - 1; j >= 0; j--) {
      const share = shares[order[j]]
      for (let k = 0; k <= j; k++) D[row - SIZE + k] = D[row + k] + share * D[row + k + 1]
      row -= SIZE
    }
    const loss = weight * D[0]
    for (let j = nKept; j < nPlayers; j++) out[players[order[j]]] -= loss
    E[0] = 1
    for (let j = 0; j < nKept; j++) {
      const share = shares[order[j]]
      const next = (j + 1) * SIZE
      let slope = 0
      for (let k = 0; k <= j; k++) slope += E[k] * D[next + k + 1]
      E[j + 1] = 0
      for (let k = j + 1; k > 0; k--) E[k] += share * E[k - 1]
      out[players[order[j]]] += weight * (1 - share) * slope
    }
  }
}
