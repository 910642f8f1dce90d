/** Middles and laws. */

/** @param values at least one */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** Half the distance from the smallest to the largest value, as a share of the median. */
export function spread(values: readonly number[]): number {
  return (Math.max(...values) - Math.min(...values)) / 2 / median(values)
}

/** A straight line through points on paper that is logarithmic both ways: y = factor * x ** exponent. */
export interface PowerLaw {
  readonly factor: number
  readonly exponent: number
  /** Share of the variation of log y that the line explains, 0 to 1. */
  readonly r2: number
}

/** Least squares of the logarithms. @param points [x, y], both above 0, at least two */
export function fitPowerLaw(points: ReadonlyArray<readonly [number, number]>): PowerLaw {
  const xs = points.map(([x]) => Math.log(x))
  const ys = points.map(([, y]) => Math.log(y))
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const mx = mean(xs)
  const my = mean(ys)
  const sxx = xs.reduce((sum, x) => sum + (x - mx) ** 2, 0)
  const sxy = xs.reduce((sum, x, i) => sum + (x - mx) * (ys[i] - my), 0)
  const syy = ys.reduce((sum, y) => sum + (y - my) ** 2, 0)
  const exponent = sxy / sxx
  return { exponent, factor: Math.exp(my - exponent * mx), r2: syy === 0 ? 1 : sxy ** 2 / sxx / syy }
}
