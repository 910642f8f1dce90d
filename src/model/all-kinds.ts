import { ESTIMATORS } from '../evaluator/estimators.js'
import { LINKS } from '../evaluator/links.js'
import { createCategoryHash } from '../pipeline/category-hashes.js'
import { OPERATIONS } from '../pipeline/operations.js'
import { STEPS } from '../pipeline/steps.js'
import type { Kinds } from './kinds.js'

/** All that dumps may hold. */
export const ALL_KINDS: Kinds = {
  estimators: ESTIMATORS, links: LINKS, steps: STEPS, operations: OPERATIONS, createCategoryHash
}
