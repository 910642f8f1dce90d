/** Index of the first pair of numbers that are not the same bits, -1 when all are. */
export function firstDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Math.min(actual.length, expected.length)
  for (let i = 0; i < actual.length; i++) if (!Object.is(actual[i], expected[i])) return i
  return -1
}
