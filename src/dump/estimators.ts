/**
 * The fitted estimators of a dump: forests of any kind as trees, a sum and a link; linear models; and what combines
 * them.
 */
import { Type, type Static } from '@sinclair/typebox'
import { ColumnSchema, FunctionSchema, closed } from './columns.js'

/** A float64. Infinities, which JSON has no number for, are strings. */
const Float64Schema = Type.Union([Type.Number(), Type.Literal('Infinity'), Type.Literal('-Infinity')])

const NumbersSchema = Type.Array(Type.Number())

const NodeIntsSchema = Type.Array(Type.Integer())

const TreeSchema = Type.Object(
  {
    childrenLeft: Type.Array(Type.Integer(), { description: 'Child for x <= threshold; -1 at a leaf.' }),
    childrenRight: NodeIntsSchema,
    feature: Type.Array(Type.Integer(), { description: "Index into the forest's features; -2 at a leaf." }),
    threshold: Type.Array(Float64Schema, { description: 'Float64 split value; -2 at a leaf.' }),
    missingGoToLeft: Type.Optional(
      Type.Array(Type.Union([Type.Literal(0), Type.Literal(1)]), { description: 'Where NaN goes. Absent: NaN refused.' })
    ),
    categoricalSplits: Type.Optional(
      Type.Array(
        Type.Object({ node: Type.Integer({ minimum: 0 }), left: Type.Array(Type.Number()) }, closed),
        { description: 'Nodes that ask whether x is one of the numbers in `left`, instead of comparing it.' }
      )
    ),
    linearLeaves: Type.Optional(
      Type.Array(
        Type.Object(
          {
            node: Type.Integer({ minimum: 0 }),
            intercept: Type.Number(),
            features: Type.Array(Type.Integer({ minimum: 0 }), { minItems: 1 }),
            coef: Type.Array(Type.Number(), { description: 'One per entry of `features`.' })
          },
          closed
        ),
        {
          description:
            'Leaves that add intercept + coef[0] * x[features[0]] + ..., each product rounded, in that order; where one ' +
            "of those features is NaN, the leaf's `value`. What is within 1e-35 (float32) of zero counts as 0 (LightGBM)."
        }
      )
    ),
    weightedNNodeSamples: Type.Optional(
      Type.Array(Type.Number({ minimum: 0 }), { description: 'Training weight that reached the node.' })
    ),
    output: Type.Optional(
      Type.Integer({ minimum: 0, description: 'The output that numbers in `value` are added to; 0 when absent.' })
    ),
    value: Type.Array(
      Type.Union([Type.Number(), Type.Array(Type.Number())]),
      {
        description:
          'One entry per leaf, in node order: an array of [output, value, output, value, ...], zeros left out. ' +
          'A number stands, where leaves are probabilities, for the class that has all of it, and elsewhere for a ' +
          "value of the tree's one output."
      }
    )
  },
  { ...closed, description: 'Parallel arrays, one entry per node (value: a leaf). Node 0 is the root.' }
)

const FmathSchema = Type.Optional(
  Type.Literal('fmath', { description: "exp is that of the library fmath (CatBoost). Absent: the C library's." })
)

