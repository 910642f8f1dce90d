import { pushClip, pushScale } from './scaling.js'
import { isFloat32, readFinite } from './scalars.js'
import type { ConvertTransformer } from '../common/transformer.js'

/** `MaxAbsScaler`: x / scale, clipped to -1 .. 1 if it says so. */
export const convertMaxAbsScaler: ConvertTransformer = (estimator, columns, { frame }) => {
  const scale = estimator.attr('scale_')
  pushScale(columns, frame, { scale: readFinite(scale, columns.length), float32: isFloat32(scale) })
  if (estimator.attr('clip').flag(false)) pushClip(columns, frame, -1, 1)
  return [...columns]
}
