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
import { NODE_SIZE, PLANE_PLAYERS, type LeafGroup, type PathTable } from './path-table.js'
import { addLongPaths } from './quadrature.js'

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

const SIZE = PLANE_PLAYERS + 2

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

/** What runs through the same table again and again needs room for. */
export interface ShapleyScratch {
  /** [nPlanes x nPlaces] */
  readonly masks: Int32Array
  readonly lists: Int32Array
  /** What leaves that add to several numbers give. */
  readonly given: Float64Array
}

export function createScratch({ nPlaces, nPlanes, groups }: PathTable): ShapleyScratch {
  const most = (sizes: readonly number[]) => sizes.reduce((a, b) => Math.max(a, b), 0)
  const several = groups.filter(group => group.several !== undefined)
  return {
    masks: new Int32Array(nPlaces * nPlanes),
    lists: new Int32Array(most(groups.map(({ nLeaves, nPlayers }) => nLeaves * (nPlayers + 1)))),
    given: new Float64Array(most(several.map(({ nLeaves, nPlayers }) => nLeaves * nPlayers)))
  }
}

/**
 * Adds the Shapley values of a row.
 * @param codes the row's, as the evaluator makes them
 * @param slotMask of the slot in a node's word
 * @param out [nNumbers x nPlayers] what is added to
 */
export function addShapleyValues(
  table: PathTable, codes: Int32Array, slotMask: number, scratch: ShapleyScratch, out: Float64Array
): void {
  findBroken(table, codes, slotMask, scratch.masks)
  for (const group of table.groups) {
    if (group.several === undefined) {
      addGroup(table, group, scratch, out)
      continue
    }
    scratch.given.fill(0, 0, group.nLeaves * group.nPlayers)
    addGroup(table, group, scratch, scratch.given)
    giveToNumbers(group, scratch.given, out)
  }
}

/** Fills the masks: a bit is set where the row leaves the path at one of the player's nodes. */
export function findBroken(
  { nNodes, nodes, nPlaces, nPlanes }: PathTable, codes: Int32Array, slotMask: number, masks: Int32Array
): void {
  if (nPlanes > 1) {
    for (let plane = 0; plane < nPlanes; plane++) {
      const own = masks.subarray(plane * nPlaces, (plane + 1) * nPlaces)
      findBrokenInPlane({ nNodes, nodes }, codes, slotMask, own, plane * PLANE_PLAYERS)
    }
    return
  }
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

/** The same for the players whose place on the path is from `first` on. */
function findBrokenInPlane(
  { nNodes, nodes }: Pick<PathTable, 'nNodes' | 'nodes'>, codes: Int32Array, slotMask: number, masks: Int32Array,
  first: number
): void {
  for (let node = 0; node < nNodes; node++) {
    const at = node * NODE_SIZE
    const word = nodes[at]
    const goesRight = word - codes[word & slotMask] >>> 31
    const bit = nodes[at + 3] - first
    const own = bit >= 0 && bit < PLANE_PLAYERS ? 1 << bit : 0
    masks[nodes[at + 1]] = masks[node] | (goesRight === 1 ? own : 0)
    masks[nodes[at + 2]] = masks[node] | (goesRight === 1 ? 0 : own)
  }
}

const lengths = new Int32Array(SIZE)

/** Deals the leaves into lists by their number of kept players: depth first, a kernel would have to guess at each. */
function addGroup(
  { nPlaces }: PathTable, group: LeafGroup, { masks, lists }: ShapleyScratch, out: Float64Array
): void {
  const { nPlayers, nLeaves } = group
  if (nPlayers > PLANE_PLAYERS) {
    addLongPaths(group, masks, nPlaces, out)
    return
  }
  deal(group, masks, lists)
  const kernels = KERNELS[nPlayers - 1]
  for (let a = 0; a <= nPlayers; a++) {
    if (lengths[a] === 0) continue
    const start = a * nLeaves
    const end = start + lengths[a]
    const betas = BETAS[a][nPlayers - a]
    const kernel = kernels?.[a]
    if (kernel === undefined) addInLoops(group, a, lists.subarray(start, end), masks, betas, out)
    else kernel(group, lists, start, end, masks, findOrders(nPlayers), betas, out)
  }
}

function deal({ nPlayers, nLeaves, place }: LeafGroup, masks: Int32Array, lists: Int32Array): void {
  lengths.fill(0)
  for (let leaf = 0; leaf < nLeaves; leaf++) {
    const kept = nPlayers - countBits(masks[place + leaf])
    lists[kept * nLeaves + lengths[kept]++] = leaf
  }
}

function countBits(mask: number): number {
  mask -= mask >> 1 & 0x55555555
  mask = (mask & 0x33333333) + (mask >> 2 & 0x33333333)
  return Math.imul(mask + (mask >> 4) & 0x0f0f0f0f, 0x01010101) >>> 24
}

const ORDER = new Uint8Array(PLANE_PLAYERS)

/** The kernel of any number of players. */
function addInLoops(
  { nPlayers, place, values, shares, players, offsets }: LeafGroup, nKept: number,
  leaves: Int32Array, masks: Int32Array, betas: Float64Array, out: Float64Array
): void {
  for (const leaf of leaves) {
    orderPlayers(masks[place + leaf], nPlayers, ORDER, 0)
    const at = leaf * nPlayers
    const to = offsets[leaf]
    let weight = values[leaf]
    for (let j = nKept; j < nPlayers; j++) weight *= shares[at + ORDER[j]]
    let row = nKept * SIZE
    for (let k = 0; k <= nKept; k++) D[row + k] = betas[k]
    for (let j = nKept - 1; j >= 0; j--) {
      const share = shares[at + ORDER[j]]
      for (let k = 0; k <= j; k++) D[row - SIZE + k] = D[row + k] + share * D[row + k + 1]
      row -= SIZE
    }
    const loss = weight * D[0]
    for (let j = nKept; j < nPlayers; j++) out[to + players[at + ORDER[j]]] -= loss
    E[0] = 1
    for (let j = 0; j < nKept; j++) {
      const share = shares[at + ORDER[j]]
      const next = (j + 1) * SIZE
      let slope = 0
      for (let k = 0; k <= j; k++) slope += E[k] * D[next + k + 1]
      E[j + 1] = 0
      for (let k = j + 1; k > 0; k--) E[k] += share * E[k - 1]
      out[to + players[at + ORDER[j]]] += weight * (1 - share) * slope
    }
  }
}

function giveToNumbers({ nPlayers, several }: LeafGroup, given: Float64Array, out: Float64Array): void {
  if (several === undefined) return
  const { players, leaves, offsets, values } = several
  for (let entry = 0; entry < leaves.length; entry++) {
    const at = leaves[entry] * nPlayers
    const to = offsets[entry]
    const value = values[entry]
    for (let j = at; j < at + nPlayers; j++) out[to + players[j]] += value * given[j]
  }
}
