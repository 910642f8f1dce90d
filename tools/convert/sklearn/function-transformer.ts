import type { ConvertTransformer } from './transformer.js'

/** `FunctionTransformer` without a function: what scikit-learn 1.4 and later store for "passthrough". */
export const convertFunctionTransformer: ConvertTransformer = (estimator, columns) => {
  const func = estimator.attr('func')
  if (!func.isNone) func.fail('None', 'Functions are not executed; write the feature as a recipe instead.')
  return [...columns]
}
