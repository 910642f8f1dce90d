/**
 * `numpy.interp(x, xs, ys)`: piecewise linear, the first and last of `ys` outside.
 * Source: https://github.com/numpy/numpy/blob/main/numpy/_core/src/multiarray/compiled_base.c (arr_interp).
 * @param xs ascending, repeats allowed
 */
export function interpolate(x: number, xs: Float64Array, ys: Float64Array): number {
  const last = xs.length - 1
  if (Number.isNaN(x)) return x
  if (x > xs[last]) return ys[last]
  if (x < xs[0]) return ys[0]
  const j = lastAtMost(xs, x)
  if (j === last || xs[j] === x) return ys[j]
  const slope = (ys[j + 1] - ys[j]) / (xs[j + 1] - xs[j])
  return slope * (x - xs[j]) + ys[j]
}

/** The last index whose value is <= x; there is one. */
function lastAtMost(xs: Float64Array, x: number): number {
  let low = 0
  let high = xs.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (x >= xs[middle]) low = middle + 1
    else high = middle
  }
  return low - 1
}
