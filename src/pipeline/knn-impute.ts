/** `KNNImputer`: a missing value becomes a mean of its neighbours' values. */
import { checkCount, numbersFor } from './column-table.js'
import type { CompileStep } from './compile-step.js'
import { missingTest } from './impute-steps.js'
import { inPlace } from './scale-steps.js'

export const compileKnnImpute: CompileStep<'knn-impute'> = (step, context) => inPlace(step.columns, context, slots => {
  const { data, neighbors, weights, strangers = false, missing } = step
  checkCount(data, slots.length, `${context.path}.data`)
  const nRows = data[0].length
  const training = data.map((values, c) => numbersFor(values, nRows, `${context.path}.data[${c}]`))
  const isMissing = missingTest(missing)
  const means = training.map(meanOf)
  context.table.mix(slots)
  const row = new Float64Array(slots.length)
  const distances = new Float64Array(nRows)
  return columns => {
    let gaps = 0
    for (let c = 0; c < slots.length; c++) {
      const value = columns[slots[c]]
      row[c] = isMissing(value) ? NaN : value
      if (Number.isNaN(row[c])) gaps++
    }
    if (gaps === 0) return
    for (let r = 0; r < nRows; r++) {
      const d = distance(row, training, r)
      distances[r] = strangers && Number.isNaN(d) ? Infinity : d
    }
    for (let c = 0; c < slots.length; c++) {
      if (!Number.isNaN(row[c]) || Number.isNaN(means[c])) continue
      const donors = nearest(distances, training[c], neighbors)
      const isAlone = donors.length === 0 || distances[donors[0]] === Infinity
      columns[slots[c]] = isAlone ? means[c] : average(donors, distances, training[c], weights)
    }
  }
})

/** Of the values that are there; NaN where there are none. */
function meanOf(values: Float64Array): number {
  const known = values.filter(value => !Number.isNaN(value))
  return known.reduce((sum, value) => sum + value, 0) / known.length
}

/** `nan_euclidean_distances`, by the same products, NaN where no column is there in both. */
function distance(row: Float64Array, training: readonly Float64Array[], r: number): number {
  let product = 0
  let own = 0
  let other = 0
  let ownAlone = 0
  let otherAlone = 0
  let present = 0
  for (let c = 0; c < row.length; c++) {
    const x = row[c]
    const y = training[c][r]
    const hasX = !Number.isNaN(x)
    const hasY = !Number.isNaN(y)
    if (hasX) own += x * x
    if (hasY) other += y * y
    if (hasX && hasY) {
      product += x * y
      present++
    } else if (hasX) ownAlone += x * x
    else if (hasY) otherAlone += y * y
  }
  if (present === 0) return NaN
  const squared = Math.max(-2 * product + own + other, 0)
  return Math.sqrt(Math.max(squared - ownAlone - otherAlone, 0) / present * row.length)
}

/** Rows that have the column, the nearest first and of equal ones the first; as many as there are at most. */
function nearest(distances: Float64Array, column: Float64Array, count: number): number[] {
  const found: number[] = []
  for (let r = 0; r < column.length; r++) {
    if (Number.isNaN(column[r]) || Number.isNaN(distances[r])) continue
    if (found.length === count && !(distances[r] < distances[found[count - 1]])) continue
    let i = found.length < count ? found.length : count - 1
    for (; i > 0 && distances[r] < distances[found[i - 1]]; i--) found[i] = found[i - 1]
    found[i] = r
  }
  return found
}

function average(
  donors: readonly number[], distances: Float64Array, column: Float64Array, weights: 'uniform' | 'distance'
): number {
  const isExact = distances[donors[0]] === 0
  const weightOf = (r: number) => weights === 'uniform' ? 1 : isExact ? Number(distances[r] === 0) : 1 / distances[r]
  let sum = 0
  let total = 0
  for (const r of donors) {
    sum += column[r] * weightOf(r)
    total += weightOf(r)
  }
  return sum / total
}
