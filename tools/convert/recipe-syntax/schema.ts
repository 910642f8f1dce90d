/**
 * What a recipe file says: how a team's files make a model. Published as JSON Schema, for editors, and the check of a
 * recipe's shape.
 */
import { Type, type Static, type TSchema } from '@sinclair/typebox'
import { NAME_PATTERN } from '../../../src/dump/format.js'

const closed = { additionalProperties: false }

/** A union whose description says, for a message, what it takes. */
function oneOf<const T extends TSchema[]>(types: [...T], description: string) {
  return Type.Union(types, { description })
}

function byName<T extends TSchema>(type: T, description: string) {
  return Type.Record(Type.String(), type, { description })
}

const TextSchema = Type.String({ minLength: 1, maxLength: 10_000 })

const ReferenceSchema = Type.String({
  minLength: 1,
  maxLength: 10_000,
  description: 'A file, or what is under a key in it: model.pkl, bundle.pkl#scaler, bundle.pkl#encoders/city, pair.pkl#0.'
})

const NamesSchema = oneOf(
  [ReferenceSchema, Type.Array(TextSchema, { minItems: 1, maxItems: 20_000 })],
  'a list of names, or the file or key that has one'
)

const ExpressionSchema = oneOf(
  [Type.Number(), TextSchema], 'an expression such as monthly_spend / (calls + 1)'
)

const FileSchema = oneOf([
  Type.String({ minLength: 1, description: "The file's name." }),
  Type.Object(
    {
      what: TextSchema,
      class: Type.Optional(Type.String({ description: "The estimator's class, such as StandardScaler." })),
      columns: Type.Optional(Type.Array(TextSchema, { description: 'The columns that it was fitted on, in order.' })),
      keys: Type.Optional(Type.Array(TextSchema, { description: 'Keys of the dict that it is.' })),
      classes: Type.Optional(byName(Type.String(), 'The class of what is under a key.'))
    },
    { ...closed, description: 'What the file is, whatever it is called.' }
  )
], "the file's name, or what it is: what, and class, columns, keys or classes")

const CategorySchema = oneOf([
  Type.String({ description: 'A category.' }),
  Type.Object({ code: Type.Integer({ minimum: 0 }) }, { ...closed, description: 'The category with this code.' }),
  Type.Array(oneOf([Type.String(), Type.Object({ code: Type.Integer({ minimum: 0 }) }, closed)], 'a category, or its code'), {
    minItems: 1, description: 'The first of these that the encoder knows.'
  })
], 'a category, {code: 0}, or a list of such of which the first known one counts')

const InputSchema = Type.Object(
  {
    type: Type.Optional(oneOf(
      [Type.Literal('number'), Type.Literal('category'), Type.Literal('boolean')], 'number, category or boolean'
    )),
    description: Type.Optional(Type.String()),
    unit: Type.Optional(Type.String({ description: 'Such as "GB a month".' })),
    minimum: Type.Optional(Type.Number({ description: 'Smaller numbers are refused.' })),
    maximum: Type.Optional(Type.Number({ description: 'Larger numbers are refused.' })),
    categories: Type.Optional(Type.Array(Type.String(), {
      minItems: 1, maxItems: 100_000, uniqueItems: true,
      description: 'What a text may be, where no encoder says so.'
    })),
    example: Type.Optional(oneOf([Type.Number(), Type.Boolean(), CategorySchema], 'a number, true or false, or a category')),
    fallback: Type.Optional(Type.Object(
      {
        missing: Type.Optional(oneOf(
          [Type.Number(), Type.Boolean(), CategorySchema], 'a number, true or false, or a category'
        )),
        unknown: Type.Optional(CategorySchema)
      },
      { ...closed, description: 'What a field counts as that is missing or null, and a text that no encoder knows. Absent: it is refused.' }
    )),
    unused: Type.Optional(Type.Literal(true, { description: 'Callers send it, whether or not anything reads it.' }))
  },
  { ...closed, description: 'A field of a request.' }
)

const EncoderSchema = oneOf([
  ReferenceSchema,
  Type.Object(
    {
      map: byName(Type.Number(), 'The number of each text or number.'),
      default: Type.Optional(Type.Number({ description: 'The number of every other, and of a missing value. Absent: it is refused.' }))
    },
    { ...closed, description: 'A mapping.' }
  ),
  Type.Object(
    {
      dummies: Type.String({
        minLength: 1,
        description: "pandas.get_dummies: what the columns' names begin with, such as \"plan_\". An unknown text is 0 in all of them."
      })
    },
    closed
  )
], 'a file or key with an encoder, {map: {...}}, or {dummies: PREFIX}')

const DerivedSchema = oneOf([
  ExpressionSchema,
  Type.Object({ value: ExpressionSchema, unused: Type.Optional(Type.Literal(true)) }, closed)
], 'an expression, or {value: EXPRESSION, unused: true}')

