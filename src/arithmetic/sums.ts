/**
 * Sums of products, as linear models and projections have them. Their last bits depend on the BLAS that numpy was built
 * with, on the processor, and on how many rows there are. The order here is the plain one: each product is rounded, and
 * added to the sum so far, column after column from 0 on. So does scipy for sparse rows, and OpenBLAS for a lone row
 * with one output and less than 16 columns; elsewhere it fuses products with sums, or keeps several sums.
 */

interface Sums {
  /** [nSums][nColumns] */
  readonly coef: ReadonlyArray<readonly number[]>
  /** [nSums] Added last. */
  readonly intercept?: readonly number[] | undefined
  /** [nColumns] A row whose own sums are subtracted last. */
  readonly centre?: readonly number[] | undefined
}

/** [nColumns] to [nSums], which is overwritten. */
export type EvaluateSums = (row: Float64Array, sums: Float64Array) => void

/** How sums become an evaluation. */
export type CompileSums = (sums: Sums) => EvaluateSums

export const compileSums: CompileSums = ({ coef, intercept, centre }) => {
  const nColumns = coef[0]?.length ?? 0
  const nSums = coef.length
  const weights = Float64Array.from(coef.flat())
  const last = centre === undefined ? intercept && Float64Array.from(intercept) : new Float64Array(nSums)
  if (last !== undefined && centre !== undefined) {
    compileSums({ coef })(Float64Array.from(centre), last)
    for (let k = 0; k < nSums; k++) last[k] = -last[k]
  }
  return (row, sums) => {
    for (let k = 0, w = 0; k < nSums; k++) {
      let sum = 0
      for (let i = 0; i < nColumns; i++, w++) sum += row[i] * weights[w]
      sums[k] = last === undefined ? sum : sum + last[k]
    }
  }
}

/** Unit roundoff of float64. */
const UNIT = 2 ** -53

/**
 * By how much a sum can differ from that of any other order, with products fused or not: twice the bound on the error
 * of one, n u / (1 - n u) times the sum of the absolute terms, of which there are n; the intercept is one of them. 0
 * where the sum has one order: a single product that is not 0. Higham, "Accuracy and Stability of Numerical
 * Algorithms" (2002), 3.1.
 */
export function boundSum(row: ArrayLike<number>, coef: readonly number[], intercept = 0): number {
  let size = 0
  let nTerms = 0
  for (let i = 0; i < coef.length; i++) {
    const term = Math.abs(row[i] * coef[i])
    if (term === 0) continue
    size += term
    nTerms++
  }
  if (nTerms < 2) return 0
  const n = nTerms + 1
  return 2 * n * UNIT / (1 - n * UNIT) * (size + Math.abs(intercept))
}
