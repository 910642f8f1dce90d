import { pushClip, pushScale } from './scaling.js'
import { readFinite } from './scalars.js'
import type { ConvertTransformer } from './transformer.js'

/** `MaxAbsScaler`: x / scale, clipped to -1 .. 1 if it says so. */
export const convertMaxAbsScaler: ConvertTransformer = (estimator, columns, { frame }) => {
  pushScale(columns, frame, { scale: readFinite(estimator.attr('scale_'), columns.length) })
  if (estimator.attr('clip').flag(false)) pushClip(columns, frame, -1, 1)
  return [...columns]
}