const LinkSchema = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('expit'),
      factor: Type.Number({ description: 'p = 1 / (1 + exp(-factor * raw)); the probabilities are 1 - p and p.' }),
      positive: Type.Union([Type.Literal('raw > 0'), Type.Literal('raw >= 0'), Type.Literal('argmax')], {
        description: 'When the second class is predicted.'
      })
    },
    closed
  ),
  Type.Object(
    {
      kind: Type.Literal('softmax'),
      normalize: Type.Union([Type.Literal('quotient'), Type.Literal('logsumexp')], {
        description: 'exp(raw - max) / sum, or exp(raw - log(sum of exp(raw - max)) - max).'
      }),
      sum: Type.Union([Type.Literal('pairwise'), Type.Literal('sequential')], {
        description: "numpy's order of summation."
      }),
      decide: Type.Union([Type.Literal('raw'), Type.Literal('probability')], {
        description: 'Whose first maximum is predicted.'
      }),
      binary: Type.Optional(Type.Literal(true, { description: 'The one number d stands for the two numbers -d and d.' })),
      exp: FmathSchema
    },
    closed
  ),
  Type.Object(
    { kind: Type.Literal('one-vs-rest') },
    { ...closed, description: '1 / (1 + exp(-raw)) of each class, divided by their sum; equal shares when that is 0.' }
  ),
  Type.Object(
    { kind: Type.Literal('modified-huber') },
    {
      ...closed,
      description: '(raw clipped to -1..1 + 1) / 2: the probability of the second of two classes, or of each of more, ' +
        'divided by their sum; equal shares when that is 0 (SGDClassifier).'
    }
  ),
  Type.Object(
    { kind: Type.Literal('decision') },
    {
      ...closed,
      description: 'No probabilities: the decision function itself, -raw and raw of two classes. Of two the second is ' +
        'predicted where raw > 0, of more the first maximum.'
    }
  ),
  Type.Object({ kind: Type.Literal('exp'), exp: FmathSchema }, { ...closed, description: 'exp(raw).' }),
  Type.Object(
    { kind: Type.Literal('mean-variance') },
    { ...closed, description: 'Of two numbers the first, and exp(2 * raw) of the second with the exp of fmath (CatBoost).' }
  ),
  Type.Object(
    {
      kind: Type.Literal('expit-each'),
      factor: Type.Number(),
      decide: Type.Optional(
        Type.Literal('raw', { description: 'The first maximum of raw is predicted, not that of the values.' })
      )
    },
    { ...closed, description: '1 / (1 + exp(-factor * raw)) of each number: of one, or of classes each on its own.' }
  ),
  Type.Object({ kind: Type.Literal('softplus') }, { ...closed, description: 'log1p(exp(raw)).' }),
  Type.Object({ kind: Type.Literal('signed-square') }, { ...closed, description: 'sign(raw) * raw * raw.' }),
  Type.Object(
    {
      kind: Type.Literal('float32'),
      function: Type.Union(
        [
          Type.Literal('sigmoid'), Type.Literal('sigmoid-unbounded'), Type.Literal('exp'), Type.Literal('exp-rounded'),
          Type.Literal('step'), Type.Literal('identity'), Type.Literal('softmax'), Type.Literal('softmax-numpy'),
          Type.Literal('ascending')
        ],
        {
          description:
            'sigmoid: 1 / (expf(min(-raw, 88.7)) + 1), or without the minimum; expf(raw), or exp(raw) of float64 ' +
            'rounded; 1 where raw > 0, else 0; raw itself; expf(raw - max) / sum, the sum in float64, or with ' +
            "numpy's float32 exp and sum (scipy.special.softmax); raw sorted."
        }
      ),
      binary: Type.Optional(Type.Literal(true, { description: 'Each number p becomes the two numbers 1 - p and p.' })),
      decide: Type.Optional(
        Type.Literal('raw', { description: 'The first maximum of raw is predicted, not that of the values.' })
      )
    },
    { ...closed, description: 'Every operation is rounded to float32 (XGBoost).' }
  ),
  Type.Object(
    {
      kind: Type.Literal('onnx'),
      function: Type.Union(
        [
          Type.Literal('identity'), Type.Literal('complement'), Type.Literal('logistic'), Type.Literal('logistic-pair'),
          Type.Literal('softmax')
        ],
        {
          description:
            'raw itself; 1 - raw and raw, of which the second is predicted where raw > 0.5; logistic(raw) of each number; ' +
            'logistic(-raw) and logistic(raw), of which the second is predicted where raw > 0; expf(raw - max) / sum. ' +
            'logistic(x) is v = 1 / (1 + expf(-|x|)), or 1 - v where x < 0.'
        }
      )
    },
    { ...closed, description: 'Every operation is rounded to float32; else the first maximum of raw is predicted (onnxruntime).' }
  ),
  Type.Object(
    {
      kind: Type.Literal('isolation'),
      denominator: Type.Number({ description: 'Number of trees times the average path length of a sample.' }),
      offset: Type.Number({ description: 'Subtracted from the score for the decision.' })
    },
    { ...closed, description: 'score = -(2 ** (-raw / denominator)); the values are score and score - offset.' }
  ),
  Type.Object(
    {
      kind: Type.Literal('adaboost'),
      totalWeight: Type.Number({ description: 'Sum of the weights of the trees, which the votes are divided by.' }),
      sum: Type.Union([Type.Literal('pairwise'), Type.Literal('sequential')], {
        description: "numpy's order of summation."
      })
    },
    { ...closed, description: 'Softmax of the votes: [-d / 2, d / 2] of two classes, d / (nClasses - 1) of more.' }
  ),
  Type.Object(
    { kind: Type.Literal('weighted-median'), weights: Type.Array(Type.Number()) },
    { ...closed, description: 'The smallest raw value whose cumulative weight reaches half (AdaBoostRegressor).' }
  ),
  Type.Object(
    {
      kind: Type.Literal('quantiles'),
      quantiles: Type.Optional(
        Type.Array(Type.Number({ minimum: 0, maximum: 1 }), { minItems: 1, description: 'Absent: the mean.' })
      ),
      training: Type.Optional(
        Type.Array(Type.Number(), { minItems: 1, description: '[nOutputs] Training values, ascending, whose weights are raw.' })
      )
    },
    {
      ...closed,
      description: 'Quantiles of the raw values, interpolated as numpy does; with `training`, of those values by their ' +
        'weights (quantile-forest).'
    }
  ),
  Type.Object(
    { kind: Type.Literal('first-mode'), nClasses: Type.Integer({ minimum: 1, maximum: 1_000_000 }) },
    {
      ...closed,
      description: "Raw values are the trees' classes, the values their shares of the votes. Of classes with as many " +
        'votes, the one that had them first is predicted (ml-random-forest).'
    }
  )
])

