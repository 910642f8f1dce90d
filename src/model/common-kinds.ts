import { COMMON_ESTIMATORS } from '../evaluator/common-estimators.js'
import { COMMON_LINKS } from '../evaluator/common-links.js'
import { COMMON_OPERATIONS } from '../pipeline/common-operations.js'
import { COMMON_STEPS } from '../pipeline/common-steps.js'
import type { Kinds } from './kinds.js'

/** What most models consist of. `src/dump/common-shape.ts` is the shape of their dumps. */
export const COMMON_KINDS: Kinds = {
  estimators: COMMON_ESTIMATORS, links: COMMON_LINKS, steps: COMMON_STEPS, operations: COMMON_OPERATIONS
}