const ColumnsSchema = oneOf([
  NamesSchema,
  Type.Object(
    {
      names: NamesSchema,
      constants: Type.Optional(byName(Type.Number(), 'Columns that no caller sends, and what they always are.')),
      defaults: Type.Optional(byName(
        oneOf([Type.Number(), Type.String()], 'a number, or a category'), 'What columns count as where no caller sends them.'
      )),
      fill: Type.Optional(Type.Number({
        description: 'What each column always is that nothing else gives: reindex(columns=..., fill_value=0).'
      }))
    },
    closed
  )
], 'a list of names, the file or key that has one, or {names, constants, defaults, fill}')

const PartSchema = Type.Object(
  {
    use: ReferenceSchema,
    columns: Type.Optional(NamesSchema),
    as: Type.Optional(NamesSchema)
  },
  { ...closed, description: 'A transformer or predictor, the columns that it takes, in order, and names for those that it makes.' }
)

const StepSchema = oneOf([
  ReferenceSchema,
  PartSchema,
  Type.Object(
    {
      predictors: byName(oneOf([ReferenceSchema, PartSchema], 'a file or key, or {use, columns}'), 'Predictors that answer together, by the names that output has for them.')
    },
    closed
  )
], 'a file or key, {use, columns, as}, or {predictors: {NAME: FILE}}')

const ChainSchema = Type.Array(StepSchema, {
  minItems: 1, maxItems: 1000,
  description: 'What the columns go through, in order; the predictor last.'
})

const OutputSchema = Type.Object(
  {
    weights: Type.Optional(byName(Type.Number({ minimum: 0 }), 'numpy.average of the predictors, with these weights.')),
    value: Type.Optional(oneOf([Type.Number(), TextSchema], 'an expression such as round(expm1(prediction), 2)')),
    probability: Type.Optional(oneOf([Type.Number(), TextSchema], 'an expression for the probability of the second class')),
    calibrator: Type.Optional(ReferenceSchema),
    threshold: Type.Optional(oneOf([
      Type.Number({ minimum: 0, maximum: 1 }),
      ReferenceSchema,
      Type.Object(
        { above: oneOf([Type.Number({ minimum: 0, maximum: 1 }), ReferenceSchema], 'a probability, or the file or key that has one') },
        closed
      )
    ], 'a probability, the file or key that has one, or {above: PROBABILITY}')),
    positive: Type.Optional(oneOf([Type.String(), Type.Number(), Type.Boolean()], 'a label')),
    labels: Type.Optional(oneOf([
      ReferenceSchema,
      Type.Array(oneOf([Type.String(), Type.Number(), Type.Boolean()], 'a label'), { minItems: 1 }),
      byName(oneOf([Type.String(), Type.Number(), Type.Boolean()], 'a label'), 'The label of each class.')
    ], "a list of labels, {CLASS: LABEL}, or the file or key with the target's encoder or labels"))
  },
  { ...closed, description: 'What happens to the answer of the predictor.' }
)

const FunctionSchema = Type.Object(
  {
    each: Type.Optional(oneOf([Type.Number(), TextSchema], 'an expression of x')),
    adds: Type.Optional(byName(ExpressionSchema, 'Columns that come after those that it is given.')),
    gives: Type.Optional(byName(ExpressionSchema, 'All columns that it gives, in order.'))
  },
  { ...closed, description: 'One of each (an expression of x, for every column), adds, gives.' }
)

const common = {
  description: Type.Optional(Type.String()),
  chain: ChainSchema,
  output: Type.Optional(OutputSchema)
}

export const RecipeSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    name: Type.Optional(Type.String({ pattern: NAME_PATTERN.source, description: "The model's name." })),
    ...common,
    files: Type.Optional(byName(FileSchema, 'Names for the files, by which this recipe calls them.')),
    inputs: Type.Optional(byName(InputSchema, 'What callers send, in order. A column that is not among them is an input too.')),
    encoders: Type.Optional(byName(EncoderSchema, 'What makes a column of texts one of numbers.')),
    derived: Type.Optional(byName(DerivedSchema, 'Columns that are computed, in order.')),
    columns: Type.Optional(ColumnsSchema),
    functions: Type.Optional(byName(FunctionSchema, 'What functions do that files only name.')),
    models: Type.Optional(byName(Type.Object(common, closed), 'Several models behind the chain, by name: each goes on with a chain of its own.')),
    ignore: Type.Optional(Type.Array(ReferenceSchema, { description: 'What has no part in the prediction.' }))
  },
  { ...closed, title: 'Recipe of recall-ml: how files make a model' }
)

export type RecipeDocument = Static<typeof RecipeSchema>
export type InputEntry = Static<typeof InputSchema>
export type FileEntry = Static<typeof FileSchema>
export type CategoryEntry = Static<typeof CategorySchema>
export type ChainStep = Static<typeof StepSchema>
export type PartEntry = Static<typeof PartSchema>
export type OutputEntry = Static<typeof OutputSchema>
export type NamesEntry = Static<typeof NamesSchema>
export type FunctionEntry = Static<typeof FunctionSchema>
