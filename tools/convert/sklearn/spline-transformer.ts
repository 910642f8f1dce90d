import type { ConvertTransformer } from '../common/transformer.js'

/** `SplineTransformer`: the B-splines of each column; beyond the knots those at the end, or of the last polynomial. */
export const convertSplineTransformer: ConvertTransformer = (estimator, columns, { frame }) => {
  const extrapolation = estimator.attr('extrapolation')
  const outside = extrapolation.value
  if (outside !== 'constant' && outside !== 'continue' && outside !== 'error') {
    return extrapolation.fail('"constant", "continue" or "error"', 'Fit it with one of these.')
  }
  const missing = estimator.attr('handle_missing')
  if (!missing.isNone && missing.value !== 'error') missing.fail('"error"', 'Put a SimpleImputer before it.')
  const splines = estimator.attr('bsplines_').items()
  if (splines.length !== columns.length) estimator.attr('bsplines_').fail(`splines of ${columns.length} columns`)
  frame.checkNumbers(columns, { missing: false })
  const keepsLast = estimator.attr('include_bias').flag(true)
  const outputs = columns.flatMap((column, i) => {
    const at = splines[i].anyAttr('t', '_t')
    const knots = [...at.floats(at.shape()[0])]
    const order = splines[i].anyAttr('k', '_k')
    const degree = order.number()
    // scikit-learn has no answer beyond the ends of steps.
    if (degree < 1) order.fail('a degree of 1 or more')
    const count = knots.length - degree - 1 - (keepsLast ? 0 : 1)
    const as = Array.from({ length: count }, (_, k) => {
      const name = `${column}_sp_${k}`
      return outside === 'continue' ? frame.addComputed(name, column) : frame.addColumn(name)
    })
    if (outside === 'error') frame.limit(column, knots[degree], knots[knots.length - degree - 1])
    frame.steps.push({ op: 'spline', column, knots, degree, outside, as })
    return as
  })
  frame.markSparse(outputs, estimator.attr('sparse_output').flag(false))
  return outputs
}
