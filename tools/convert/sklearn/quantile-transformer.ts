import { readFinite } from './scalars.js'
import type { ConvertTransformer } from '../common/transformer.js'

/** `QuantileTransformer`: the rank among the column's quantiles, uniform or as a normal variable. */
export const convertQuantileTransformer: ConvertTransformer = (estimator, columns, { frame }) => {
  const distribution = estimator.attr('output_distribution')
  const name = distribution.text()
  if (name !== 'uniform' && name !== 'normal') return distribution.fail('"uniform" or "normal"')
  if (frame.isSparse(columns)) {
    estimator.fail('dense input', 'Quantiles of sparse matrices are not supported: make the encoders give dense output.')
  }
  const table = estimator.attr('quantiles_')
  const references = readFinite(estimator.attr('references_'), estimator.attr('references_').items().length)
  const values = readFinite(table, references.length * columns.length)
  frame.checkNumbers(columns, { missing: true })
  if (columns.length === 0) return []
  frame.steps.push({
    op: 'quantile',
    columns: [...columns],
    quantiles: columns.map((_, i) => references.map((_, row) => values[row * columns.length + i])),
    references,
    distribution: name
  })
  frame.compute(columns)
  return [...columns]
}
