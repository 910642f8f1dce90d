/** The players of a leaf, kept ones first. */
import { MAX_PATH_PLAYERS, type LeafGroup } from './path-table.js'

/**
 * Adds what leaves give to their players.
 * @param lists the leaves in [start, end), all with as many kept players
 * @param betas of that number and of that of the broken ones
 */
export type Kernel = (
  group: LeafGroup, lists: Int32Array, start: number, end: number,
  masks: Int32Array, betas: Float64Array, out: Float64Array
) => void

/** Scratch: shares of a leaf's players, of those that are kept first. */
export const SHARES = new Float64Array(MAX_PATH_PLAYERS + 1)

/** Scratch: the players, in the same order. */
export const PLAYERS = new Int32Array(MAX_PATH_PLAYERS + 1)

/** Fills {@link SHARES} and {@link PLAYERS}: kept ones from the front, broken ones from the back, without a branch. */
export function gather({ nPlayers, nodes, shares, players }: LeafGroup, leaf: number, masks: Int32Array): void {
  let mask = masks[nodes[leaf]]
  let kept = 0
  let broken = nPlayers - 1
  const start = leaf * nPlayers
  for (let at = start; at < start + nPlayers; at++) {
    const isBroken = mask & 1
    mask >>= 1
    const share = shares[at]
    const player = players[at]
    // Both places are free; the one that is not taken is written anew.
    SHARES[kept] = share
    PLAYERS[kept] = player
    SHARES[broken] = share
    PLAYERS[broken] = player
    kept += 1 - isBroken
    broken -= isBroken
  }
}
