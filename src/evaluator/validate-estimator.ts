/** What a JSON Schema cannot say about estimators. */
import { DumpError } from '../dump/dump-error.js'
import type { Dump, Estimator, Linear } from '../dump/dump.js'
import { validateForest } from '../dump/validate.js'

/** Most sums of a model, as of a forest's outputs. */
const MAX_SUMS = 1_000_000

/**
 * Checks the model of a dump and the predictors among its steps.
 * @throws DumpError naming the place
 */
export function validatePredictors({ steps, model }: Pick<Dump, 'steps' | 'model'>): void {
  steps.forEach((step, i) => {
    if (step.op === 'predict') validateEstimator(step.model, `steps[${i}].model`)
  })
  validateEstimator(model)
}

/**
 * Checks every forest and that members fit together.
 * @throws DumpError naming the place
 */
export function validateEstimator(estimator: Estimator, where = 'model'): void {
  if (estimator.kind === 'forest') return validateForest(estimator, where)
  if (estimator.kind === 'linear') return validateLinear(estimator, where)
  if (estimator.kind === 'constant' || estimator.kind === 'columns') return
  if ('member' in estimator) return validateEstimator(estimator.member, `${where}.member`)
  if (estimator.kind === 'boosted') {
    validateEstimator(estimator.init, `${where}.init`)
    return validateForest(estimator.forest, `${where}.forest`)
  }
  const { members, weights } = { weights: undefined, ...estimator }
  if (members.length === 0) throw new DumpError(`${where}.members`, 'expected at least one member, received none')
  members.forEach((member, i) => validateEstimator(member, `${where}.members[${i}]`))
  if (weights !== undefined && weights.length !== members.length) {
    throw new DumpError(`${where}.weights`, `expected ${members.length} numbers, received ${weights.length}`)
  }
}

/** @throws DumpError for a list of another length than the features or the sums have */
function validateLinear({ features, coef, intercept }: Linear, where: string): void {
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
