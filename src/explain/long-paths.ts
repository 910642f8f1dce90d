/** How long it takes to explain a forest whose paths have many players. */
import type { ForestDump } from '../dump/dump.js'
import { NotAdditiveError } from './not-additive-error.js'
import { PLANE_PLAYERS } from './path-table.js'

/** Most work for a row, about half a minute: to explain one may not take for ever, nor the tables fill the memory. */
const MOST_WORK = 2 ** 33

/**
 * The work of a leaf grows with the square of the number of distinct players on its path. Shorter paths have kernels of
 * their own, and so few players that their work grows with the forest alone.
 * @param playerOf [nFeatures] the player of each feature
 * @throws NotAdditiveError when a row would take minutes
 */
export function assertFeasible({ trees }: ForestDump, playerOf: Int32Array): void {
  const nPlayers = playerOf.reduce((most, player) => Math.max(most, player), -1) + 1
  if (nPlayers <= PLANE_PLAYERS) return
  let work = 0
  /** How many splits of the path are a player's, and how many players have any. */
  const splits = new Int32Array(nPlayers)
  let distinct = 0
  for (const { childrenLeft, childrenRight, feature } of trees) {
    // Depth first. ~player stands for the end of a split's two branches.
    const pending = [0]
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (next < 0) {
        if (--splits[~next] === 0) distinct--
        continue
      }
      const left = childrenLeft[next]
      if (left === -1) {
        if (distinct > PLANE_PLAYERS) work += distinct ** 2
        continue
      }
      const player = playerOf[feature[next]]
      if (splits[player]++ === 0) distinct++
      pending.push(~player, childrenRight[next], left)
    }
    if (work > MOST_WORK) throw new NotAdditiveError('its trees ask about so many fields in a row that one explanation takes minutes')
  }
}
