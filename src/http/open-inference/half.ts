/** Numbers of 16 bits, which JavaScript has not. */

/** The smallest step between two of them. */
const MIN_STEP = 2 ** -24

/**
 * The nearest number of 16 bits, the even one of two that are as near: numpy's `float16(value)`. From 65520 on an
 * infinity.
 */
export function roundToHalf(value: number): number {
  const size = Math.abs(value)
  if (!(size < 65520)) return size >= 65520 ? Math.sign(value) * Infinity : value
  // Where log2 is off by its last bit, both steps have the same nearest number.
  const step = Math.max(MIN_STEP, 2 ** (Math.floor(Math.log2(size)) - 10))
  // Of sums that are this large the last bit is one step: the addition rounds.
  const large = step * 2 ** 52
  const rounded = size + large - large
  return value < 0 || Object.is(value, -0) ? -rounded : rounded
}

/** The number that 16 bits stand for. */
export function decodeHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN
  return exponent === 0 ? sign * fraction * MIN_STEP : sign * (0x400 + fraction) * 2 ** (exponent - 25)
}
