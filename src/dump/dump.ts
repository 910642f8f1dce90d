/**
 * The JSON tree dump: the one form between a scikit-learn file and the service. A dump is self-contained: what the
 * model is called and where it came from, what it takes, how the inputs become the forest's row, the trees, the
 * labels, and golden rows that prove the evaluator reproduces scikit-learn's bits on the machine that loads it.
 *
 * Names are scikit-learn's own, in camel case. Numbers are JSON numbers in their shortest round-trip form, so every
 * float64 is kept exactly; `-0` is written as `-0`, infinities as the strings "Infinity" and "-Infinity".
 */
import { Type, type Static } from '@sinclair/typebox'
import { EstimatorSchema } from './estimators.js'
import { DUMP_FORMAT, DUMP_FORMAT_VERSION, NAME_PATTERN } from './format.js'
import { ColumnSchema, closed } from './columns.js'
import { StepSchema } from './steps.js'

export type {
  Average, Ballot, Boosted, Calibrated, Calibrator, Columns, Estimator, ForestDump, Inverse, Linear, Link, OneVsOne,
  OneVsRest, OutputCode, Start, Thresholded, Transformed, TreeDump, Vote
} from './estimators.js'
export { DUMP_FORMAT, DUMP_FORMAT_VERSION, FIRST_VERSION_WITH_DIGEST, NAME_PATTERN } from './format.js'
export type { Expression, Step } from './steps.js'

const RenamedSchema = Type.Optional(Type.Literal(true, {
  description: 'LightGBM changed the name. A field with blanks in place of underscores, or x0 for Column_0, is taken too.'
}))

export const NumberInputSchema = Type.Object(
  {
    name: ColumnSchema,
    type: Type.Literal('number'),
    renamed: RenamedSchema,
    description: Type.Optional(Type.String()),
    unit: Type.Optional(Type.String({ description: 'Unit of the value, e.g. "GB a month".' })),
    minimum: Type.Optional(Type.Number()),
    maximum: Type.Optional(Type.Number()),
    values: Type.Optional(Type.Array(Type.Number(), { minItems: 1, description: 'The only numbers that are taken.' })),
    boolean: Type.Optional(Type.Literal(true, { description: 'Of true and false, which are taken too, for 1 and 0.' })),
    acceptsBoolean: Type.Optional(Type.Literal(true, { description: 'Any number, and true and false for 1 and 0.' })),
    example: Type.Optional(Type.Number()),
    fallback: Type.Optional(
      Type.Object(
        {
          missing: Type.Union([Type.Number(), Type.Literal('NaN')], {
            description: 'Value of a missing or null field; "NaN" where the model itself knows what to do with it.'
          })
        },
        { ...closed, description: 'Absent: the field is required.' }
      )
    )
  },
  { ...closed, description: 'A number. Its column holds the value.' }
)

export const CategoryInputSchema = Type.Object(
  {
    name: ColumnSchema,
    type: Type.Literal('category'),
    renamed: RenamedSchema,
    description: Type.Optional(Type.String()),
    categories: Type.Array(Type.String(), { minItems: 1, maxItems: 100_000, uniqueItems: true, description: 'In code order.' }),
    hashed: Type.Optional(
      Type.Literal(true, {
        description: 'The column holds the low 32 bits of CityHash64 of any text, as a signed integer, and `categories` ' +
          'are some that the model knows. Integers, true and false are taken for their text: "5", "1", "0" (CatBoost).'
      })
    ),
    example: Type.Optional(Type.String()),
    fallback: Type.Optional(
      Type.Object(
        {
          missing: Type.Optional(
            Type.Union([Type.String(), Type.Null()], { description: 'Category of a missing or null field.' })
          ),
          unknown: Type.Optional(
            Type.Union([Type.String(), Type.Null()], { description: 'Category that any other text counts as.' })
          )
        },
        {
          ...closed,
          description: 'null: no category, for models whose encoder ignores it: NaN when missing, code -1 when unknown.'
        }
      )
    )
  },
  { ...closed, description: "Text. Its column holds the category's index in `categories`." }
)

export const TextInputSchema = Type.Object(
  {
    name: ColumnSchema, type: Type.Literal('text'), description: Type.Optional(Type.String()),
    example: Type.Optional(Type.String())
  },
  { ...closed, description: 'Text that a step takes apart. It is required; its column holds 0.' }
)

