/** What most expressions compute. The other operations are in operations.ts. */
import { max, min } from '../arithmetic/python-functions.js'
import type { OperationTable } from './expression.js'

export const COMMON_OPERATIONS = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '<': (a, b) => a < b ? 1 : 0,
  '<=': (a, b) => a <= b ? 1 : 0,
  '>': (a, b) => a > b ? 1 : 0,
  '>=': (a, b) => a >= b ? 1 : 0,
  '==': (a, b) => a === b ? 1 : 0,
  '!=': (a, b) => a !== b ? 1 : 0,
  min,
  max
} satisfies OperationTable
