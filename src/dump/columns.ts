/** What steps and estimators name alike. */
import { Type } from '@sinclair/typebox'

export const closed = { additionalProperties: false }

/** Name of a column. */
export const ColumnSchema = Type.String({ minLength: 1, maxLength: 10_000 })

/** Functions of one number that steps apply, by numpy's names. */
const FUNCTIONS = [
  'absolute', 'cbrt', 'ceil', 'exp', 'exp2', 'expm1', 'float32', 'floor', 'log', 'log10', 'log1p', 'log2', 'negative', 'reciprocal',
  'rint', 'sign', 'sqrt', 'square', 'trunc'
] as const

export const FunctionSchema = Type.Union(FUNCTIONS.map(name => Type.Literal(name)))