export const AnyInputSchema = Type.Object(
  { name: ColumnSchema, type: Type.Literal('any'), description: Type.Optional(Type.String()) },
  { ...closed, description: 'A value of any kind, or none: no step and no tree reads it. Its column holds NaN.' }
)

const InputSchema = Type.Union([NumberInputSchema, CategoryInputSchema, TextInputSchema, AnyInputSchema])

export const ProvenanceSchema = Type.Object(
  {
    converter: Type.String({ description: 'Program and version that wrote the dump.' }),
    recipe: Type.String({ description: 'How the files were put together.' }),
    estimator: Type.String({ description: 'What was found, outermost first.' }),
    sklearnVersion: Type.Optional(Type.String()),
    sources: Type.Array(
      Type.Object(
        {
          file: Type.String({ description: 'Name without its folder.' }),
          bytes: Type.Integer({ minimum: 0 }),
          sha256: Type.String({ pattern: '^[0-9a-f]{64}$' })
        },
        closed
      )
    ),
    beside: Type.Optional(
      Type.Array(
        Type.Object({ key: Type.String(), use: Type.String({ description: 'What it was taken for.' }) }, closed),
        { description: 'What stood beside the predictor in its file.' }
      )
    ),
    golden: Type.String({ description: 'Who computed the golden rows.' }),
    quality: Type.Optional(
      Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]), {
        description: 'Measured on held-out rows when the model was trained: rows, seed, metrics.'
      })
    )
  },
  closed
)

const LabelSchema = Type.Union([Type.String(), Type.Number(), Type.Boolean()])

export const OutputSchema = Type.Object(
  {
    name: Type.Optional(Type.String()),
    classes: Type.Optional(
      Type.Array(LabelSchema, { minItems: 1, description: 'Label of each class, in the order of the probabilities.' })
    )
  },
  { ...closed, description: 'One prediction: a class with its probabilities, or a number.' }
)

const GoldenRowSchema = Type.Object(
  {
    input: Type.Record(Type.String(), Type.Union([Type.Number(), Type.String(), Type.Null()])),
    values: Type.Array(Type.Number(), { description: "[nValues] What the model's estimator gives, compared bit for bit." })
  },
  closed
)

export const DumpSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    format: Type.Literal(DUMP_FORMAT),
    formatVersion: Type.Integer({ minimum: 1, maximum: DUMP_FORMAT_VERSION }),
    digest: Type.Optional(
      Type.String({
        pattern: '^[0-9a-f]{64}$',
        description: 'SHA-256 of the content, whatever its white space and the order of its keys. A dump that it does ' +
          'not fit was changed after it was written, and is not served. Required from format 3 on.'
      })
    ),
    name: Type.String({ pattern: NAME_PATTERN.source }),
    description: Type.Optional(Type.String()),
    provenance: ProvenanceSchema,
    inputs: Type.Array(InputSchema, { minItems: 1, maxItems: 20_000 }),
    steps: Type.Array(StepSchema, { description: 'Applied in order. Columns start as the inputs.' }),
    task: Type.Union([Type.Literal('classifier'), Type.Literal('regressor'), Type.Literal('outlier-detector')]),
    featureImportances: Type.Optional(
      Type.Array(Type.Object({ feature: ColumnSchema, importance: Type.Number() }, closed), {
        description: "scikit-learn's feature_importances_: mean decrease in impurity, one entry per feature of the model."
      })
    ),
    outputs: Type.Array(OutputSchema, { minItems: 1, description: 'What is predicted; most models have one output.' }),
    golden: Type.Array(GoldenRowSchema, { minItems: 1, description: 'A model whose golden rows do not match is not served.' }),
    model: EstimatorSchema
  },
  { ...closed, title: 'JSON tree dump of a scikit-learn forest' }
)

export type NumberInput = Static<typeof NumberInputSchema>
export type CategoryInput = Static<typeof CategoryInputSchema>
export type TextInput = Static<typeof TextInputSchema>
/** An input whose values are checked. */
export type CheckedInput = NumberInput | CategoryInput | TextInput
export type AnyInput = Static<typeof AnyInputSchema>
export type Input = NumberInput | CategoryInput | TextInput | AnyInput
export type Provenance = Static<typeof ProvenanceSchema>
export type Label = Static<typeof LabelSchema>
export type Output = Static<typeof OutputSchema>
export type GoldenRow = Static<typeof GoldenRowSchema>
export type Dump = Static<typeof DumpSchema>