const ForestSchema = Type.Object(
  {
    kind: Type.Literal('forest'),
    estimator: Type.String({ description: "scikit-learn's class, e.g. RandomForestClassifier." }),
    split: Type.Union([Type.Literal('<='), Type.Literal('<')], {
      description: 'The comparison of x with the threshold that sends a row to the left.'
    }),
    precision: Type.Union([Type.Literal('float32'), Type.Literal('float64')], {
      description: 'What a feature is rounded to before it is compared. scikit-learn: float32, but for histograms.'
    }),
    features: Type.Array(ColumnSchema, { minItems: 1, description: "The columns that make the forest's row, in order." }),
    acceptsInfinite: Type.Optional(Type.Boolean({ description: 'Infinite features are walked, not refused.' })),
    knownCategories: Type.Optional(
      Type.Record(Type.String(), Type.Array(Type.Number()), {
        description: 'By feature: numbers that categorical splits know. Others go where NaN goes; when absent, right.'
      })
    ),
    leaves: Type.Union([Type.Literal('probabilities'), Type.Literal('values')], { description: 'What leaves hold.' }),
    nOutputs: Type.Integer({ minimum: 1, description: 'Numbers that the trees add up to: classes, or values.' }),
    aggregate: Type.Union([Type.Literal('mean'), Type.Literal('sum')], {
      description: 'Leaf values are added in tree order; a mean is then divided once by the number of trees.'
    }),
    divisor: Type.Optional(
      Type.Integer({ minimum: 1, description: 'What a mean is divided by instead, where each tree adds to one output.' })
    ),
    accumulate: Type.Optional(
      Type.Literal('float32', { description: 'Every sum is rounded to float32 (XGBoost). Absent: float64.' })
    ),
    base: Type.Optional(Type.Array(Type.Number(), { description: '[nOutputs] Where the sums start; 0 when absent.' })),
    scale: Type.Optional(
      Type.Object(
        { factor: Type.Number(), offset: Type.Array(Type.Number(), { description: '[nOutputs]' }) },
        { ...closed, description: 'The sums times `factor`, then that + `offset`, two roundings, before the link (CatBoost).' }
      )
    ),
    link: Type.Optional(LinkSchema),
    trees: Type.Array(TreeSchema, { minItems: 1 })
  },
  closed
)

