/** Float64 numbers as a sequence: which one is next, and which lies in the middle. -0 and 0 are one place. */

const float64 = new Float64Array(1)
/** The low half and the high one. */
const words = new Uint32Array(float64.buffer)

const WORD = 2 ** 32

/** The number so many places above one that is not negative. */
function climb(x: number, places: number): number {
  float64[0] = x
  const low = words[0] + places % WORD
  words[1] += Math.floor(places / WORD) + Math.floor(low / WORD)
  words[0] = low
  return float64[0]
}

/** Places from one number up to another, neither negative: exact up to 2^53, and rounded beyond. */
function rise(from: number, to: number): number {
  float64[0] = to
  const [low, high] = words
  float64[0] = from
  return (high - words[1]) * WORD + (low - words[0])
}

/** Places from one number to another, negative where that is below. */
export function countPlaces(from: number, to: number): number {
  if (from > to) return -countPlaces(to, from)
  if (from >= 0) return rise(Math.abs(from), to)
  return to > 0 ? rise(0, to) + rise(0, -from) : rise(Math.abs(to), -from)
}

/** The number so many places further up, or down. */
export function step(x: number, places: number): number {
  if (x < 0 || (x === 0 && places < 0)) return 0 - step(Math.abs(x), -places)
  const size = Math.abs(x)
  if (places >= 0) return climb(size, places)
  const height = rise(0, size)
  if (height + places < 0) return -climb(0, -places - height)
  float64[0] = size
  const low = words[0] + places % WORD
  words[1] += Math.ceil(places / WORD) + Math.floor(low / WORD)
  words[0] = low < 0 ? low + WORD : low
  return float64[0]
}

/** A number halfway between two, by place: the first when the second is the next one. */
export function middleOf(a: number, b: number): number {
  if (a > b) return -middleOf(-a, -b) + 0
  if (a < 0 && b > 0) return 0
  if (a >= 0) return climb(Math.abs(a), Math.floor(rise(Math.abs(a), b) / 2))
  return 0 - climb(Math.abs(b), Math.ceil(rise(Math.abs(b), -a) / 2))
}

const float32 = new Float32Array(1)
const bits32 = new Int32Array(float32.buffer)

/** The float32 that follows, or comes before. */
function step32(x: number, by: 1 | -1): number {
  if (x === 0) return by * 2 ** -149
  float32[0] = x
  bits32[0] += x > 0 ? by : -by
  return float32[0]
}

/**
 * The least float64 that a split sends to the right, once it is rounded to the forest's precision: `threshold < x` for
 * `<=` splits, `threshold <= x` for strict ones.
 */
export function cutOf(threshold: number, isFloat32: boolean, isStrict: boolean): number {
  if (!Number.isFinite(threshold)) return threshold
  if (!isFloat32) return isStrict ? threshold : step(threshold, 1)
  let above = Math.fround(threshold)
  if (isStrict ? above < threshold : above <= threshold) above = step32(above, 1)
  if (!Number.isFinite(above)) return Infinity
  const below = step32(above, -1)
  // Both are float32, so that their mean is a float64; it goes to the even one.
  const mean = (below + above) / 2
  return Math.fround(mean) >= above ? mean : step(mean, 1)
}
