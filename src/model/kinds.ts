import type { EstimatorKinds } from '../evaluator/compile-estimator.js'
import type { StepKinds } from '../pipeline/compile-step.js'

/** What models may consist of: estimators, links and steps of these kinds. */
export interface Kinds extends EstimatorKinds, StepKinds {}
