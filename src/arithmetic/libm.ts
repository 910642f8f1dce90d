/**
 * exp, log, log1p and their kin with the float64 bits of the C library behind scikit-learn: glibc 2.28 or newer on an
 * x86-64 with FMA. `Math.exp` differs from it for one argument in ten, by a unit in the last place.
 *
 * exp, pow and log follow the algorithms of Arm's optimized-routines (Szabolcs Nagy, 2018), which glibc uses: reduce
 * by a table of 128 entries, then a polynomial. log1p follows Sun's fdlibm. A result is only the same if every
 * rounding is, so the order of operations and each {@link fma} below are those of the compiled library.
 */
import { computeLogTable, computePowersOfTwo, computePowerTable } from './libm-tables.js'

const { head: HEAD, tail: TAIL } = computePowerTable()
const { inverse: INVERSE, logarithm: LOGARITHM } = computeLogTable()
const POWERS = computePowersOfTwo()
const BITS = new DataView(new ArrayBuffer(8))

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
const LN2_HIGH = 0.6931471805598903
const LN2_LOW = 5.497923018708371e-14

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

/** Natural logarithm. The bits of glibc's log: -Infinity for 0, NaN below. */
export function log(x: number): number {
  if (x >= 0.9375 && x < 1.064697265625) return logNearOne(x)
  if (!(x > 0 && x < Infinity)) return x === 0 ? -Infinity : x > 0 ? x : NaN
  let k = 0
  if (x < 2 ** -1022) {
    x *= 2 ** 52
    k = -52
  }
  BITS.setFloat64(0, x)
  const high = BITS.getInt32(0)
  // x is 2^k * z with z in [0.6875, 1.375); the top 7 bits of what z exceeds 0.6875 by choose the entry.
  const above = high - 0x3fe60000
  k += above >> 20
  const i = (above >> 13) & 127
  BITS.setInt32(0, high - (above & 0xfff00000))
  const z = BITS.getFloat64(0)

  const r = fma(z, INVERSE[i], -1)
  const base = k * LN2_HIGH + LOGARITHM[i]
  const sum = base + r
  const low = fma(k, LN2_LOW, (base - sum) + r)
  const r2 = r * r
  const upper = fma(r2, fma(r, -0.16667054827627667, 0.20000304511814496),
    fma(r, -0.2499999999622955, 0.33333333331825593))
  return fma(r * r2, upper, fma(r2, -0.5000000000000001, low)) + sum
}

/** log for x in [1 - 2^-4, 1 + 265 * 2^-12), where the table would cost precision. */
function logNearOne(x: number): number {
  if (x === 1) return 0
  const r = x - 1
  const r2 = r * r
  const r3 = r * r2
  const first = fma(r2, 0.19999999999320328, fma(r, -0.24999999999998432, 0.3333333333333352))
  const second = fma(r2, -0.12499997863982555, fma(r, 0.14285715076560868, -0.16666666669929706))
  const third = fma(r3, -0.08328363062289341,
    fma(r2, 0.09181994006195467, fma(r, -0.10000486757818193, 0.11110712032936046)))
  const polynomial = fma(fma(third, r3, second), r3, first)
  // r - r^2/2 with r^2 exact in two parts.
  const scaled = r * 2 ** 27
  const rHigh = (r + scaled) - scaled
  const rLow = r - rHigh
  const halfSquare = rHigh * rHigh * -0.5
  const high = r + halfSquare
  const low = fma(-0.5 * rLow, r + rHigh, (r - high) + halfSquare)
  return high + fma(polynomial, r3, low)
}

/** ln(2) as fdlibm cuts it: 20 zero bits at the end of the first part. */
const LOG1P_LN2_HIGH = 0.6931471803691238
const LOG1P_LN2_LOW = 1.9082149292705877e-10

/**
 * log(1 + x). The bits of glibc's log1p where that is compiled for FMA (2.39 and newer, and what distributions took
 * back into older ones).
 */
export function log1p(x: number): number {
  if (!(x > -1 && x < Infinity)) return x === -1 ? -Infinity : x > 0 ? x : NaN
  const magnitude = Math.abs(x)
  if (magnitude < 2 ** -29) return magnitude < 2 ** -54 ? x : x - x * x * 0.5

  BITS.setFloat64(0, x)
  const xHigh = BITS.getInt32(0)
  // The bounds of fdlibm, about sqrt(2)/2 - 1 and sqrt(2) - 1, look at the high word only.
  if (xHigh < 0x3fda827a && (xHigh > 0 || xHigh <= (0xbfd2bec3 | 0))) {
    const halfSquare = x * 0.5 * x
    return x - (halfSquare - evaluateLog1p(x, halfSquare))
  }

  // 1 + x is 2^k * (1 + f), and `correction` what 1 + x lost in rounding, relative to it.
  const whole = 1 + x
  const isHuge = x >= 2 ** 53
  BITS.setFloat64(0, isHuge ? x : whole)
  const high = BITS.getInt32(0)
  let k = (high >> 20) - 1023
  const correction = isHuge ? 0 : (k > 0 ? 1 - (whole - x) : x - (whole - 1)) / whole
  const mantissa = high & 0xfffff
  const isUpper = mantissa >= 0x6a09e
  if (isUpper) k++
  BITS.setInt32(0, mantissa | (isUpper ? 0x3fe00000 : 0x3ff00000))
  const f = BITS.getFloat64(0) - 1
  const halfSquare = f * 0.5 * f
  const low = fma(k, LOG1P_LN2_LOW, correction)
  // |f| < 2^-20: fdlibm's test of the high word of 1 + f.
  if ((isUpper ? (0x100000 - mantissa) >> 2 : mantissa) === 0) {
    if (f === 0) return k * LOG1P_LN2_HIGH + low
    const rest = fma(-0.6666666666666666, f, 1) * halfSquare
    return k === 0 ? f - rest : k * LOG1P_LN2_HIGH - ((rest - low) - f)
  }
  const rest = evaluateLog1p(f, halfSquare)
  if (k === 0) return f - (halfSquare - rest)
  return k * LOG1P_LN2_HIGH - ((halfSquare - (low + rest)) - f)
}

/** log(1 + f) - f + f^2/2. */
function evaluateLog1p(f: number, halfSquare: number): number {
  const s = f / (2 + f)
  const z = s * s
  const z2 = z * z
  const z4 = z2 * z2
  const a = fma(z, 0.2857142874366239, 0.3999999999940942)
  const b = fma(z, 0.1818357216161805, 0.22222198432149784)
  const c = fma(z, 0.14798198605116586, 0.15313837699209373)
  const sum = fma(z2 * z4, c, fma(z4, b, fma(z, 0.6666666666666735, z2 * a)))
  return s * (sum + halfSquare)
}
