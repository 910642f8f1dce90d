/** Where, in an input's own unit, a column passes a threshold: pipelines are not inverted but searched. */

import type { Split } from './thresholds.js'

/** A column's value for an input's, NaN where there is none. */
export type ColumnOfInput = (x: number) => number

/** Neighbours, one of which is sent to the left and the other to the right. */
export type Crossing = readonly [low: number, high: number]

/** Values at which a column is looked at first: of any magnitude, both signs, within the limits, ascending. */
export function listAnchors(minimum = -Infinity, maximum = Infinity): number[] {
  const magnitudes = Array.from({ length: 17 }, (_, i) => 10 ** (i - 5))
  const anchors = [...magnitudes.map(x => -x).reverse(), 0, ...magnitudes]
  const inside = anchors.filter(x => x > minimum && x < maximum)
  return [minimum, ...inside, maximum].filter(Number.isFinite)
}

/**
 * For each of the thresholds the first place where the column passes it.
 * @param anchors ascending
 * @param thresholds those that the column does not pass between anchors are left out
 */
export function findCrossings(
  column: ColumnOfInput, anchors: readonly number[], thresholds: readonly number[], split: Split
): Crossing[] {
  const values = anchors.map(column)
  const goesLeft = split === '<' ? (x: number, threshold: number) => x < threshold : (x: number, threshold: number) => x <= threshold
  return thresholds.flatMap(threshold => {
    for (let i = 1; i < anchors.length; i++) {
      if (Number.isNaN(values[i - 1]) || Number.isNaN(values[i])) continue
      const isLeft = goesLeft(values[i - 1], threshold)
      if (goesLeft(values[i], threshold) === isLeft) continue
      return [search(x => goesLeft(column(x), threshold) === isLeft, anchors[i - 1], anchors[i])]
    }
    return []
  })
}

/** By halves, down to neighbouring numbers. */
function search(isBefore: (x: number) => boolean, low: number, high: number): Crossing {
  for (;;) {
    const middle = low + (high - low) / 2
    if (middle <= low || middle >= high) return [low, high]
    if (isBefore(middle)) low = middle
    else high = middle
  }
}
