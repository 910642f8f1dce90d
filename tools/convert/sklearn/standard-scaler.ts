import { pushScale } from './scaling.js'
import { isFloat32, readFinite } from './scalars.js'
import type { ConvertTransformer } from '../common/transformer.js'

/** `StandardScaler`: x - mean, then / scale. The flags decide: `mean_` may be there although it is not subtracted. */
export const convertStandardScaler: ConvertTransformer = (estimator, columns, { frame }) => {
  const withMean = estimator.attr('with_mean').flag(true)
  const withStd = estimator.attr('with_std').flag(true)
  return pushScale(columns, frame, {
    ...(withMean && { mean: readFinite(estimator.attr('mean_'), columns.length) }),
    ...(withStd && { scale: readFinite(estimator.attr('scale_'), columns.length), float32: isFloat32(estimator.attr('scale_')) })
  })
}
