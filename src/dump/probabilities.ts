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
