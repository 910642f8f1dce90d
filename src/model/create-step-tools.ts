import type { CompileSums } from '../arithmetic/sums.js'
import type { CompileForest } from '../evaluator/evaluate-forest.js'
import type { StepTools } from '../pipeline/compile-step.js'
import { ALL_KINDS } from './all-kinds.js'
import { createTools } from './compile-predictor.js'

/** {@link createTools} of all kinds. */
export function createStepTools(compile?: CompileForest, sums?: CompileSums): StepTools {
  return createTools(ALL_KINDS, compile, sums)
}
