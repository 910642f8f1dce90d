/**
 * exp and its kin with the float64 bits of the C library behind scikit-learn: glibc 2.28 or newer on an x86-64 with
 * FMA. `Math.exp` differs from it for one argument in ten, by a unit in the last place. Logarithms are in libm-log.ts.
 *
 * exp, pow and log follow the algorithms of Arm's optimized-routines (Szabolcs Nagy, 2018), which glibc uses: reduce
 * by a table of 128 entries, then a polynomial. A result is only the same if every rounding is, so the order of
 * operations and each {@link fma} below are those of the compiled library.
 */
import { computePowersOfTwo, computePowerTable } from './libm-tables.js'

const { head: HEAD, tail: TAIL } = computePowerTable()
const POWERS = computePowersOfTwo()

/** Added to a double and taken off again, it rounds to an integer. */
const SHIFT = 1.5 * 2 ** 52
const STEPS_PER_UNIT = 184.6649652337873 // 128 / ln(2)
const STEP_HIGH = -0.005415212348111709 // -ln(2) / 128, its low bits zero: exact times an integer below 2^17
const STEP_LOW = -1.2864023111638346e-14
const E2 = 0.49999999999996786
const E3 = 0.16666666666665886
const E4 = 0.0416666808410674
const E5 = 0.008333335853059549

/** ln(2) with 11 zero bits at its end, so that it can be multiplied by any exponent without an error; and the rest. */
export const LN2_HIGH = 0.6931471805598903
export const LN2_LOW = 5.497923018708371e-14

/**
 * `a * b + c` rounded once, as the FMA instruction does. Products must neither overflow nor come within 2^106 of the
 * least normal number.
 */
export function fma(a: number, b: number, c: number): number {
  const product = a * b
  const sum = product + c
  // The error of the product, by Dekker and Veltkamp: each factor cut in halves of 26 bits.
  const aShifted = a * 134217729
  const aHigh = aShifted - (aShifted - a)
  const aLow = a - aHigh
  const bShifted = b * 134217729
  const bHigh = bShifted - (bShifted - b)
  const bLow = b - bHigh
  const productError = aLow * bLow - (((product - aHigh * bHigh) - aLow * bHigh) - aHigh * bLow)
  // The error of the sum, by Knuth.
  const cRounded = sum - product
  const sumError = (product - (sum - cRounded)) + (c - cRounded)
  const error = sumError + productError
  const result = sum + error
  // What is left out now only counts if `sum + error` lay half-way between two doubles.
  const back = error - sumError
  const lost = (sumError - (error - back)) + (productError - back)
  if (lost !== 0) {
    const half = error - (result - sum)
    const other = result + 2 * half
    if (half !== 0 && other - result === 2 * half && lost > 0 === half > 0) return other
  }
  return result
}

/** e^x. The bits of glibc's exp; subnormal results, overflow to Infinity and NaN included. */
export function exp(x: number): number {
  const magnitude = Math.abs(x)
  if (!(magnitude < 512)) return expFar(x)
  if (magnitude < 2 ** -54) return 1 + x
  const k = countSteps(x)
  const i = k & 127
  const head = HEAD[i]
  const tail = TAIL[i]
  const reduced = x + k * STEP_HIGH
  // Plain arithmetic is off by less than 4.4e-18 here. If it rounds alike 5e-18 to both sides, that is the result.
  const r = reduced + k * STEP_LOW
  const r2 = r * r
  const delta = head * (tail + r + r2 * (E2 + r * E3) + r2 * r2 * (E4 + r * E5))
  const result = head + (delta + 5e-18)
  const scale = POWERS[(k >> 7) + 1022]
  if (result === head + (delta - 5e-18)) return result * scale
  return fma(head, evaluateExp(fma(k, STEP_LOW, reduced), tail), head) * scale
}

/** exp for |x| >= 512, where the power of two does not fit a normal double any more, or soon will not. */
function expFar(x: number): number {
  if (x > 710) return Infinity
  if (x < -746) return 0
  if (Number.isNaN(x)) return x
  const k = countSteps(x)
  return scaleFar(k, evaluateExp(fma(k, STEP_LOW, fma(k, STEP_HIGH, x)), TAIL[k & 127]))
}

/**
 * 2^y. The bits of glibc's pow(2, y), which is what numpy computes for `2 ** y`; its exp2(y) differs for one y in a
 * thousand.
 */
export function exp2(y: number): number {
  const magnitude = Math.abs(y)
  if (!(magnitude < 1100)) return Number.isNaN(y) ? y : y > 0 ? Infinity : 0
  if (magnitude < 2 ** -65) return 1
  // y * ln(2), as a double and what that lacks.
  const x = y * Math.LN2
  return expOfPair(x, fma(y, LN2_REST, fma(y, Math.LN2, -x)))
}

/** e^(x + rest) for |x| < 1100 and a rest below its last place: the second half of glibc's pow. */
export function expOfPair(x: number, rest: number): number {
  if (Math.abs(x) < 2 ** -54) return 1 + x
  const k = countSteps(x)
  const tail = TAIL[k & 127]
  const delta = evaluateExp(rest + fma(k, STEP_LOW, fma(k, STEP_HIGH, x)), tail)
  if (Math.abs(x) >= 512) return scaleFar(k, delta)
  const head = HEAD[k & 127]
  return fma(head, delta, head) * POWERS[(k >> 7) + 1022]
}

const LN2_REST = (LN2_HIGH - Math.LN2) + LN2_LOW

/** How many 128ths of an octave lie in x. */
function countSteps(x: number): number {
  const steps = x * STEPS_PER_UNIT
  const k = (steps + SHIFT) - SHIFT
  // Only here could the rounding of the product have moved it over the middle.
  return Math.abs(steps - k) === 0.5 ? fma(x, STEPS_PER_UNIT, SHIFT) - SHIFT : k
}

/** e^r * (1 + tail) - 1 for |r| <= ln(2)/256. */
function evaluateExp(r: number, tail: number): number {
  const r2 = r * r
  return fma(r2 * r2, fma(r, E5, E4), fma(fma(r, E3, E2), r2, tail + r))
}

/** 2^(k/128) * (1 + delta) where the result may be subnormal or infinite: scaled in two steps. */
function scaleFar(k: number, delta: number): number {
  const head = HEAD[k & 127]
  const exponent = k >> 7
  if (k >= 0) {
    const scale = head * POWERS[exponent - 1009 + 1022]
    return fma(scale, delta, scale) * 2 ** 1009
  }
  const scale = head * POWERS[exponent + 1022 + 1022]
  const product = scale * delta
  let result = scale + product
  if (result < 1) {
    // Subnormal: round at the last bit that will be left, once.
    const low = (scale - result) + product
    const high = 1 + result
    result = (((1 - high) + result + low) + high) - 1
  }
  return result * POWERS[0]
}

/** The logistic function 1 / (1 + e^-x), in scipy.special.expit's operations. */
export function expit(x: number): number {
  return 1 / (1 + exp(-x))
}
