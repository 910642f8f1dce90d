/** The players of a path in the order in which the kernels take them: kept ones, then broken ones. */

const ORDERS: Uint8Array[] = []

/**
 * [2^nPlayers x nPlayers] By the mask of the broken players, the places of all players on the path.
 * @param nPlayers few: it is a large table
 */
export function findOrders(nPlayers: number): Uint8Array {
  return ORDERS[nPlayers] ??= makeOrders(nPlayers)
}

function makeOrders(nPlayers: number): Uint8Array {
  const orders = new Uint8Array(nPlayers << nPlayers)
  for (let mask = 0; mask < 1 << nPlayers; mask++) orderPlayers(mask, nPlayers, orders, mask * nPlayers)
  return orders
}

/** The same for one mask. @param orders receives the places, from `start` on */
export function orderPlayers(mask: number, nPlayers: number, orders: Uint8Array, start: number): void {
  let next = start
  for (const broken of [0, 1]) {
    for (let place = 0; place < nPlayers; place++) if ((mask >> place & 1) === broken) orders[next++] = place
  }
}
