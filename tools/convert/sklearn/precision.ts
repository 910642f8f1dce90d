import type { Estimator } from '../../../src/dump/dump.js'

/** Whether numpy has the predictions as float32, as XGBoost gives them: what follows is computed in float32 too. */
export function isFloat32(model: Estimator): boolean {
  switch (model.kind) {
    case 'forest': return model.accumulate === 'float32'
    case 'transformed': return model.precision === 'float32'
    case 'thresholded': return isFloat32(model.member)
    case 'average': return model.accumulate === 'float32'
    default: return false
  }
}
