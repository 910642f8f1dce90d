import type { CompileSums } from '../arithmetic/sums.js'
import type { Estimator } from '../dump/dump.js'
import { compileKinds } from './compile-estimator.js'
import type { CompiledEstimator } from './compiled-estimator.js'
import { ESTIMATORS } from './estimators.js'
import type { CompileForest } from './evaluate-forest.js'
import { LINKS } from './links.js'

/**
 * Forests, linear models and what combines them, compiled into one evaluation of a row.
 * @param estimator validated
 * @param columns names of the columns of a row, in order
 * @param forest how a forest becomes an evaluation; the fast evaluator when left out
 * @param sums the same for a linear model's sums
 * @throws DumpError when members do not fit together
 */
export function compileEstimator(
  estimator: Estimator, columns: readonly string[], forest?: CompileForest, sums?: CompileSums
): CompiledEstimator {
  return compileKinds({ estimators: ESTIMATORS, links: LINKS }, estimator, columns, forest, sums)
}