const LinearSchema = Type.Object(
  {
    kind: Type.Literal('linear'),
    estimator: Type.String({ description: "scikit-learn's class, e.g. LogisticRegression." }),
    features: Type.Array(ColumnSchema, { description: "The columns that make the model's row, in order." }),
    coef: Type.Array(Type.Array(Type.Number()), { minItems: 1, description: '[nSums][nFeatures]' }),
    intercept: Type.Array(Type.Number(), { description: '[nSums]' }),
    link: Type.Optional(LinkSchema)
  },
  {
    ...closed,
    description: 'Sums of products in float64, each product rounded, added in the order of the features from 0 on, then ' +
      'the intercept; and the link of the sums.'
  }
)

const ClipSchema = Type.Tuple([Type.Number(), Type.Number()], { description: 'Least and largest probability.' })

const StartSchema = Type.Union([
  Type.Object({ kind: Type.Literal('value') }, { ...closed, description: 'The value itself.' }),
  Type.Object(
    {
      kind: Type.Literal('logit'),
      factor: Type.Number(),
      formula: Type.Union([Type.Literal('quotient'), Type.Literal('log1p')], { description: "scipy's, since 1.15: log1p." }),
      clip: ClipSchema
    },
    { ...closed, description: 'factor * log(p / (1 - p)) of the probability of the second class.' }
  ),
  Type.Object(
    { kind: Type.Literal('log'), centred: Type.Boolean(), clip: ClipSchema },
    { ...closed, description: 'Logarithms of the probabilities, each divided by their geometric mean when centred.' }
  )
])

const CalibratorPrecisionSchema = Type.Optional(
  Type.Literal('float32', { description: 'Every operation is rounded to float32. Absent: float64.' })
)

const CalibratorSchema = Type.Union([
  Type.Object(
    { method: Type.Literal('sigmoid'), a: Type.Number(), b: Type.Number(), precision: CalibratorPrecisionSchema },
    { ...closed, description: '1 / (1 + exp(a * score + b)).' }
  ),
  Type.Object(
    {
      method: Type.Literal('isotonic'),
      x: Type.Array(Type.Number(), { minItems: 1 }),
      y: Type.Array(Type.Number(), { minItems: 1 }),
      precision: CalibratorPrecisionSchema
    },
    { ...closed, description: 'Linear between the thresholds x, constant beyond them.' }
  ),
  Type.Object(
    { method: Type.Literal('temperature'), beta: Type.Number() },
    { ...closed, description: 'The only one for all classes: softmax of beta * logits.' }
  )
])

const ScoreSchema = Type.Union([Type.Literal('raw'), Type.Literal('probability')], {
  description: "A member's decision function, or its probability of the second class."
})

/** One entry per output, as the transformer of a target has one per column. */
const InverseSchema = Type.Union([
  Type.Object(
    { op: Type.Literal('apply'), function: FunctionSchema },
    { ...closed, description: "numpy's function of each value." }
  ),
  Type.Object(
    { op: Type.Literal('multiply'), factor: Type.Optional(NumbersSchema), offset: Type.Optional(NumbersSchema) },
    { ...closed, description: 'x * factor, then that + offset, two roundings (StandardScaler and its like).' }
  ),
  Type.Object(
    { op: Type.Literal('scale'), mean: NumbersSchema, scale: NumbersSchema },
    { ...closed, description: 'x - mean, then that / scale, two roundings (MinMaxScaler).' }
  ),
  Type.Object(
    {
      op: Type.Literal('quantile'),
      quantiles: Type.Array(Type.Array(Type.Number(), { minItems: 1 }), { description: 'For each output, ascending.' }),
      references: NumbersSchema,
      distribution: Type.Union([Type.Literal('uniform'), Type.Literal('normal')])
    },
    { ...closed, description: 'The quantile at a rank, or at the rank of a normal deviate (QuantileTransformer).' }
  ),
  Type.Object(
    { op: Type.Literal('yeo-johnson'), lambdas: NumbersSchema },
    { ...closed, description: 'Back from a normal distribution (PowerTransformer).' }
  )
])

