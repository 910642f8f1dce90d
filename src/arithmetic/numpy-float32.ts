/**
 * float32 arithmetic with numpy's bits: its exp and its sums differ from those of the C library. numpy computes both
 * alike with AVX2 and with AVX-512.
 */

const { fround } = Math

/** The largest argument whose result is finite, and the largest whose result is 0. */
const MAX_EXP = 88.72283935546875
const MIN_EXP = -103.97208404541016
const LOG2_E = fround(1.4426950408889634)
/** -log(2) in two parts (Cody and Waite). */
const LOG_2_HIGH = fround(-0.693145752)
const LOG_2_LOW = fround(-1.42860677e-6)
/** Added to a float32 and taken off again, it rounds to an integer. */
const SHIFT = 1.5 * 2 ** 23
const NUMERATOR = [
  5.082762527590694e-4, 6.757896990527505e-3, 5.114512081637298e-2, 0.2473615434895521, 0.7257664613233124,
  0.9999999999980871
].map(fround)
const DENOMINATOR = [2.159509375685830e-2, -0.2742335390411667, 1].map(fround)

/**
 * `numpy.exp` of a float32. Source:
 * https://github.com/numpy/numpy/blob/main/numpy/_core/src/umath/loops_exponent_log.dispatch.c.src (simd_exp_FLOAT).
 */
export function expNumpy32(x: number): number {
  if (!(x <= MAX_EXP && x > MIN_EXP)) return Number.isNaN(x) ? x : x > 0 ? Infinity : 0
  const quadrant = fround(fround(fround(x * LOG2_E) + SHIFT) - SHIFT)
  const rest = multiplyAdd(quadrant, LOG_2_LOW, multiplyAdd(quadrant, LOG_2_HIGH, x))
  const evaluate = (sum: number, coefficient: number) => multiplyAdd(sum, rest, coefficient)
  return fround(fround(NUMERATOR.reduce(evaluate) / DENOMINATOR.reduce(evaluate)) * 2 ** quadrant)
}

/** a * b + c of float32s with a single rounding to float32, as an FMA instruction has it. */
function multiplyAdd(a: number, b: number, c: number): number {
  // Exact: 24 bits times 24.
  const product = a * b
  const sum = product + c
  const rounded = fround(sum)
  const error = sum - rounded
  const other = rounded + 2 * error
  // Only from halfway between two float32s does what the float64 sum lost decide.
  if (error === 0 || fround(other) !== other) return rounded
  const part = sum - product
  const lost = (product - (sum - part)) + (c - part)
  if (lost === 0) return rounded
  return lost > 0 ? Math.max(rounded, other) : Math.min(rounded, other)
}
