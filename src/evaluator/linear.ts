/** Linear models: sums of products, and their link. */
import type { CompileSums, EvaluateSums } from '../arithmetic/sums.js'
import type { CompiledEstimator } from './compiled-estimator.js'
import { DumpError } from '../dump/dump-error.js'
import type { Linear } from '../dump/dump.js'
import { compileLink } from './link.js'
import { selectColumns } from './select-columns.js'

/** Most sums of a model, as of a forest's outputs. */
const MAX_SUMS = 1_000_000

/** @throws DumpError for a list of another length than the features or the sums have */
export function validateLinear({ features, coef, intercept }: Linear, where: string): void {
  if (coef.length === 0 || coef.length > MAX_SUMS) {
    throw new DumpError(`${where}.coef`, `expected lists of coefficients, up to ${MAX_SUMS}, received ${coef.length}`)
  }
  coef.forEach((list, k) => {
    if (list.length !== features.length) {
      throw new DumpError(`${where}.coef[${k}]`, `expected ${features.length} numbers, one per feature, received ${list.length}`)
    }
  })
  if (intercept.length !== coef.length) {
    throw new DumpError(`${where}.intercept`, `expected ${coef.length} numbers, one per sum, received ${intercept.length}`)
  }
}

export function compileLinear(linear: Linear, columns: readonly string[], compile: CompileSums): CompiledEstimator {
  const { features, coef, link } = linear
  const compiled = compileLink({ link, nOutputs: coef.length })
  const { nValues, decide, scores } = compiled
  const select = selectColumns(features, columns)
  const evaluate: EvaluateSums = compile(linear)
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
