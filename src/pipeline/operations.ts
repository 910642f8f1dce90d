/** One table of what expressions can do with one number or two. */
import { NUMPY_FUNCTIONS } from '../arithmetic/numpy-functions.js'
import { floorDivide, power, remainder, round } from '../arithmetic/python-functions.js'
import { COMMON_OPERATIONS } from './common-operations.js'
import type { OperationTable } from './expression.js'

export const OPERATIONS: Required<OperationTable> = {
  ...COMMON_OPERATIONS,
  ...NUMPY_FUNCTIONS,
  '//': floorDivide,
  '%': remainder,
  '**': power,
  round
}
