import { isVersion } from '../common/estimator.js'
import { pushScale } from './scaling.js'
import { isFloat32, readFinite } from './scalars.js'
import type { ConvertTransformer } from '../common/transformer.js'

/**
 * `PowerTransformer`: Yeo-Johnson or Box-Cox, then standardized if it says so. Box-Cox is scipy's, which took the C
 * library's expm1 with 1.14. A file does not say which scipy there was; scikit-learn 1.5 came out a month before it.
 */
export const convertPowerTransformer: ConvertTransformer = (estimator, columns, { frame }) => {
  const name = estimator.attr('method')
  const method = name.text()
  if (method !== 'yeo-johnson' && method !== 'box-cox') return name.fail('"yeo-johnson" or "box-cox"')
  const fitted = estimator.attr('lambdas_')
  const lambdas = readFinite(fitted, columns.length)
  frame.checkNumbers(columns, { missing: true })
  const formula = method === 'box-cox' ? isVersion(estimator, 1, 5) ? 'expm1' : 'cephes'
    : isVersion(estimator, 1, 9, false) ? 'expm1' : 'power'
  const float32 = method === 'yeo-johnson' && isFloat32(fitted)
  frame.steps.push({ op: 'power', columns: [...columns], method, lambdas, formula, ...(float32 && { float32 }) })
  frame.compute(columns)
  if (!estimator.attr('standardize').flag(true)) return [...columns]
  const scaler = estimator.attr('_scaler')
  return pushScale(columns, frame, {
    mean: readFinite(scaler.attr('mean_'), columns.length),
    scale: readFinite(scaler.attr('scale_'), columns.length)
  })
}
