import { isVersion } from '../common/estimator.js'
import type { ConvertTransformer } from '../common/transformer.js'

const SMALLEST_NORM = 10 * Number.EPSILON
const SMALLEST_FLOAT = 5e-324

/** `Normalizer`: the row / its norm. A norm of next to nothing counts as 1; when sparse, and before 0.24, only 0. */
export const convertNormalizer: ConvertTransformer = (estimator, columns, { frame }) => {
  const name = estimator.attr('norm')
  const norm = name.text()
  if (norm !== 'l1' && norm !== 'l2' && norm !== 'max') return name.fail('"l1", "l2" or "max"')
  if (norm !== 'max' && frame.isSparse(columns)) {
    name.fail('"max" for a sparse matrix', 'Sums over sparse rows are not supported: make the encoders give dense output.')
  }
  frame.checkNumbers(columns, { missing: false })
  const smallest = isVersion(estimator, 0, 24) && !frame.isSparse(columns) ? SMALLEST_NORM : SMALLEST_FLOAT
  frame.steps.push({ op: 'normalize', columns: [...columns], norm, smallest })
  frame.compute(columns)
  return [...columns]
}
