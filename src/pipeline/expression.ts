import type { Expression } from '../dump/dump.js'

/** Computes a value from a row's columns. */
export type Evaluate = (columns: Float64Array) => number

/**
 * @param slotOf index of a named column; throws for a name that does not exist
 * @returns float64 arithmetic in the order written, one rounding an operator, as numpy does it
 */
export function compileExpression(expression: Expression, slotOf: (column: string) => number): Evaluate {
  if (typeof expression === 'number') return () => expression
  if (typeof expression === 'string') {
    const slot = slotOf(expression)
    return columns => columns[slot]
  }
  const [operator, left, right] = expression
  const a = compileExpression(left, slotOf)
  const b = compileExpression(right, slotOf)
  switch (operator) {
    case '+': return columns => a(columns) + b(columns)
    case '-': return columns => a(columns) - b(columns)
    case '*': return columns => a(columns) * b(columns)
    case '/': return columns => a(columns) / b(columns)
  }
}

/** Names of the columns an expression reads. */
export function columnsOf(expression: Expression): string[] {
  if (typeof expression === 'number') return []
  if (typeof expression === 'string') return [expression]
  return [...columnsOf(expression[1]), ...columnsOf(expression[2])]
}
