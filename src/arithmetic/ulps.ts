const float64 = new Float64Array(2)
const bits = new BigInt64Array(float64.buffer)

/** Units in the last place between two numbers: how many float64 lie from one to the other. NaN is beyond them all. */
export function countUlps(a: number, b: number): number {
  if (Object.is(a, b)) return 0
  if (Number.isNaN(a) || Number.isNaN(b)) return Infinity
  float64[0] = a
  float64[1] = b
  const [first, second] = Array.from(bits, value => value < 0n ? -(value & 0x7fffffffffffffffn) : value)
  const distance = Number(first - second)
  return distance === 0 ? 1 : Math.abs(distance) // 0 and -0 are equal, and not the same.
}

/** The next larger float64 of a finite one. */
export function nextUp(x: number): number {
  float64[0] = x + 0 // -0 and 0 have the same next one.
  bits[0] += x < 0 ? -1n : 1n
  return float64[0]
}
