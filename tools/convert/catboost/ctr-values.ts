/** The numbers that a target statistic (CTR) has for each combination of categories. All arithmetic is float32. */
import type { Ctr, CtrTable } from './model.js'

const { fround } = Math

export interface CtrValues {
  readonly values: ReadonlyMap<bigint, number>
  /** Of a combination that the training did not have. */
  readonly unknown: number
}

/** @throws RangeError when the table lacks what the type counts, as no file that CatBoost wrote does */
export function computeCtr(ctr: Ctr, table: CtrTable): CtrValues {
  const { prior: [numerator, denominator], shift, scale } = ctr
  const calc = (good: number, total: number) =>
    fround(fround(fround(fround(fround(good) + numerator) / fround(fround(total) + denominator)) + shift) * scale)
  const values = new Map<bigint, number>()
  for (const [hash, counts] of table.counts) values.set(hash, calc(...share(ctr, counts, table)))
  const isCount = ctr.type === 'Counter' || ctr.type === 'FeatureFreq'
  const unknown = calc(0, isCount ? table.counterDenominator : 0)
  if (![...values.values(), unknown].every(Number.isFinite)) throw new RangeError('a CTR that is not a finite number')
  return { values, unknown }
}

/** How many of the rows count, of how many. */
function share({ type, targetBorder }: Ctr, counts: readonly number[], table: CtrTable): [good: number, total: number] {
  const sum = (list: readonly number[]) => list.reduce((total, count) => total + count, 0)
  switch (type) {
    case 'BinarizedTargetMeanValue':
    case 'FloatTargetMeanValue': return [counts[0], counts[1]]
    case 'Counter':
    case 'FeatureFreq': return [counts[0], table.counterDenominator]
    case 'Buckets': return [counts[targetBorder], sum(counts)]
    // Of two classes there is one border.
    case 'Borders': return [sum(counts.slice(counts.length > 2 ? targetBorder + 1 : 1)), sum(counts)]
  }
}
