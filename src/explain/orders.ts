/** The players of a path in the order in which the kernels take them: kept ones, then broken ones. */

/** Paths of more players have no table: it would not stay in a cache. */
const LONGEST = 12

const ORDERS: Array<Uint8Array | undefined> = []

/**
 * [2^nPlayers x nPlayers] By the mask of the broken players, the places of all players on the path; undefined for paths
 * that are too long.
 */
export function findOrders(nPlayers: number): Uint8Array | undefined {
  if (nPlayers > LONGEST) return undefined
  return ORDERS[nPlayers] ??= Uint8Array.from({ length: nPlayers << nPlayers }, (_, i) =>
    orderPlayers(Math.floor(i / nPlayers), nPlayers)[i % nPlayers])
}

/** The same for one mask. */
export function orderPlayers(mask: number, nPlayers: number): number[] {
  const places = Array.from({ length: nPlayers }, (_, place) => place)
  return [...places.filter(place => (mask >> place & 1) === 0), ...places.filter(place => (mask >> place & 1) === 1)]
}
