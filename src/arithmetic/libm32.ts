/**
 * expf and logf with the float32 bits of the C library behind XGBoost: glibc 2.27 or newer on an x86-64 with FMA. Both
 * follow Arm's optimized-routines (Szabolcs Nagy, 2017), which glibc uses: float64 arithmetic, a table and a short
 * polynomial, and one rounding to float32 at the end. Neither is the correctly rounded function: `Math.fround(exp(x))`
 * differs for one argument in a thousand.
 */
import { computePowerTable } from './libm-tables.js'

const N_STEPS = 32
/** 2^(i/32), rounded to nearest: every fourth entry of the table of exp. */
const STEPS = computePowerTable().head.filter((_, i) => i % 4 === 0)

/** 2^n is at n + 150, for the n of all float32 results, subnormal ones included. */
const POWERS = new Float64Array(280)
POWERS[150] = 1
for (let i = 151; i < POWERS.length; i++) POWERS[i] = POWERS[i - 1] * 2
for (let i = 149; i >= 0; i--) POWERS[i] = POWERS[i + 1] / 2

/** Added to a double and taken off again, it rounds to an integer. */
const SHIFT = 1.5 * 2 ** 52
/** 32 / ln(2) in two parts, the product of either and a float32 being exact. */
const STEPS_HIGH = 46.16624128818512
const STEPS_LOW = 2.026170875524258e-8
const E1 = 0.021660849396613134
const E2 = 0.00023459809789509004
const E3 = 1.6938359250920212e-6

/** The largest argument whose result is finite, and the smallest whose result is not 0. */
const MAX_EXP = 88.72283172607422
const MIN_EXP = -103.97207641601562

/**
 * e^x in float32.
 * @param x a float32
 */
export function expf(x: number): number {
  if (!(x <= MAX_EXP && x >= MIN_EXP)) return Number.isNaN(x) ? x : x > 0 ? Infinity : 0
  const high = STEPS_HIGH * x
  const low = STEPS_LOW * x
  const k = high + low + SHIFT - SHIFT
  // An FMA in the library, which decides two results out of all. `high - k` is exact, so this too rounds once.
  const r = high - k + low
  const y = (E3 * r + E2) * (r * r) + (E1 * r + 1)
  return Math.fround(y * (STEPS[k & N_STEPS - 1] * POWERS[(k >> 5) + 150]))
}

/** [16] About 1 / z for the z of each sixteenth of an octave, chosen so that the logarithm has a small error. */
const INVERSE = Float64Array.of(
  1.398907162146528, 1.3403141896637998, 1.286432210124115, 1.2367150214269895, 1.1906977166711752, 1.1479821020556429,
  1.1082251448272158, 1.0711297413057381, 1.036437278977283, 1, 0.9492859795739057, 0.8951049428609004,
  0.8476821620351103, 0.8050314851692001, 0.7664671008843108, 0.731428603316328
)
/** [16] -ln of each of them. */
const LOGARITHM = Float64Array.of(
  -0.33569133332882284, -0.2929040563774074, -0.2518726580937369, -0.21245868807117255, -0.17453945183745634,
  -0.1380057072319758, -0.10275976698545139, -0.06871392447020525, -0.0357891387398228, 0, 0.05204517742929496,
  0.11081431298787942, 0.1652495223695143, 0.21687389031699977, 0.2659635028121397, 0.3127556664073557
)
const L2 = -0.4999997485802103
const L3 = 0.333456765744066
const L4 = -0.25089342214237154

/** Bits of the float32 where the table's octave begins, a little below 0.7. */
const OCTAVE = 0x3f330000
const FLOAT = new Float32Array(1)
const BITS = new Int32Array(FLOAT.buffer)

/**
 * ln(x) in float32.
 * @param x a float32
 */
export function logf(x: number): number {
  if (!(x > 0 && x < Infinity)) return x === 0 ? -Infinity : x === Infinity ? x : NaN
  const isSubnormal = x < 2 ** -126
  FLOAT[0] = isSubnormal ? x * 2 ** 23 : x
  const beyond = BITS[0] - OCTAVE
  const k = beyond >> 23
  const i = beyond >> 19 & 15
  BITS[0] -= k << 23
  const r = FLOAT[0] * INVERSE[i] - 1
  const start = LOGARITHM[i] + (isSubnormal ? k - 23 : k) * Math.LN2
  return Math.fround((L4 * (r * r) + (L3 * r + L2)) * (r * r) + (start + r))
}

/** ln(2) in two parts, the first with zeros at its end, and its reciprocal. */
const LN2_HIGH = Math.fround(6.9313812256e-1)
const LN2_LOW = Math.fround(9.0580006145e-6)
const INVERSE_LN2 = Math.fround(1.4426950216)
const HALF_LN2 = 0.3465735912322998
const Q1 = Math.fround(-3.3333335072e-2)
const Q2 = Math.fround(1.5873016091e-3)
const Q3 = Math.fround(-7.9365076090e-5)
const Q4 = Math.fround(4.0082177293e-6)
const Q5 = Math.fround(-2.0109921195e-7)

/**
 * e^x - 1 in float32, as glibc has it up to 2.40: Sun's fdlibm, every operation rounded to float32.
 * @param x a float32
 */
export function expm1f(x: number): number {
  const { fround } = Math
  if (Number.isNaN(x) || Math.abs(x) < 2 ** -25) return x
  if (x > MAX_EXP) return Infinity
  if (x <= -27 * Math.LN2) return -1
  let k = 0
  let c = 0
  if (Math.abs(x) > HALF_LN2) {
    k = Math.abs(x) < 3 * HALF_LN2 ? Math.sign(x) : Math.trunc(fround(fround(INVERSE_LN2 * x) + (x > 0 ? 0.5 : -0.5)))
    const high = fround(x - fround(k * LN2_HIGH))
    const low = fround(k * LN2_LOW)
    x = fround(high - low)
    c = fround(fround(high - x) - low)
  }
  const half = fround(0.5 * x)
  const hxs = fround(x * half)
  let r = Q5
  for (const q of [Q4, Q3, Q2, Q1, 1]) r = fround(q + fround(hxs * r))
  const t = fround(3 - fround(r * half))
  let e = fround(hxs * fround(fround(r - t) / fround(6 - fround(x * t))))
  if (k === 0) return fround(x - fround(fround(x * e) - hxs))
  e = fround(fround(x * fround(e - c)) - c)
  e = fround(e - hxs)
  if (k === -1) return fround(fround(0.5 * fround(x - e)) - 0.5)
  if (k === 1) {
    return x < -0.25 ? fround(-2 * fround(e - fround(x + 0.5))) : fround(1 + fround(2 * fround(x - e)))
  }
  if (k <= -2 || k > 56) return fround(fround(fround(1 - fround(e - x)) * 2 ** k) - 1)
  if (k < 23) return fround(fround(fround(1 - 2 ** -k) - fround(e - x)) * 2 ** k)
  return fround(fround(fround(x - fround(e + 2 ** -k)) + 1) * 2 ** k)
}
