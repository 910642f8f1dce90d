/**
 * The JSON tree dump: the one form between a scikit-learn file and the service. A dump is self-contained: what the
 * model is called and where it came from, what it takes, how the inputs become the forest's row, the trees, the
 * labels, and golden rows that prove the evaluator reproduces scikit-learn's bits on the machine that loads it.
 *
 * Names are scikit-learn's own, in camel case. Numbers are JSON numbers in their shortest round-trip form, so every
 * float64 is kept exactly; `-0` is written as `-0`, infinities as the strings "Infinity" and "-Infinity".
 */
import { Type, type Static } from '@sinclair/typebox'
import { ColumnSchema, StepSchema, closed } from './dump-steps.js'

export type { Expression, Step } from './dump-steps.js'

export const DUMP_FORMAT = 'recall-ml/forest'

/** Raised when a reader of the earlier version would misread a dump. Readers accept every version up to their own. */
export const DUMP_FORMAT_VERSION = 1

const Float64Schema = Type.Union([Type.Number(), Type.Literal('Infinity'), Type.Literal('-Infinity')], {
  description: 'A float64. Infinities, which JSON has no number for, are strings.'
})

export const NumberInputSchema = Type.Object(
  {
    name: ColumnSchema,
    type: Type.Literal('number'),
    description: Type.Optional(Type.String()),
    unit: Type.Optional(Type.String({ description: 'Unit of the value, e.g. "GB a month".' })),
    minimum: Type.Optional(Type.Number()),
    maximum: Type.Optional(Type.Number()),
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
    description: Type.Optional(Type.String()),
    categories: Type.Array(Type.String(), { minItems: 1, uniqueItems: true, description: 'In code order.' }),
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
        { ...closed, description: 'null: no category (code -1), for models whose encoder ignores unknown ones.' }
      )
    )
  },
  { ...closed, description: "Text. Its column holds the category's index in `categories`." }
)

export const InputSchema = Type.Union([NumberInputSchema, CategoryInputSchema])

const NodeIntsSchema = Type.Array(Type.Integer())

export const TreeSchema = Type.Object(
  {
    childrenLeft: Type.Array(Type.Integer(), { description: 'Child for x <= threshold; -1 at a leaf.' }),
    childrenRight: NodeIntsSchema,
    feature: Type.Array(Type.Integer(), { description: "Index into the forest's features; -2 at a leaf." }),
    threshold: Type.Array(Float64Schema, { description: 'Float64 split value; -2 at a leaf.' }),
    missingGoToLeft: Type.Optional(
      Type.Array(Type.Union([Type.Literal(0), Type.Literal(1)]), { description: 'Where NaN goes. Absent: NaN refused.' })
    ),
    weightedNNodeSamples: Type.Optional(
      Type.Array(Type.Number({ minimum: 0 }), { description: 'Training weight that reached the node.' })
    ),
    value: Type.Array(
      Type.Union([Type.Integer({ minimum: 0 }), Type.Array(Type.Number())]),
      {
        description:
          'One entry a leaf, in node order: class probabilities. An integer is the class that has all of it; ' +
          'an array is [class, probability, class, probability, ...] with the zeros left out, empty when all are zero.'
      }
    )
  },
  { ...closed, description: 'Parallel arrays, one entry a node (value: a leaf). Node 0 is the root.' }
)

export const ForestSchema = Type.Object(
  {
    estimator: Type.String({ description: "scikit-learn's class, e.g. RandomForestClassifier." }),
    aggregate: Type.Literal('mean', {
      description: 'Leaf values are added in tree order, starting from 0, then divided once by the number of trees.'
    }),
    split: Type.Union([Type.Literal('<='), Type.Literal('<')], {
      description: 'The comparison of x with the threshold that sends a row to the left.'
    }),
    precision: Type.Union([Type.Literal('float32'), Type.Literal('float64')], {
      description: 'What a feature is rounded to before it is compared. scikit-learn: float32.'
    }),
    features: Type.Array(ColumnSchema, { minItems: 1, description: "The columns that make the forest's row, in order." }),
    nClasses: Type.Integer({ minimum: 1 }),
    trees: Type.Array(TreeSchema, { minItems: 1 })
  },
  closed
)

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
    golden: Type.String({ description: 'Who computed the golden rows.' }),
    quality: Type.Optional(
      Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]), {
        description: 'Measured on held-out rows when the model was trained: rows, seed, metrics.'
      })
    )
  },
  closed
)

export const LabelSchema = Type.Union([Type.String(), Type.Number(), Type.Boolean()])

export const GoldenRowSchema = Type.Object(
  {
    input: Type.Record(Type.String(), Type.Union([Type.Number(), Type.String(), Type.Null()])),
    probabilities: Type.Array(Type.Number(), { description: '[nClasses], compared bit for bit.' })
  },
  closed
)

export const DumpSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    format: Type.Literal(DUMP_FORMAT),
    formatVersion: Type.Literal(DUMP_FORMAT_VERSION),
    name: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$' }),
    description: Type.Optional(Type.String()),
    provenance: ProvenanceSchema,
    inputs: Type.Array(InputSchema, { minItems: 1 }),
    steps: Type.Array(StepSchema, { description: 'Applied in order. Columns start as the inputs.' }),
    forest: ForestSchema,
    classes: Type.Array(LabelSchema, { minItems: 1, description: 'Label of each class, in probability order.' }),
    golden: Type.Array(GoldenRowSchema, { description: 'A model whose golden rows do not match is not served.' })
  },
  { ...closed, title: 'JSON tree dump of a scikit-learn forest' }
)

export type NumberInput = Static<typeof NumberInputSchema>
export type CategoryInput = Static<typeof CategoryInputSchema>
export type Input = NumberInput | CategoryInput
export type TreeDump = Static<typeof TreeSchema>
export type ForestDump = Static<typeof ForestSchema>
export type Provenance = Static<typeof ProvenanceSchema>
export type Label = Static<typeof LabelSchema>
export type GoldenRow = Static<typeof GoldenRowSchema>
export type Dump = Static<typeof DumpSchema>
