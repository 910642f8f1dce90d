/** What would change an answer, as it is asked and answered. */
import { Type, type TSchema } from '@sinclair/typebox'
import type { Config } from '../../config.js'
import type { RouteErrors } from '../openapi/openapi.js'
import { describeErrorAnswer } from '../shared/error-body.js'
import { NOT_LOADED, notJson, threadsBusy, tooLarge } from '../shared/errors.js'
import { TOO_LONG } from '../../threads/protocol.js'

/** Most milliseconds of a question: others wait for the thread meanwhile. */
export const WHAT_IF_MS = 1000

const any = (type: string[], description: string) => Type.Unsafe<unknown>({ type, description })

const label = (description: string) => any(['string', 'number', 'boolean'], description)

const value = (description: string) => any(['string', 'number', 'boolean', 'null'], description)

const Fields = Type.Array(Type.String())

const Bounds = Type.Array(Type.Number(), { minItems: 2, maxItems: 2 })

/** What every question may say besides its row. */
const QUESTION = {
  ask: Type.Unsafe<'curve' | 'nearest' | 'cheapest'>({
    type: 'string', enum: ['curve', 'nearest', 'cheapest'],
    description: 'curve: the answer as a function of one field. nearest: for each field by itself, the nearest values ' +
      'that change the answer. cheapest: the cheapest change of a few fields together that does.'
  }),
  field: Type.Optional(Type.String({ description: 'Whose curve is asked for.' })),
  bounds: Type.Optional(Type.Record(Type.String(), Bounds, {
    description: 'By field, the least and the largest value that it may get, as `{"monthly_spend": [0, 200000]}`.'
  })),
  fields: Type.Optional({ ...Fields, description: 'Fields that may change; all when absent.' }),
  fixed: Type.Optional({ ...Fields, description: 'Fields that stay as they are.' }),
  maxFields: Type.Optional(Type.Integer({
    minimum: 1, maximum: 4, default: 2, description: 'Of the cheapest change: most fields that change together.'
  })),
  weights: Type.Optional(Type.Record(Type.String(), Type.Number({ exclusiveMinimum: 0 }), {
    description: "Of the cheapest change: by field, what a unit costs, or another category. The whole of a field's range costs 1 else."
  }))
}

/** Which change is meant, of any model. */
export const GOAL: Readonly<Record<string, TSchema>> = {
  target: Type.Optional(Type.Unsafe<unknown>({
    type: ['string', 'number', 'boolean', 'array'], items: { type: 'number' },
    description: 'What is wanted: a class, with thresholds a category, of a number its least and largest value. Absent: ' +
      'anything else than now.'
  })),
  output: Type.Optional(Type.Integer({ minimum: 0, default: 0, description: 'Of a model with several outputs, the index of the one that is meant.' })),
  thresholds: Type.Optional(Type.Array(Type.Number(), {
    description: 'Ascending: the category of an answer is how many of them its number reaches, and counts instead of its class.'
  })),
  categories: Type.Optional(Type.Array(Type.String(), { description: 'Names of the categories, one more than thresholds.' })),
  label: Type.Optional(label('The class whose number the thresholds are for.'))
}

/** Names of what may be in a question, with the row. */
export const QUESTION_NAMES: readonly string[] = ['row', ...Object.keys(QUESTION)]

/** Those that only some questions have. */
export const ONLY: Readonly<Record<string, readonly string[] | undefined>> = {
  field: ['curve'], fields: ['nearest', 'cheapest'], fixed: ['nearest', 'cheapest'], maxFields: ['cheapest'], weights: ['cheapest'],
  ...Object.fromEntries(Object.keys(GOAL).map(name => [name, ['nearest', 'cheapest']]))
}

function questionObject(row: TSchema, goal: Readonly<Record<string, TSchema>>) {
  return Type.Object({ row, ...QUESTION, ...goal }, { additionalProperties: false })
}

/**
 * @param rowId name of the schema of a row
 * @param goal the properties that say which change is meant
 */
export function describeQuestion(
  id: string, rowId: string, goal: Readonly<Record<string, TSchema>>, example: object
): TSchema {
  return { ...questionObject(Type.Unsafe<object>(Type.Ref(`${rowId}#`)), goal), $id: id, description: 'A row, and what is asked about it.', examples: [example] }
}

const PredictionSchema = Type.Object({}, {
  $id: 'WhatIfPrediction', additionalProperties: true,
  description: 'As the answer of POST /models/{name}/predict, without its status.'
})

const Answer = Type.Unsafe<object>(Type.Ref('WhatIfPrediction#'))

const SAID = {
  answer: Type.Optional(Answer),
  refused: Type.Optional(Type.String({ description: 'Instead of an answer: why the model refuses the row then.' }))
}

