/** Numbers as CSV cells have them. */

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const ZERO = 48
const POINT = 46
const PLUS = 43
const MINUS = 45

/** Powers of ten that a float64 holds exactly. */
const POWERS = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`))

/** Below this, every whole number is a float64. */
const EXACT = 2 ** 53

/**
 * The float64 nearest to a decimal number, as `JSON.parse` gives it. The usual cell needs no text: its digits are a
 * whole number below 2^53 over a power of ten up to 1e22, both exact, so their quotient is rounded once.
 * @param bytes ASCII digits with an optional sign, point and exponent in `[start, end)`
 * @returns NaN when that is anything else: there are no other spellings, no spaces, no names
 */
export function parseDecimal(bytes: Buffer, start: number, end: number): number {
  let i = start
  const sign = bytes[i]
  if (sign === MINUS || sign === PLUS) i++
  const first = i
  let mantissa = 0
  let digits = 0
  for (; i < end && isDigit(bytes[i]); i++) mantissa = mantissa * 10 + (bytes[i] - ZERO)
  digits = i - first
  let scale = 0
  if (i < end && bytes[i] === POINT) {
    const point = i++
    for (; i < end && isDigit(bytes[i]); i++) mantissa = mantissa * 10 + (bytes[i] - ZERO)
    scale = i - point - 1
    digits += scale
  }
  if (i === end && digits > 0 && mantissa < EXACT && scale < POWERS.length) {
    const value = mantissa / POWERS[scale]
    return sign === MINUS ? -value : value
  }
  const text = bytes.toString('latin1', start, end)
  return DECIMAL.test(text) ? Number(text) : NaN
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= ZERO + 9
}
