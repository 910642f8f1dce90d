import type { ConvertTransformer } from './transformer.js'

/** `StandardScaler`: x - mean, then / scale. The flags decide: `mean_` may be there although it is not subtracted. */
export const convertStandardScaler: ConvertTransformer = (estimator, columns, { frame }) => {
  const withMean = estimator.attr('with_mean').flag(true)
  const withStd = estimator.attr('with_std').flag(true)
  if (withMean || withStd) {
    frame.steps.push({
      op: 'scale',
      columns: [...columns],
      ...(withMean ? { mean: [...estimator.attr('mean_').floats(columns.length)] } : {}),
      ...(withStd ? { scale: [...estimator.attr('scale_').floats(columns.length)] } : {})
    })
  }
  return [...columns]
}
