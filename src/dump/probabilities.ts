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

/** What the values of a classifier are called in an answer; undefined where they have no meaning there. */
export type ClassNumbers = 'probabilities' | 'decisions' | undefined

/** Votes, and distances from codes, are not answered. */
export function nameClassNumbers(classifier: Estimator): ClassNumbers {
  if (hasProbabilities(classifier)) return 'probabilities'
  return hasDecisions(classifier) ? 'decisions' : undefined
}

/** Whether those of a classifier without probabilities are its decision function, one number per class. */
function hasDecisions(estimator: Estimator): boolean {
  switch (estimator.kind) {
    case 'linear': return estimator.link?.kind === 'decision'
    case 'one-vs-one': return true
    case 'one-vs-rest': return !hasProbabilities(estimator)
    case 'thresholded': return hasDecisions(estimator.member)
    default: return false
  }
}
