/** The preprocessing steps of a dump: from the inputs' columns to the columns that the forest reads. */
import { Type, type Static } from '@sinclair/typebox'

export const closed = { additionalProperties: false }

/** Name of a column. */
export const ColumnSchema = Type.String({ minLength: 1, maxLength: 200 })

export const ArithmeticSchema = Type.Union(['+', '-', '*', '/'].map(op => Type.Literal(op as '+' | '-' | '*' | '/')))

/** A number, a column's name, or `[operator, left, right]`. Float64 arithmetic, one rounding an operator. */
export type Expression = number | string | [Static<typeof ArithmeticSchema>, Expression, Expression]

export const ExpressionSchema = Type.Unsafe<Expression>(
  Type.Recursive(
    Self => Type.Union([Type.Number(), ColumnSchema, Type.Tuple([ArithmeticSchema, Self, Self])]),
    { $id: 'Expression' }
  )
)

const ColumnsSchema = Type.Array(ColumnSchema, { minItems: 1 })

export const StepSchema = Type.Union([
  Type.Object(
    { op: Type.Literal('derive'), column: ColumnSchema, expression: ExpressionSchema },
    { ...closed, description: 'A new column from an expression.' }
  ),
  Type.Object(
    { op: Type.Literal('impute'), columns: ColumnsSchema, statistics: Type.Array(Type.Number()) },
    { ...closed, description: 'NaN becomes the statistic of its column (SimpleImputer).' }
  ),
  Type.Object(
    {
      op: Type.Literal('scale'),
      columns: ColumnsSchema,
      mean: Type.Optional(Type.Array(Type.Number())),
      scale: Type.Optional(Type.Array(Type.Number()))
    },
    { ...closed, description: 'x - mean, then that / scale, two roundings (StandardScaler).' }
  ),
  Type.Object(
    {
      op: Type.Literal('one-hot'),
      column: ColumnSchema,
      values: Type.Array(Type.Number(), { minItems: 1 }),
      as: ColumnsSchema
    },
    { ...closed, description: 'New columns, each 1 where the column equals its value and 0 elsewhere (OneHotEncoder).' }
  )
])

export type Step = Static<typeof StepSchema>