const outcome = label('The class, the category, or whether a number is wanted.')

const ValueAnswer = {
  value: value('A category, a truth value, or null where the field is missing.'),
  unknown: Type.Optional(Type.Literal(true, { description: 'The value stands for any text that is no category.' })),
  ...SAID
}

const TurnSchema = Type.Object({
  value: Type.Number({ description: 'The first float64 that changes the answer, coming from the row.' }),
  outcome,
  answer: Answer,
  plausible: Type.Optional(Type.Object({ value: Type.Number(), answer: Answer }, {
    description: 'A number that a person would write, a little further on.'
  }))
}, { $id: 'WhatIfTurn', description: 'Where the answer changes, in one direction.' })

const Turn = Type.Optional(Type.Unsafe<object>(Type.Ref('WhatIfTurn#')))

const status = Type.Literal('success')
const now = Type.Optional(label('The outcome of the row as it is.'))
const reached = Type.Boolean({ description: 'Whether it is the one that is wanted: then nothing has to change.' })

const CurveSchema = Type.Object({
  status,
  field: Type.String(),
  exact: Type.Boolean({ description: 'Whether it is proven that there are no other pieces.' }),
  pieces: Type.Array(Type.Object({ from: Type.Number(), to: Type.Number(), ...SAID }), {
    description: 'Ascending: all numbers of a piece, both ends included, have its answer.'
  }),
  values: Type.Array(Type.Object(ValueAnswer), { description: 'Categories, truth values, and null where the field may be missing.' })
}, { $id: 'WhatIfCurve', description: 'To `ask: "curve"`.' })

const NearestSchema = Type.Object({
  status, now, reached,
  fields: Type.Array(Type.Object({
    field: Type.String(),
    exact: Type.Boolean({ description: 'Whether it is proven that nothing nearer changes the answer.' }),
    down: Turn,
    up: Turn,
    values: Type.Array(Type.Object({ ...ValueAnswer, outcome }), { description: 'Other values that change the answer.' })
  }), { description: 'Those that change the answer by themselves.' }),
  unproven: Type.Array(Type.String(), {
    description: 'Fields of which no value was found that changes the answer, while it is not proven that there is none.'
  })
}, { $id: 'WhatIfNearest', description: 'To `ask: "nearest"`.' })

const CheapestSchema = Type.Object({
  status, now, reached,
  proven: Type.Boolean({ description: 'Whether it is proven that no change of so many fields is cheaper, or that there is none.' }),
  changes: Type.Optional(Type.Array(Type.Object({
    field: Type.String(), from: Type.Unknown({ description: 'As it was sent; null where it was missing.' }),
    to: value('What it has to become.'), limit: value('The least change that will do, which the cost is of.')
  }), { description: 'What changes. Absent where nothing has to, or nothing was found.' })),
  cost: Type.Optional(Type.Number()),
  outcome: Type.Optional(outcome),
  answer: Type.Optional(Answer)
}, { $id: 'WhatIfCheapest', description: 'To `ask: "cheapest"`.' })

const WhatIfSchema = Type.Union(['Curve', 'Nearest', 'Cheapest'].map(ask => Type.Unsafe<object>(Type.Ref(`WhatIf${ask}#`))), {
  $id: 'WhatIf', description: 'What would change the answer.',
  examples: [{
    status: 'success', now: 'HIGH', reached: false, proven: true,
    changes: [{ field: 'complaint_count', from: 2, to: 1, limit: 1 }], cost: 0.2, outcome: 'MEDIUM',
    answer: { prediction: 0, classes: [0, 1], probabilities: [0.625, 0.375] }
  }]
})

/** Schemas that those of the routes refer to. */
export const WHAT_IF_SCHEMAS: readonly TSchema[] = [
  PredictionSchema, TurnSchema, CurveSchema, NearestSchema, CheapestSchema, WhatIfSchema
]

export function describeWhatIfAnswers({ bodyLimitBytes, explainMaxRequests }: Config): RouteErrors {
  return {
    200: { description: 'What would change the answer.', content: { 'application/json': { schema: { $ref: 'WhatIf#' } } } },
    400: { $ref: 'BadRequest#' },
    413: describeErrorAnswer('The body is too large.', tooLarge(bodyLimitBytes)),
    415: describeErrorAnswer('The body is not JSON.', notJson('text/plain')),
    422: describeErrorAnswer('There is more to find than is looked for.', { code: 'not_computable', message: `${TOO_LONG}: the answer takes longer than ${WHAT_IF_MS} ms` }),
    500: describeErrorAnswer('The model is not loaded, or something failed that should not.', NOT_LOADED),
    503: describeErrorAnswer('Too many answers are being explained.', threadsBusy(explainMaxRequests))
  }
}
