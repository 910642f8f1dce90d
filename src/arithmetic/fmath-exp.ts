/** The exponential function of the library fmath in float64, which CatBoost has for its softmax and exp: 2e-16 off. */
import { exp2 } from './libm.js'

const BITS = 11
const SIZE = 1 << BITS
/** log(2) as float64. */
const LN2 = 0.6931471805599453
const A = SIZE / LN2
const RA = 1 / A
const ROUND = 3 * 2 ** 51
const LARGEST = 709.78271289338397
const SMALLEST = -708.39641853226408

/** 2 ** (i / SIZE). */
let table: Float64Array | undefined

/**
 * The bits that its versions for SSE2 and AVX2 give.
 * @param clamp whether it is one of several numbers that a vector instruction takes at once: then exp of the smallest
 * argument stands for all below it, and not 0
 */
export function expOfFmath(x: number, clamp = false): number {
  if (Number.isNaN(x)) return x
  if (x >= LARGEST) return Infinity
  if (x <= SMALLEST) {
    if (!clamp || x === -Infinity) return 0
    x = SMALLEST
  }
  table ??= Float64Array.from({ length: SIZE }, (_, i) => exp2(i / SIZE))
  const n = x * A + ROUND - ROUND
  const t = n * RA - x
  const y = (3.0000000027955394 - t) * (t * t) * 0.16666666685227835064 - t + 1
  const low = ((n % SIZE) + SIZE) % SIZE
  return y * (table[low] * 2 ** ((n - low) / SIZE))
}
