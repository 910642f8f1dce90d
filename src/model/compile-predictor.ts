import { compileSums, type CompileSums } from '../arithmetic/sums.js'
import { DumpError } from '../dump/dump-error.js'
import { listFeatures } from '../dump/list-forests.js'
import { compileKinds } from '../evaluator/compile-estimator.js'
import type { CompileForest } from '../evaluator/evaluate-forest.js'
import { fits, listLimits } from '../evaluator/limits.js'
import { firstMaximum } from '../evaluator/link.js'
import type { StepTools } from '../pipeline/compile-step.js'
import type { Kinds } from './kinds.js'

/**
 * How the steps of a dump compute sums, and what their predictors answer.
 * @param compile how a forest becomes an evaluation; the fast evaluator when left out
 */
export function createTools(kinds: Kinds, compile?: CompileForest, sums: CompileSums = compileSums): StepTools {
  return {
    ...kinds,
    sums,
    predictor(model, path) {
      const features = listFeatures(model)
      if (model.kind === 'multi-output') throw new DumpError(path, 'expected a predictor of one output')
      const estimator = compileKinds(kinds, model, features, compile, sums)
      const limits = listLimits(model, features)
      const values = new Float64Array(estimator.nValues)
      return {
        features,
        nClasses: estimator.nValues,
        values,
        raw: estimator.raw,
        evaluate: row => estimator.evaluate(row, values),
        decide: () => estimator.decide?.(values) ?? firstMaximum(values),
        takes: (feature, value) => fits(value, limits[feature])
      }
    }
  }
}
