import { pushScale } from './scaling.js'
import { isFloat32, readFinite } from './scalars.js'
import type { ConvertTransformer } from '../common/transformer.js'

/** `RobustScaler`: x - center, then / scale, as its flags say. */
export const convertRobustScaler: ConvertTransformer = (estimator, columns, { frame }) => {
  const withCentering = estimator.attr('with_centering').flag(true)
  const withScaling = estimator.attr('with_scaling').flag(true)
  return pushScale(columns, frame, {
    ...(withCentering && { mean: readFinite(estimator.attr('center_'), columns.length) }),
    ...(withScaling && { scale: readFinite(estimator.attr('scale_'), columns.length), float32: isFloat32(estimator.attr('scale_')) })
  })
}
