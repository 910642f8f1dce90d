import type { ConvertEstimator } from '../common/estimator.js'
import type { Located } from '../common/located.js'
import { convertBySupport } from './feature-selection.js'

/** `RFE`, `RFECV` as the predictor itself: its own estimator on the columns that it kept. */
export const convertRfe: ConvertEstimator = (estimator, columns, { frame, claim, unwrap }) => {
  const refuse = (nested: Located) => nested.fail('neither a transformer nor a predictor')
  const kept = convertBySupport(estimator, columns, {
    frame, claim, transform: refuse, predict: refuse, boosterImportances: () => undefined
  })
  return unwrap(estimator.attr('estimator_'), kept)
}
