import type { Estimator, ForestDump } from './dump.js'

/** Every forest of an estimator, in order. */
export function listForests(estimator: Estimator): ForestDump[] {
  switch (estimator.kind) {
    case 'forest': return [estimator]
    case 'boosted': return [...listForests(estimator.init), estimator.forest]
    case 'calibrated':
    case 'thresholded':
    case 'transformed': return listForests(estimator.member)
    default: return estimator.members.flatMap(listForests)
  }
}
