/** The preprocessing steps of a dump: from the inputs' columns to the columns that the model reads. */
import { Type, type Static } from '@sinclair/typebox'
import { MOST_DECIMALS } from './format.js'
import { ColumnSchema, FunctionSchema, closed } from './columns.js'
import { ESTIMATOR_ID, type Estimator } from './estimators.js'

/** Of two numbers. Comparisons give 1 or 0. */
const BINARY = ['+', '-', '*', '/', '//', '%', '**', '<', '<=', '>', '>=', '==', '!=', 'min', 'max'] as const

const BinarySchema = Type.Union(BINARY.map(op => Type.Literal(op)))

/**
 * A number, a column's name, or an operation: `[function, x]`, `[operator, left, right]`, `['round', x, decimals]` or
 * `['if', condition, then, else]`. Float64 arithmetic, one rounding per operator.
 */
export type Expression = number | string | [Static<typeof FunctionSchema>, Expression] |
  [Static<typeof BinarySchema>, Expression, Expression] | ['round', Expression, number] |
  ['if', Expression, Expression, Expression]

const ExpressionSchema = Type.Unsafe<Expression>(
  Type.Recursive(
    Self => Type.Union([
      Type.Number(),
      ColumnSchema,
      Type.Tuple([FunctionSchema, Self], { description: "numpy's function." }),
      Type.Tuple([Type.Literal('round'), Self, Type.Integer({ minimum: 0, maximum: MOST_DECIMALS })], {
        description: "Python's round of a float64 to as many decimals."
      }),
      Type.Tuple([BinarySchema, Self, Self], {
        description: "Python's operators and functions of float64, where 1 / 0 is infinite as to numpy."
      }),
      Type.Tuple([Type.Literal('if'), Self, Self, Self], { description: '[if, condition, then, else]: `else` where the condition is 0.' })
    ]),
    { $id: 'Expression' }
  )
)

/** A float64 that may be missing or infinite, for which JSON has no numbers. */
const AnyFloat64Schema = Type.Union(
  [Type.Number(), Type.Literal('NaN'), Type.Literal('Infinity'), Type.Literal('-Infinity')]
)

const ColumnsSchema = Type.Array(ColumnSchema, { minItems: 1 })
const NumbersSchema = Type.Array(Type.Number())
const MissingSchema = Type.Optional(Type.Number({ description: 'The value that means "missing". Absent: NaN.' }))

const computeSteps = [
  Type.Object(
    { op: Type.Literal('derive'), column: ColumnSchema, expression: ExpressionSchema },
    { ...closed, description: 'A new column from an expression.' }
  ),
  Type.Object(
    {
      op: Type.Literal('scale'),
      columns: ColumnsSchema,
      mean: Type.Optional(NumbersSchema),
      scale: Type.Optional(NumbersSchema)
    },
    { ...closed, description: 'x - mean, then that / scale, two roundings (StandardScaler, RobustScaler, MaxAbsScaler).' }
  ),
  Type.Object(
    { op: Type.Literal('multiply'), columns: ColumnsSchema, factor: NumbersSchema, offset: Type.Optional(NumbersSchema) },
    { ...closed, description: 'x * factor, then that + offset, two roundings (MinMaxScaler, weights of transformers).' }
  ),
  Type.Object(
    {
      op: Type.Literal('clip'),
      columns: ColumnsSchema,
      minimum: Type.Optional(Type.Number()),
      maximum: Type.Optional(Type.Number())
    },
    { ...closed, description: 'Values outside become the nearer limit, where there is one; NaN stays.' }
  ),
  Type.Object(
    { op: Type.Literal('apply'), columns: ColumnsSchema, function: FunctionSchema },
    { ...closed, description: "numpy's function of each value (FunctionTransformer)." }
  ),
  Type.Object(
    {
      op: Type.Literal('normalize'),
      columns: ColumnsSchema,
      norm: Type.Union([Type.Literal('l1'), Type.Literal('l2'), Type.Literal('max')]),
      smallest: Type.Number({ description: 'A norm below this counts as 1.' })
    },
    { ...closed, description: 'The row / its norm (Normalizer).' }
  ),
  Type.Object(
    {
      op: Type.Literal('quantile'),
      columns: ColumnsSchema,
      quantiles: Type.Array(Type.Array(Type.Number(), { minItems: 1 }), { description: 'For each column, ascending.' }),
      references: NumbersSchema,
      distribution: Type.Union([Type.Literal('uniform'), Type.Literal('normal')])
    },
    { ...closed, description: "Interpolated rank among a column's quantiles (QuantileTransformer)." }
  ),
  Type.Object(
    {
      op: Type.Literal('power'),
      columns: ColumnsSchema,
      method: Type.Union([Type.Literal('yeo-johnson'), Type.Literal('box-cox')]),
      lambdas: NumbersSchema,
      formula: Type.Union([Type.Literal('power'), Type.Literal('expm1'), Type.Literal('cephes')], {
        description: 'Whether (x ** lambda - 1) / lambda is computed as such, or as expm1(lambda * log x) / lambda; ' +
          'Box-Cox never as such, and with the expm1 of the Cephes library where that is said.'
      }),
      float32: Type.Optional(Type.Literal(true, { description: 'The lambdas are float32, and so is 2 - lambda.' }))
    },
    { ...closed, description: 'Towards a normal distribution (PowerTransformer).' }
  )
] as const