/** What predicts: a forest, a linear model, or a combination of others. All members see the same columns. */
export type Estimator = Forest | Linear | Columns | Constant | Average | Vote | Calibrated | Boosted | Ballot
  | Thresholded | OneVsRest | OneVsOne | OutputCode | MultiOutput | Transformed

export interface Average {
  kind: 'average'
  members: Estimator[]
  weights?: number[]
  accumulate?: 'float32'
}

export interface Vote {
  kind: 'vote'
  members: Estimator[]
  weights?: number[]
}

export interface Calibrated {
  kind: 'calibrated'
  member: Estimator
  score: 'raw' | 'probability'
  calibrators: Array<Static<typeof CalibratorSchema>>
}

export interface Boosted {
  kind: 'boosted'
  init: Estimator
  start: Start
  forest: Forest
}

export interface Ballot {
  kind: 'ballot'
  members: Estimator[]
  votes: 'label' | 'centred-label' | 'logarithm' | 'value'
  weights?: number[]
  link: Link
}

export interface Thresholded {
  kind: 'thresholded'
  member: Estimator
  score: 'raw' | 'probability'
  positive: 0 | 1
  threshold: number
}

/** Columns that a step has made of another predictor's answers. */
export interface Columns {
  kind: 'columns'
  features: string[]
  label?: string
}

/** The same for every row. */
interface Constant {
  kind: 'constant'
  values: number[]
}

export interface OneVsRest {
  kind: 'one-vs-rest'
  members: Estimator[]
  score: Score
  ties: 'first' | 'last'
  accumulate?: 'float32'
}

export interface OneVsOne {
  kind: 'one-vs-one'
  members: Estimator[]
  score: Score
  nClasses: number
}

export interface OutputCode {
  kind: 'output-code'
  members: Estimator[]
  score: Score
  codeBook: number[][]
}

type Score = Static<typeof ScoreSchema>

interface MultiOutput {
  kind: 'multi-output'
  members: Estimator[]
}

export interface Transformed {
  kind: 'transformed'
  member: Estimator
  inverse: Inverse[]
  precision?: 'float32'
}

/** By which steps name the shape of their predictors. */
export const ESTIMATOR_ID = 'Estimator'

