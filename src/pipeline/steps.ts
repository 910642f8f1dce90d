/** One table of what each kind of step does. */
import { compileCombine } from './combine-step.js'
import { COMMON_STEPS } from './common-steps.js'
import type { StepTable } from './compile-step.js'
import { compileApply, compileNormalize, compilePower, compileQuantile } from './compute-steps.js'
import { compileKnnImpute } from './knn-impute.js'
import { compileSpline } from './spline.js'
import { compileVectorize } from './vectorize.js'
import { compilePredict, compileProject } from './whole-row-steps.js'

export const STEPS: Required<StepTable> = {
  ...COMMON_STEPS,
  apply: compileApply,
  combine: compileCombine,
  'knn-impute': compileKnnImpute,
  normalize: compileNormalize,
  power: compilePower,
  predict: compilePredict,
  project: compileProject,
  quantile: compileQuantile,
  spline: compileSpline,
  vectorize: compileVectorize
}
