/** What a classifier's values are. */
import type { Estimator } from './dump.js'

/** Whether they are probabilities, and not votes, decision functions or distances. */
export function hasProbabilities(estimator: Estimator): boolean {
  switch (estimator.kind) {
    case 'linear': return estimator.link?.kind !== 'decision'
    case 'vote':
    case 'one-vs-one':
    case 'output-code': return false
    case 'one-vs-rest':
    case 'multi-output': return estimator.members.every(hasProbabilities)
    case 'thresholded': return hasProbabilities(estimator.member)
    default: return true
  }
}

/** Whether those of a classifier without probabilities are its decision function, one number per class. */
export function hasDecisions(estimator: Estimator): boolean {
  switch (estimator.kind) {
    case 'linear': return estimator.link?.kind === 'decision'
    case 'one-vs-one': return true
    case 'one-vs-rest': return !hasProbabilities(estimator)
    case 'thresholded': return hasDecisions(estimator.member)
    default: return false
  }
}
