import type { Expression } from '../dump/dump.js'

/** Computes a value from a row's columns. */
export type Evaluate = (columns: Float64Array) => number

type OperationName = Exclude<Extract<Expression, readonly unknown[]>[0], 'if'>

/** What each operation does, of one number or two; a table may know some of them only. */
export type OperationTable = Readonly<Partial<Record<OperationName, (x: number, y: number) => number>>>

/**
 * @param expression of known operations
 * @param slotOf index of a named column; throws for a name that does not exist
 * @returns float64 arithmetic in the order written, one rounding per operator, as numpy does it
 */
export function compileExpression(
  expression: Expression, slotOf: (column: string) => number, operations: OperationTable
): Evaluate {
  if (typeof expression === 'number') return () => expression
  if (typeof expression === 'string') {
    const slot = slotOf(expression)
    return columns => columns[slot]
  }
  const [name] = expression
  const [a, b, c] = expression.slice(1).map(operand => compileExpression(operand, slotOf, operations))
  if (name === 'if') return columns => a(columns) === 0 ? c(columns) : b(columns)
  const operate = operations[name] as (x: number, y?: number) => number
  return expression.length === 2 ? columns => operate(a(columns)) : columns => operate(a(columns), b(columns))
}

/** Names of the columns an expression reads. */
export function columnsOf(expression: Expression): string[] {
  if (typeof expression === 'number') return []
  if (typeof expression === 'string') return [expression]
  return expression.slice(1).flatMap(operand => columnsOf(operand))
}
