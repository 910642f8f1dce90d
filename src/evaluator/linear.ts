/** Linear models: sums of products, and their link. */
import type { EvaluateSums } from '../arithmetic/sums.js'
import type { EstimatorContext } from './compile-estimator.js'
import type { CompiledEstimator } from './compiled-estimator.js'
import type { Linear } from '../dump/dump.js'
import { compileLink } from './link.js'
import { selectColumns } from './select-columns.js'

export function compileLinear(linear: Linear, { columns, links, sums }: EstimatorContext): CompiledEstimator {
  const { features, coef, link } = linear
  const compiled = compileLink({ link, nOutputs: coef.length }, links)
  const { nValues, decide, scores } = compiled
  const select = selectColumns(features, columns)
  const evaluate: EvaluateSums = sums(linear)
  const raw = new Float64Array(coef.length)
  const decision = scores ?? raw
  return {
    nValues,
    // Without a link the values are the sums, as they are of a forest.
    nRaw: link === undefined ? 0 : decision.length,
    raw: decision,
    evaluate(all, values) {
      evaluate(select(all), raw)
      compiled.apply(raw, values)
    },
    decide: decide === undefined ? undefined : values => decide(raw, values)
  }
}