const encodeSteps = [
  Type.Object(
    { op: Type.Literal('impute'), columns: ColumnsSchema, statistics: Type.Array(AnyFloat64Schema), missing: MissingSchema },
    { ...closed, description: 'A missing value becomes the statistic of its column (SimpleImputer).' }
  ),
  Type.Object(
    {
      op: Type.Literal('knn-impute'),
      columns: ColumnsSchema,
      data: Type.Array(Type.Array(AnyFloat64Schema, { minItems: 1 }), {
        description: 'For each column its values in the rows of the training; NaN where it was missing.'
      }),
      neighbors: Type.Integer({ minimum: 1 }),
      weights: Type.Union([Type.Literal('uniform'), Type.Literal('distance')]),
      strangers: Type.Optional(Type.Literal(true, {
        description: 'scikit-learn before 1.6, uniform weights: rows that have no column in common are the farthest neighbours.'
      })),
      missing: MissingSchema
    },
    {
      ...closed,
      description:
        'A missing value becomes the mean of those of the nearest rows that have one, by the columns that are not missing ' +
        'in either (KNNImputer). A column without any value stays missing.'
    }
  ),
  Type.Object(
    { op: Type.Literal('is-missing'), columns: ColumnsSchema, as: ColumnsSchema, missing: MissingSchema },
    { ...closed, description: 'New columns, 1 where the value is missing and 0 elsewhere (MissingIndicator).' }
  ),
  Type.Object(
    { op: Type.Literal('zero-to-missing'), columns: ColumnsSchema, threshold: Type.Number({ minimum: 0 }) },
    { ...closed, description: 'NaN where |x| <= threshold (LightGBM with zero_as_missing).' }
  ),
  Type.Object(
    {
      op: Type.Literal('lookup'),
      column: ColumnSchema,
      values: NumbersSchema,
      results: Type.Array(AnyFloat64Schema, { description: 'What each of the values becomes.' }),
      missing: Type.Optional(AnyFloat64Schema),
      unknown: Type.Optional(AnyFloat64Schema)
    },
    {
      ...closed,
      description:
        'Categories become codes or other numbers (OrdinalEncoder, OneHotEncoder, TargetEncoder). NaN becomes `missing`, any other value `unknown`, and ' +
        'so does NaN where there is no `missing`; without `unknown` the row is refused.'
    }
  ),
  Type.Object(
    {
      op: Type.Literal('one-hot'),
      column: ColumnSchema,
      values: Type.Array(Type.Number(), { minItems: 1 }),
      as: ColumnsSchema
    },
    { ...closed, description: 'New columns, each 1 where the column equals its value and 0 elsewhere (OneHotEncoder).' }
  ),
  Type.Object(
    {
      op: Type.Literal('combine'),
      columns: ColumnsSchema,
      as: ColumnSchema,
      keys: Type.Array(Type.String({ pattern: '^[0-9a-f]{16}$' }), { description: 'Hashes of 64 bits, in hex.' })
    },
    {
      ...closed,
      description:
        "A new column, the place of the row among `keys` by the hash of the columns' integers, -1 when it is none " +
        'of them: h = m * (h + m * x) for each column from h = 0 on, m = 0x4906ba494954cb65 (CatBoost).'
    }
  ),
  Type.Object(
    { op: Type.Literal('threshold'), columns: ColumnsSchema, threshold: Type.Number() },
    { ...closed, description: '1 where x > threshold, else 0 (Binarizer).' }
  ),
  Type.Object(
    {
      op: Type.Literal('bin'),
      columns: ColumnsSchema,
      edges: Type.Array(NumbersSchema, { description: 'For each column the inner edges, ascending.' }),
      slack: Type.Optional(
        Type.Literal(true, { description: 'scikit-learn before 1.1: x + (1e-8 + 1e-5 * |x|) is compared.' })
      )
    },
    { ...closed, description: 'The number of edges that are <= x (KBinsDiscretizer).' }
  ),
  Type.Object(
    { op: Type.Literal('check'), columns: ColumnsSchema, missing: Type.Boolean({ description: 'Whether NaN may pass.' }) },
    { ...closed, description: 'The row is refused when a value is infinite, or NaN where that may not pass.' }
  ),
  Type.Object(
    {
      op: Type.Literal('to-uint8'),
      columns: ColumnsSchema,
      negative: Type.Union([Type.Literal('missing'), Type.Literal('wrap')])
    },
    {
      ...closed,
      description:
        'What categories are to HistGradientBoosting before scikit-learn 1.4: x cast to int32 and of that the low byte, ' +
        '259 like 3.7 being 3; a negative x becomes NaN, before 1.2 it wraps as well; NaN stays.'
    }
  )
] as const

