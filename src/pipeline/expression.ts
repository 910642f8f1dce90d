import { NUMPY_FUNCTIONS } from '../arithmetic/numpy-functions.js'
import { floorDivide, max, min, power, remainder, round } from '../arithmetic/python-functions.js'
import type { Expression } from '../dump/dump.js'

/** Computes a value from a row's columns. */
export type Evaluate = (columns: Float64Array) => number

type Binary = Exclude<Extract<Expression, readonly [unknown, unknown, unknown]>[0], 'round'>

const BINARY: Readonly<Record<Binary, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '//': floorDivide,
  '%': remainder,
  '**': power,
  '<': (a, b) => a < b ? 1 : 0,
  '<=': (a, b) => a <= b ? 1 : 0,
  '>': (a, b) => a > b ? 1 : 0,
  '>=': (a, b) => a >= b ? 1 : 0,
  '==': (a, b) => a === b ? 1 : 0,
  '!=': (a, b) => a !== b ? 1 : 0,
  min,
  max
}

/**
 * @param slotOf index of a named column; throws for a name that does not exist
 * @returns float64 arithmetic in the order written, one rounding per operator, as numpy does it
 */
export function compileExpression(expression: Expression, slotOf: (column: string) => number): Evaluate {
  if (typeof expression === 'number') return () => expression
  if (typeof expression === 'string') {
    const slot = slotOf(expression)
    return columns => columns[slot]
  }
  const [a, b, c] = expression.slice(1).map(operand => compileExpression(operand, slotOf))
  if (expression[0] === 'if') return columns => a(columns) === 0 ? c(columns) : b(columns)
  if (expression.length === 2) {
    const apply = NUMPY_FUNCTIONS[expression[0]]
    return columns => apply(a(columns))
  }
  if (expression[0] === 'round') {
    const [, , decimals] = expression
    return columns => round(a(columns), decimals)
  }
  const operate = BINARY[expression[0]]
  return columns => operate(a(columns), b(columns))
}

/** Names of the columns an expression reads. */
export function columnsOf(expression: Expression): string[] {
  if (typeof expression === 'number') return []
  if (typeof expression === 'string') return [expression]
  return expression.slice(1).flatMap(operand => columnsOf(operand))
}
