import type { Step } from '../../../src/dump/dump.js'
import { Dict, Global, Instance } from '../pickle/values.js'
import { isVersion } from '../common/estimator.js'
import type { Located } from '../common/located.js'
import type { ConvertTransformer } from '../common/transformer.js'

type FunctionName = Extract<Step, { op: 'apply' }>['function']

/** numpy's functions that are known, under all of their names. */
const NUMPY_FUNCTIONS: Readonly<Record<string, FunctionName | 'positive'>> = {
  abs: 'absolute', absolute: 'absolute', cbrt: 'cbrt', ceil: 'ceil', exp: 'exp', exp2: 'exp2', expm1: 'expm1',
  fabs: 'absolute', floor: 'floor', log: 'log', log10: 'log10', log1p: 'log1p', log2: 'log2', negative: 'negative',
  positive: 'positive', reciprocal: 'reciprocal', rint: 'rint', sign: 'sign', sqrt: 'sqrt', square: 'square', trunc: 'trunc'
}

/** Whether a name in a file is one of numpy's functions that FunctionTransformer is converted for. */
export function isKnownFunction({ module, name }: Global): boolean {
  return /^numpy(\.|$)/.test(module) && Object.hasOwn(NUMPY_FUNCTIONS, name)
}

/**
 * `FunctionTransformer` without a function, which is what scikit-learn 1.4 and later store for "passthrough", or with
 * one of numpy's. Any other function is only a name in the file, and is not executed: a recipe can say what it does.
 */
export const convertFunctionTransformer: ConvertTransformer = (estimator, columns, { frame, transform }) => {
  const func = estimator.attr('func')
  if (func.isOpaque && frame.functions.has(func.classPath ?? '')) {
    if (validates(estimator)) frame.checkNumbers(columns, { missing: false })
    return transform(func, columns)
  }
  const name = readFunction(func)
  assertNoArguments(estimator.attr('kw_args'))
  if (validates(estimator)) frame.checkNumbers(columns, { missing: false })
  if (name === 'positive' || columns.length === 0) return [...columns]
  if (['ceil', 'floor', 'rint', 'trunc'].includes(name)) frame.sparse.keepZeros(columns)
  frame.steps.push({ op: 'apply', columns: [...columns], function: name })
  frame.compute(columns)
  return [...columns]
}

/** Until scikit-learn 0.21 None was True. */
function validates(estimator: Located): boolean {
  const { value } = estimator.attr('validate')
  return value === true || (value === null && !isVersion(estimator, 0, 22))
}

/** A function of numpy's by its first name; "positive" does nothing. @throws ConvertError for any other */
export function readFunction(func: Located): FunctionName | 'positive' {
  const { value } = func
  if (value === null || value === undefined || isInputCheck(value)) return 'positive'
  if (value instanceof Global && isKnownFunction(value)) return NUMPY_FUNCTIONS[value.name]
  return func.fail(
    `None or one of numpy's ${Object.keys(NUMPY_FUNCTIONS).join(', ')}`,
    'Functions are not executed; compute the feature before the pipeline, or write it as a recipe.'
  )
}

/** What HistGradientBoosting puts around its numeric columns: `partial(check_array, ...)`. */
function isInputCheck(value: Located['value']): boolean {
  if (!(value instanceof Instance) || value.type.path !== 'functools.partial') return false
  const [wrapped] = value.args
  return wrapped instanceof Global && wrapped.path === 'sklearn.utils.validation.check_array'
}

/** @throws ConvertError when there are any */
export function assertNoArguments(kwArgs: Located): void {
  if (kwArgs.isNone || (kwArgs.value instanceof Dict && kwArgs.value.entries.size === 0)) return
  kwArgs.fail('no arguments for the function', 'Compute the feature before the pipeline.')
}
