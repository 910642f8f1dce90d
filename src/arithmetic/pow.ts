/**
 * x ** y and e^x - 1 with the float64 bits of the C library: see libm.ts. V8's own `**` is off by a unit in the last
 * place for one pair in ten, which `(x ** y - 1) / y` magnifies; its Math.expm1 for one number in 400 around 0.
 */
import { expOfPair, fma } from './libm.js'
import { computePowTable } from './pow-table.js'

const { inverse: INVERSE, logarithm: LOGARITHM, tail: TAIL } = computePowTable()
const BITS = new DataView(new ArrayBuffer(8))

/** ln(2) with 11 zero bits at its end, so that it can be multiplied by any exponent without an error; and the rest. */
const LN2_HIGH = 0.6931471805598903
const LN2_LOW = 5.497923018708371e-14

/**
 * x ** y for x > 0, by Arm's optimized-routines: the logarithm to 68 bits, times y, and the exponential of that.
 * @returns NaN for other x
 */
export function pow(x: number, y: number): number {
  if (x === 1 || y === 0) return 1
  if (!(x > 0 && x < Infinity) || Number.isNaN(y)) return x === Infinity || x === 0 ? x ** y : NaN
  const magnitude = Math.abs(y)
  if (magnitude < 2 ** -65) return 1
  // The result is 0 or infinite, since x is no nearer to 1 than 2^-53.
  if (magnitude >= 2 ** 64) return x > 1 === y > 0 ? Infinity : 0
  let k = 0
  if (x < 2 ** -1022) {
    x *= 2 ** 52
    k = -52
  }
  BITS.setFloat64(0, x)
  const highWord = BITS.getInt32(0)
  const lowWord = BITS.getUint32(4)
  // x is 2^k * z with z from 0.707 on, just above the word that is taken off; the top 7 bits of the rest choose.
  const above = highWord - 0x3fe69555
  k += above >> 20
  const i = (above >> 13) & 127
  BITS.setInt32(0, highWord - (above & 0xfff00000))
  BITS.setUint32(4, lowWord)
  const z = BITS.getFloat64(0)

  // log(x) = k ln 2 - log(inverse) + log1p(r), summed up in two doubles.
  const r = fma(z, INVERSE[i], -1)
  const t1 = k * LN2_HIGH + LOGARITHM[i]
  const t2 = t1 + r
  const low1 = fma(k, LN2_LOW, TAIL[i])
  const low2 = t1 - t2 + r
  const ar = -0.5 * r
  const ar2 = r * ar
  const ar3 = r * ar2
  const sum = t2 + ar2
  const low3 = fma(ar, r, -ar2)
  const low4 = t2 - sum + ar2
  const polynomial = fma(
    ar2,
    fma(ar2, fma(r, 1.0000415263675542, -1.142909628459501), fma(r, -0.6666666663487739, 0.7999999995323976)),
    fma(r, 0.5000000000000007, -0.6666666666666679)
  )
  const low = fma(ar3, polynomial, low1 + low2 + low3 + low4)
  const high = sum + low
  const tail = sum - high + low

  const product = y * high
  // Beyond every result that is not 0 or infinite, where the products below would overflow.
  if (!(Math.abs(product) < 1100)) return product > 0 ? Infinity : 0
  return expOfPair(product, fma(y, tail, fma(y, high, -product)))
}

/** ln(2) as fdlibm cuts it: 20 zero bits at the end of the first part. */
const FDLIBM_LN2_HIGH = 0.6931471803691238
const FDLIBM_LN2_LOW = 1.9082149292705877e-10

/** e^x - 1, by Sun's fdlibm, with the roundings of glibc where that is compiled for FMA. */
export function expm1(x: number): number {
  const magnitude = Math.abs(x)
  if (!(magnitude <= 709.782712893384)) return Number.isNaN(x) ? x : x < 0 ? -1 : Infinity
  if (magnitude < 2 ** -54) return x
  if (x <= -56 * Math.LN2) return -1
  BITS.setFloat64(0, magnitude)
  const highWord = BITS.getInt32(0)
  let k = 0
  let correction = 0
  if (highWord > 0x3fd62e42) {
    k = highWord < 0x3ff0a2b2 ? Math.sign(x) : Math.trunc(fma(Math.LOG2E, x, x > 0 ? 0.5 : -0.5))
    const high = x - k * FDLIBM_LN2_HIGH
    const low = k * FDLIBM_LN2_LOW
    x = high - low
    correction = high - x - low
  }
  const half = 0.5 * x
  const square = x * half
  const r1 = fma(square, -0.03333333333333313, 1)
  const r2 = fma(square, -7.93650757867488e-5, 0.0015873015872548146)
  const r3 = fma(square, -2.0109921818362437e-7, 4.008217827329362e-6)
  const square2 = square * square
  const r = fma(square2 * square2, r3, fma(square2, r2, r1))
  const t = fma(-r, half, 3)
  const quotient = square * ((r - t) / fma(-x, t, 6))
  if (k === 0) return x - fma(x, quotient, -square)
  const e = fma(x, quotient - correction, -correction) - square
  if (k === -1) return 0.5 * (x - e) - 0.5
  if (k === 1) return x < -0.25 ? -2 * (e - (x + 0.5)) : 1 + 2 * (x - e)
  if (k <= -2 || k > 56) return scale(1 - (e - x), k) - 1
  return k < 20 ? scale(1 - 2 ** -k - (e - x), k) : scale(x - (e + 2 ** -k) + 1, k)
}

/** In two steps, since 2^1024 is not a double. */
function scale(y: number, k: number): number {
  return k === 1024 ? y * 2 * 2 ** 1023 : y * 2 ** k
}
