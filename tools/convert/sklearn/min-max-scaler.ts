import { pushClip } from './scaling.js'
import { readFinite } from './scalars.js'
import type { ConvertTransformer } from '../common/transformer.js'

/** `MinMaxScaler`: x * scale, then + min, clipped to `feature_range` if it says so. */
export const convertMinMaxScaler: ConvertTransformer = (estimator, columns, { frame }) => {
  const factor = readFinite(estimator.attr('scale_'), columns.length)
  const offset = readFinite(estimator.attr('min_'), columns.length)
  frame.checkNumbers(columns, { missing: true })
  if (columns.length > 0) frame.steps.push({ op: 'multiply', columns: [...columns], factor, offset })
  frame.compute(columns)
  if (estimator.attr('clip').flag(false)) {
    const [low, high] = estimator.attr('feature_range').items()
    pushClip(columns, frame, low.number(), high.number())
  }
  return [...columns]
}
