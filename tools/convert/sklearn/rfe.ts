import type { ConvertEstimator } from '../common/estimator.js'
import { convertBySupport } from './feature-selection.js'

/** `RFE`, `RFECV` as the predictor itself: its own estimator on the columns that it kept. */
export const convertRfe: ConvertEstimator = (estimator, columns, { frame, unwrap }) => {
  const kept = convertBySupport(estimator, columns, {
    frame, transform: nested => nested.fail('no transformer'), boosterImportances: () => undefined
  })
  return unwrap(estimator.attr('estimator_'), kept)
}
