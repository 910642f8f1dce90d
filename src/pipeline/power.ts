/**
 * Numbers of twice the precision are pairs [high, low] whose sum is the number:
 * T. J. Dekker, A floating-point technique for extending the available precision, Numerische Mathematik 18 (1971).
 */
type Pair = readonly [high: number, low: number]

const LN2: Pair = [0.6931471805599453, 2.3190468138462996e-17]
/** What is left of ln 2. */
const LN2_REST = 5.707708438416212e-34
const SIXTH: Pair = [1 / 6, 9.25185853854297e-18]
const HALVINGS = 8
/** 2 ** 27 + 1: what cuts a double in two halves. */
const SPLITTER = 134217729

/**
 * x ** y with an error of about 2^-80 of it before it is rounded: what the C library's pow
 * gives for all but one argument in a thousand. V8's own is off by one unit for one in ten, which
 * `(x ** y - 1) / y` magnifies.
 * @param x above 0
 */
export function power(x: number, y: number): number {
  const logarithm = Math.log(x)
  // Where a result is infinite, 0 or close to either, the last bit is of no interest.
  if (!(Math.abs(y * logarithm) < 700) || logarithm === 0 || y === 0) return x ** y
  // One step of Newton's: log x = l + log(x * exp(-l)), and that is next to log 1.
  const [high, low] = multiply(exponential([-logarithm, 0]), [x, 0])
  const rest = (high - 1) + low
  const [result] = exponential(multiply(add([logarithm, 0], [rest, -rest * rest / 2]), [y, 0]))
  return result
}

/** e ** x for |x| below 710. */
function exponential(x: Pair): Pair {
  const k = Math.round(x[0] / LN2[0])
  const whole = multiply(LN2, [k, 0])
  const reduced = add(add(x, [-whole[0], -whole[1]]), [-k * LN2_REST, 0])
  const r: Pair = [reduced[0] / 2 ** HALVINGS, reduced[1] / 2 ** HALVINGS]
  const square = multiply(r, r)
  const cube = multiply(square, r)
  // expm1 by Taylor's series: |r| is below 0.0014, so that of the fourth power on one double is enough.
  const tail = square[0] * square[0] * (1 / 24 + r[0] * (1 / 120 + r[0] * (1 / 720 + r[0] * (1 / 5040 + r[0] / 40320))))
  let p = add(r, add([square[0] / 2, square[1] / 2], add(multiply(cube, SIXTH), [tail, 0])))
  // (1 + p) ** 2 - 1 = p * (p + 2)
  for (let i = 0; i < HALVINGS; i++) p = multiply(p, add([2, 0], p))
  const [high, low] = add([1, 0], p)
  // In two steps, since 2 ** 1023 is the largest power of two.
  const half = 2 ** Math.trunc(k / 2)
  const other = 2 ** (k - Math.trunc(k / 2))
  return [high * half * other, low * half * other]
}

function add(a: Pair, b: Pair): Pair {
  const sum = a[0] + b[0]
  const part = sum - a[0]
  const error = (a[0] - (sum - part)) + (b[0] - part)
  return normalize(sum, error + (a[1] + b[1]))
}

function multiply(a: Pair, b: Pair): Pair {
  const product = a[0] * b[0]
  const aLarge = SPLITTER * a[0]
  const aHigh = aLarge - (aLarge - a[0])
  const aLow = a[0] - aHigh
  const bLarge = SPLITTER * b[0]
  const bHigh = bLarge - (bLarge - b[0])
  const bLow = b[0] - bHigh
  const error = ((aHigh * bHigh - product) + aHigh * bLow + aLow * bHigh) + aLow * bLow
  return normalize(product, error + (a[0] * b[1] + a[1] * b[0]))
}

function normalize(high: number, low: number): Pair {
  const sum = high + low
  return [sum, low - (sum - high)]
}
