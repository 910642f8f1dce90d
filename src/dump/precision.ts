/** What numpy holds the answers of scikit-learn's predictors in, which settles how ensembles add them up. */
import type { Estimator } from './dump.js'

/** Whether an estimator's values are float32: those of XGBoost, and what is computed of nothing but such. */
export function givesFloat32(estimator: Estimator): boolean {
  switch (estimator.kind) {
    case 'forest': return estimator.accumulate === 'float32'
    case 'one-vs-rest':
    case 'average': return estimator.accumulate === 'float32'
    case 'ballot': return estimator.votes !== 'label' && estimator.votes !== 'centred-label' && estimator.members.every(givesFloat32)
    case 'thresholded': return givesFloat32(estimator.member)
    case 'transformed': return estimator.precision === 'float32'
    default: return false
  }
}
