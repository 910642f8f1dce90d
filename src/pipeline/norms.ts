/**
 * Norms of a row in numpy's order of summation, for a row of a row-major (C-ordered) array, which is what a transformer
 * before the Normalizer gives it. Where scikit-learn is handed a DataFrame, which numpy lays out by columns, its own
 * sums run in another order and may differ in the last bit.
 */
import { sumLikeNumpy } from '../arithmetic/numpy-sum.js'

export type Norm = 'l1' | 'l2' | 'max'

/** @returns the norm of `values`, which are changed on the way */
export const NORMS: Readonly<Record<Norm, (values: Float64Array) => number>> = {
  l1(values) {
    for (let i = 0; i < values.length; i++) values[i] = Math.abs(values[i])
    return sumLikeNumpy(values, 0, values.length)
  },
  l2: values => Math.sqrt(sumSquares(values)),
  max(values) {
    let largest = 0
    for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i]))
    return largest
  }
}

/**
 * `numpy.einsum("ij,ij->i", X, X)`: two accumulators, even and odd columns; in blocks of eight columns the last pair is
 * added first. Source: https://github.com/numpy/numpy/blob/main/numpy/_core/src/multiarray/einsum_sumprod.c.src, built
 * for x86-64's two-lane baseline.
 */
function sumSquares(x: Float64Array): number {
  let even = 0
  let odd = 0
  let i = 0
  for (; x.length - i >= 8; i += 8) {
    for (let pair = i + 6; pair >= i; pair -= 2) {
      even += x[pair] * x[pair]
      odd += x[pair + 1] * x[pair + 1]
    }
  }
  for (; i < x.length; i += 2) {
    even += x[i] * x[i]
    if (i + 1 < x.length) odd += x[i + 1] * x[i + 1]
  }
  return even + odd
}
