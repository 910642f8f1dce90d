/**
 * Shapley values and interactions as integrals: with t the chance that a player is known, a leaf with the value V is
 * expected to give V times the product over its players of f_i(t): z + (1 - z) t of a kept one, z (1 - t) of a broken
 * one. A player's Shapley value is the integral over t from 0 to 1 of the derivative of that product by the chance of
 * the player alone, an interaction of two players that of its derivative by both. These are polynomials, for which
 * Gauss-Legendre quadrature with half as many nodes as players is exact. No product overflows, however long the path.
 */
import { PLANE_PLAYERS, type LeafGroup } from './path-table.js'

interface Quadrature {
  /** Between 0 and 1. */
  readonly nodes: Float64Array
  readonly weights: Float64Array
}

const QUADRATURES = new Map<number, Quadrature>()

/** Exact for polynomials of a degree below 2 n. */
function findQuadrature(n: number): Quadrature {
  let found = QUADRATURES.get(n)
  if (found === undefined) {
    found = makeQuadrature(n)
    QUADRATURES.set(n, found)
  }
  return found
}

/** The roots of the Legendre polynomial of the degree n, by Newton's method, brought from [-1, 1] to [0, 1]. */
function makeQuadrature(n: number): Quadrature {
  const nodes = new Float64Array(n)
  const weights = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    let x = Math.cos(Math.PI * (i + 0.75) / (n + 0.5))
    let slope = 0
    // It converges quadratically: of these steps the last ones change nothing but the last bit.
    for (let step = 0; step < 10; step++) {
      let [before, value] = [1, x]
      for (let k = 2; k <= n; k++) [before, value] = [value, ((2 * k - 1) * x * value - (k - 1) * before) / k]
      slope = n * (before - x * value) / ((1 - x) * (1 + x))
      x -= value / slope
    }
    nodes[i] = (1 - x) / 2
    weights[i] = 1 / ((1 - x) * (1 + x) * slope * slope)
  }
  return { nodes, weights }
}

/**
 * Of a leaf's players, at a node of the quadrature.
 * @param gains [nPlayers] receives the derivative of each factor, divided by the factor
 * @returns V times the product of all factors; 0 where the gains mean nothing
 */
type Factors = (leaf: number, node: number, gains: Float64Array) => number

function createFactors(
  { nPlayers, place, values, shares }: LeafGroup, masks: Int32Array, nPlaces: number
): Factors {
  return (leaf, node, gains) => {
    let product = values[leaf]
    for (let j = 0; j < nPlayers; j++) {
      const share = shares[leaf * nPlayers + j]
      const mask = masks[Math.floor(j / PLANE_PLAYERS) * nPlaces + place + leaf]
      if ((mask >> j % PLANE_PLAYERS & 1) === 1) {
        product *= share * (1 - node)
        gains[j] = -1 / (1 - node)
      } else {
        const factor = share + (1 - share) * node
        product *= factor
        gains[j] = (1 - share) / factor
      }
    }
    return product
  }
}

/** Adds what the leaves give to their players. @param out as in {@link ./shapley.ts} */
export function addLongPaths(group: LeafGroup, masks: Int32Array, nPlaces: number, out: Float64Array): void {
  const { nPlayers, nLeaves, players, offsets } = group
  const factors = createFactors(group, masks, nPlaces)
  const { nodes, weights } = findQuadrature(Math.ceil(nPlayers / 2))
  const gains = new Float64Array(nPlayers)
  for (let leaf = 0; leaf < nLeaves; leaf++) {
    for (let q = 0; q < nodes.length; q++) {
      const product = weights[q] * factors(leaf, nodes[q], gains)
      for (let j = 0; j < nPlayers; j++) out[offsets[leaf] + players[leaf * nPlayers + j]] += product * gains[j]
    }
  }
}

/**
 * Adds half of each interaction to both of its players' rows.
 * @param group whose leaves add to the one number that is explained
 * @param out [nAll x nAll] of all players of the game
 */
export function addInteractions(
  group: LeafGroup, masks: Int32Array, nPlaces: number, out: Float64Array, nAll: number
): void {
  const { nPlayers, nLeaves, players } = group
  const factors = createFactors(group, masks, nPlaces)
  const { nodes, weights } = findQuadrature(Math.ceil(nPlayers / 2))
  const gains = new Float64Array(nPlayers)
  for (let leaf = 0; leaf < nLeaves; leaf++) {
    const at = leaf * nPlayers
    for (let q = 0; q < nodes.length; q++) {
      const half = weights[q] * factors(leaf, nodes[q], gains) / 2
      for (let i = 0; i < nPlayers; i++) {
        const row = players[at + i] * nAll
        for (let j = 0; j < nPlayers; j++) if (j !== i) out[row + players[at + j]] += half * gains[i] * gains[j]
      }
    }
  }
}