const roundSteps = [
  Type.Object(
    { op: Type.Literal('replace'), column: ColumnSchema, by: ColumnSchema, where: ColumnSchema },
    { ...closed, description: 'The value of another column where a third one is 1 (IterativeImputer).' }
  ),
  Type.Object(
    {
      op: Type.Literal('spline'),
      column: ColumnSchema,
      knots: Type.Array(Type.Number(), { minItems: 2, description: 'Ascending, those beyond the ends included.' }),
      degree: Type.Integer({ minimum: 0, maximum: 100 }),
      outside: Type.Union([Type.Literal('constant'), Type.Literal('continue'), Type.Literal('error')], {
        description: 'Beyond the ends: as at the end, by the last polynomial, or the row is refused.'
      }),
      as: ColumnsSchema
    },
    { ...closed, description: 'New columns, the B-splines of a column, of which the last may be left out (SplineTransformer).' }
  )
] as const

/** Steps that read texts. */
const textSteps = [
  Type.Object(
    {
      op: Type.Literal('vectorize'),
      column: Type.String({ minLength: 1, description: 'An input of type text.' }),
      analyzer: Type.Union([Type.Literal('word'), Type.Literal('char'), Type.Literal('char_wb')]),
      ngrams: Type.Tuple([Type.Integer({ minimum: 1 }), Type.Integer({ minimum: 1, maximum: 1000 })], {
        description: 'The least and the largest number of words or characters in a term.'
      }),
      lowercase: Type.Optional(Type.Literal(true)),
      accents: Type.Optional(Type.Union([Type.Literal('ascii'), Type.Literal('unicode')], {
        description: 'Decomposed; then what is not ASCII, or what combines, is left out.'
      })),
      shortest: Type.Optional(Type.Integer({
        minimum: 1, maximum: 1000, description: 'Letters, digits and _ that make a word, at least; 2 when absent.'
      })),
      stopWords: Type.Optional(Type.Array(Type.String(), { description: 'Words that are left out.' })),
      terms: Type.Optional(Type.Array(Type.String(), { minItems: 1, description: "In the order of scikit-learn's columns." })),
      buckets: Type.Optional(Type.Integer({ minimum: 1, maximum: 0x7fffffff, description: 'Terms are hashed to as many.' })),
      signed: Type.Optional(Type.Literal(true, { description: 'A term with a negative hash counts -1.' })),
      binary: Type.Optional(Type.Literal(true, { description: 'A count is 1.' })),
      sublinear: Type.Optional(Type.Literal(true, { description: 'log(count) + 1.' })),
      idf: Type.Optional(Type.Array(Type.Number(), { description: 'Of each term, a factor.' })),
      norm: Type.Optional(Type.Union([Type.Literal('l1'), Type.Literal('l2')])),
      descending: Type.Optional(
        Type.Literal(true, { description: 'The norm is summed from the last column (scikit-learn before 1.4).' })
      ),
      at: Type.Array(Type.Integer({ minimum: 0 }), { description: 'Index of the term or bucket of each new column.' }),
      as: Type.Array(ColumnSchema)
    },
    {
      ...closed,
      description: 'New columns from a text: how often it has a term, weighted, and divided by the norm over all terms ' +
        '(CountVectorizer, TfidfVectorizer, HashingVectorizer).'
    }
  )
] as const

const GivenSchema = Type.Object(
  {
    what: Type.Union([Type.Literal('values'), Type.Literal('decision'), Type.Literal('label')], {
      description: 'Its probabilities or values, its decision function, or the class that it predicts.'
    }),
    from: Type.Optional(Type.Integer({ minimum: 1, description: 'The first of the numbers that is kept; 0 when absent.' })),
    labels: Type.Optional(Type.Array(Type.Number(), { description: 'What each class counts as; its index when absent.' })),
    as: ColumnsSchema
  },
  closed
)

const wholeRowSteps = [
  Type.Object(
    {
      op: Type.Literal('project'),
      columns: ColumnsSchema,
      as: ColumnsSchema,
      components: Type.Array(NumbersSchema, { description: '[nAs][nColumns]' }),
      mean: Type.Optional(NumbersSchema),
      centred: Type.Optional(
        Type.Literal('after', { description: "The mean's own sums are subtracted from the sums, not the mean from the row." })
      ),
      scale: Type.Optional(NumbersSchema)
    },
    {
      ...closed,
      description:
        'New columns: of x - mean the sum of the products with each of the components, in the order of the columns, and ' +
        'that / scale (PCA, TruncatedSVD, LinearDiscriminantAnalysis).'
    }
  ),
  Type.Object(
    {
      op: Type.Literal('predict'),
      model: Type.Unsafe<Estimator>(Type.Ref(ESTIMATOR_ID)),
      gives: Type.Array(GivenSchema, { minItems: 1 })
    },
    { ...closed, description: 'New columns from what a predictor answers (stacking and chains).' }
  )
] as const

export const StepSchema = Type.Union([...computeSteps, ...encodeSteps, ...roundSteps, ...textSteps, ...wholeRowSteps])

export type Step = Static<typeof StepSchema>
export type StepOf<Op extends Step['op']> = Extract<Step, { op: Op }>
