/**
 * The sum of `values[start .. start + count)` with numpy's rounding: eight accumulators up to 128 numbers, halves
 * above. Source: https://github.com/numpy/numpy/blob/main/numpy/_core/src/umath/loops_utils.h.src (pairwise sum).
 */
export function sumLikeNumpy(values: Float64Array, start: number, count: number): number {
  if (count < 8) {
    let sum = 0
    for (let i = start; i < start + count; i++) sum += values[i]
    return sum
  }
  if (count > 128) {
    const half = Math.floor(count / 2) - (Math.floor(count / 2) % 8)
    return sumLikeNumpy(values, start, half) + sumLikeNumpy(values, start + half, count - half)
  }
  const r = values.slice(start, start + 8)
  const whole = count - (count % 8)
  for (let i = 8; i < whole; i++) r[i % 8] += values[start + i]
  let sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]))
  for (let i = whole; i < count; i++) sum += values[start + i]
  return sum
}

/** The same of float32 numbers, whose sums numpy rounds to float32. */
export function sumFloat32LikeNumpy(values: Float32Array | Float64Array, start: number, count: number): number {
  const { fround } = Math
  if (count < 8) {
    let sum = 0
    for (let i = start; i < start + count; i++) sum = fround(sum + values[i])
    return sum
  }
  if (count > 128) {
    const half = Math.floor(count / 2) - (Math.floor(count / 2) % 8)
    return fround(sumFloat32LikeNumpy(values, start, half) + sumFloat32LikeNumpy(values, start + half, count - half))
  }
  const r = values.slice(start, start + 8)
  const whole = count - (count % 8)
  for (let i = 8; i < whole; i++) r[i % 8] = fround(r[i % 8] + values[start + i])
  let sum = fround(
    fround(fround(r[0] + r[1]) + fround(r[2] + r[3])) + fround(fround(r[4] + r[5]) + fround(r[6] + r[7]))
  )
  for (let i = whole; i < count; i++) sum = fround(sum + values[start + i])
  return sum
}
