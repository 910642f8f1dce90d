/** log and log1p with the bits of the C library, as libm.ts has exp. log1p follows Sun's fdlibm. */
import { fma, LN2_HIGH, LN2_LOW } from './libm.js'
import { computeLogTable } from './libm-tables.js'

const { inverse: INVERSE, logarithm: LOGARITHM } = computeLogTable()
const BITS = new DataView(new ArrayBuffer(8))

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
