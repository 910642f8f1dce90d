/** Where, in an input's own unit, a column passes a threshold: pipelines are not inverted but searched. */

/** A column's value for an input's, NaN where there is none. */
export type ColumnOfInput = (x: number) => number

/** Neighbours: the one on the left is sent to the left by `column <= threshold`, or the other way round. */
export type Crossing = readonly [low: number, high: number]

/** Values at which a column is looked at first: of any magnitude, both signs. */
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
export function findCrossings(column: ColumnOfInput, anchors: readonly number[], thresholds: readonly number[]): Crossing[] {
  const values = anchors.map(column)
  return thresholds.flatMap(threshold => {
    for (let i = 1; i < anchors.length; i++) {
      if (Number.isNaN(values[i - 1]) || Number.isNaN(values[i])) continue
      if (values[i - 1] <= threshold !== values[i] <= threshold) return [search(column, anchors[i - 1], anchors[i], threshold)]
    }
    return []
  })
}

/** By halves, down to neighbouring numbers; where the column jumps over the threshold, to both sides of the jump. */
function search(column: ColumnOfInput, low: number, high: number, threshold: number): Crossing {
  const isLeft = column(low) <= threshold
  for (;;) {
    const middle = low + (high - low) / 2
    if (middle <= low || middle >= high) return [low, high]
    if (column(middle) <= threshold === isLeft) low = middle
    else high = middle
  }
}