export const EstimatorSchema = Type.Unsafe<Estimator>(
  Type.Recursive(
    Self => Type.Union([
      ForestSchema,
      LinearSchema,
      Type.Object(
        {
          kind: Type.Literal('columns'),
          features: Type.Array(ColumnSchema, { minItems: 1, description: 'The columns that are the values, in order.' }),
          label: Type.Optional(Type.String({ description: 'The column with the index of the predicted class.' }))
        },
        { ...closed, description: 'What steps have made of the answers of other predictors (chains).' }
      ),
      Type.Object(
        { kind: Type.Literal('constant'), values: Type.Array(Type.Number(), { minItems: 1 }) },
        { ...closed, description: 'The same values for every row (DummyClassifier, DummyRegressor).' }
      ),
      Type.Object(
        {
          kind: Type.Literal('one-vs-rest'),
          members: Type.Array(Self, { minItems: 1 }),
          score: ScoreSchema,
          ties: Type.Union([Type.Literal('first'), Type.Literal('last')], { description: 'Which of equal scores wins.' }),
          accumulate: Type.Optional(
            Type.Literal('float32', { description: 'Every operation is rounded to float32. Absent: float64.' })
          )
        },
        {
          ...closed,
          description: 'A classifier for each class: its probabilities of the second class, divided by their sum. The ' +
            'class with the highest score is predicted. One member alone tells the second class from the first.'
        }
      ),
      Type.Object(
        {
          kind: Type.Literal('one-vs-one'),
          members: Type.Array(Self, { minItems: 1 }),
          score: ScoreSchema,
          nClasses: Type.Integer({ minimum: 2, maximum: 10_000 })
        },
        {
          ...closed,
          description: "A classifier for each pair of classes, (0, 1), (0, 2), ..., (1, 2), ... No probabilities: votes, " +
            'and s / (3 * (|s| + 1)) of the sums s of scores.'
        }
      ),
      Type.Object(
        {
          kind: Type.Literal('output-code'),
          members: Type.Array(Self, { minItems: 1 }),
          score: ScoreSchema,
          codeBook: Type.Array(NumbersSchema, { minItems: 1, description: '[nClasses][nMembers]' })
        },
        {
          ...closed,
          description: "The class whose code is nearest to the members' scores. No probabilities: squared distances, negated."
        }
      ),
      Type.Object(
        {
          kind: Type.Literal('average'),
          members: Type.Array(Self, { minItems: 1 }),
          weights: Type.Optional(Type.Array(Type.Number())),
          accumulate: Type.Optional(
            Type.Literal('float32', { description: 'Every operation is rounded to float32. Absent: float64.' })
          )
        },
        { ...closed, description: "The members' values added in order and divided by their number, or weighted." }
      ),
      Type.Object(
        {
          kind: Type.Literal('vote'),
          members: Type.Array(Self, { minItems: 1 }),
          weights: Type.Optional(Type.Array(Type.Number()))
        },
        { ...closed, description: 'The class that most members predict; no probabilities.' }
      ),
      Type.Object(
        {
          kind: Type.Literal('calibrated'),
          member: Self,
          score: Type.Union([Type.Literal('raw'), Type.Literal('probability')]),
          calibrators: Type.Array(CalibratorSchema, { minItems: 1 })
        },
        { ...closed, description: 'Scores of a classifier mapped to probabilities, one calibrator a class (one for two).' }
      ),
      Type.Object(
        { kind: Type.Literal('boosted'), init: Self, start: StartSchema, forest: ForestSchema },
        { ...closed, description: 'Sums that do not start at a base but at what another predictor answers.' }
      ),
      Type.Object(
        {
          kind: Type.Literal('ballot'),
          members: Type.Array(Self, { minItems: 1 }),
          votes: Type.Union(
            [Type.Literal('label'), Type.Literal('centred-label'), Type.Literal('logarithm'), Type.Literal('value')],
            {
              description:
                "A member's weight for the class that it predicts; -weight / (nClasses - 1) for the others as well; " +
                '(nClasses - 1) * (log p - mean of log p), without weights; or its value, each a number of its own.'
            }
          ),
          weights: Type.Optional(Type.Array(Type.Number())),
          link: LinkSchema
        },
        { ...closed, description: "The members' votes added up, and the link of the sums (AdaBoost)." }
      ),
      Type.Object(
        {
          kind: Type.Literal('thresholded'),
          member: Self,
          score: Type.Union([Type.Literal('raw'), Type.Literal('probability')]),
          positive: Type.Union([Type.Literal(0), Type.Literal(1)], { description: 'Index of the class whose score counts.' }),
          threshold: Type.Number({ description: 'The positive class is predicted where its score is >= this.' })
        },
        { ...closed, description: 'The probabilities of a classifier of two classes, and a threshold that decides.' }
      ),
      Type.Object(
        { kind: Type.Literal('multi-output'), members: Type.Array(Self, { minItems: 1 }) },
        { ...closed, description: 'Predictors of one output each: the outputs of all, one after another.' }
      ),
      Type.Object(
        {
          kind: Type.Literal('transformed'),
          member: Self,
          inverse: Type.Array(InverseSchema, { minItems: 1, description: 'Applied in order to the values of the member.' }),
          precision: Type.Optional(
            Type.Literal('float32', { description: 'Every operation is rounded to float32. Absent: float64.' })
          )
        },
        { ...closed, description: 'A regressor of a transformed target, and the way back (TransformedTargetRegressor).' }
      )
    ]),
    { $id: ESTIMATOR_ID }
  )
)

export type TreeDump = Static<typeof TreeSchema>
export type ForestDump = Static<typeof ForestSchema>
type Forest = ForestDump
export type Linear = Static<typeof LinearSchema>
export type Link = Static<typeof LinkSchema>
export type Start = Static<typeof StartSchema>
export type Calibrator = Static<typeof CalibratorSchema>
export type Inverse = Static<typeof InverseSchema>
