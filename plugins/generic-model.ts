/**
 * `POST /models/{name}/predict`: the prediction of any model, for one row of named columns. `/models/{name}/explain`
 * adds why it is what it is, `/models/{name}/compare` why it is another one than that of a reference row, and
 * `/models/{name}/what-if` says what would change it.
 */
import { Type } from '@sinclair/typebox'
import type { FastifyPluginAsync } from 'fastify'
import { describeValue } from '../src/errors/describe-value.js'
import { ExplanationProperty } from '../src/http/explain/explanation-schema.js'
import { FACTORS, MAX_FACTORS, type Extras } from '../src/http/explain/extras.js'
import { describeAnswer, type AnswerForm, type GenericAnswer } from '../src/http/rows/answer.js'
import { exampleRow } from '../src/http/rows/input-schema.js'
import { addCompareRoute } from '../src/http/routes/compare-route.js'
import { addModelRoute, type ModelPluginOptions } from '../src/http/routes/model-route.js'
import { addWhatIfRoute } from '../src/http/what-if/what-if-route.js'
import { GOAL } from '../src/http/what-if/what-if-schema.js'
import { nameRow, type Verb } from '../src/http/openapi/operation-ids.js'
import { oneOf, wholeNumber } from '../src/http/shared/query.js'
import { listed } from '../src/model/input-rules.js'
import { InputError, type Label, type Model, type Prediction } from '../src/model/types.js'

/** What the plugin gets. */
interface GenericModelOptions extends ModelPluginOptions {
  /** Names of operations, unlike those of all other routes. */
  readonly nameOperation: (verb: Verb) => string
}

/** Factors that are listed where a caller does not say how many. */
const TOP = 10

const LABEL = { expected: 'a label', read: (text: string) => text }

const PLAYERS = ['fields', 'columns'] as const

/** Any number of any output may be compared. */
const compareExtras: Extras = {
  query: {
    top: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_FACTORS, default: TOP, description: 'Most factors that are listed.' })),
    label: Type.Optional(Type.String({ description: 'The class that is explained, instead of the predicted one.' })),
    against: Type.Optional(Type.String({
      description: 'Why not this class: its number is subtracted from that of the one that is explained.'
    })),
    output: Type.Optional(Type.Integer({
      minimum: 0, default: 0, description: 'Of a model with several outputs, the index of the one that is explained.'
    }))
  },
  properties: { explanation: ExplanationProperty },
  refusesOthers: true,
  parameters: ({ outputs }) => ({
    top: FACTORS, label: LABEL, against: LABEL, output: wholeNumber(0, outputs.length - 1)
  }),
  toWish: ({ top = TOP, label, against, output = 0, players, interactions }, model) => ({
    factors: top, output, players, interactions,
    label: findLabel(model, output, 'label', label), against: findLabel(model, output, 'against', against)
  })
}

/** Any number of any output may be explained. */
const extras: Extras = {
  ...compareExtras,
  query: {
    ...compareExtras.query,
    players: Type.Optional(Type.Unsafe<string>({
      type: 'string', enum: PLAYERS, default: 'fields',
      description: "Whether factors are the request's fields, or the model's columns as in `shap`."
    })),
    interactions: Type.Optional(Type.Boolean({
      default: false, description: 'Adds what each factor does alone, and together with each other one.'
    }))
  },
  parameters: model => ({
    ...compareExtras.parameters(model),
    players: oneOf(...PLAYERS),
    interactions: { expected: 'true or false', read: text => text === 'true' ? true : text === 'false' ? false : undefined }
  })
}

/** @throws InputError when the output has no such class */
function findLabel(
  { task, outputs }: Model, output: number, field: 'label' | 'against', text: string | undefined
): Label | undefined {
  if (text === undefined) return undefined
  const { classes } = outputs[output]
  if (classes === undefined || task === 'outlier-detector') {
    const expected = 'none: what is explained is a number, and not that of a class'
    throw new InputError([{ field, expected, received: describeValue(text) }])
  }
  const label = classes.find(known => known === text) ?? classes.find(known => String(known) === text)
  if (label === undefined) {
    throw new InputError([{ field, expected: `one of ${listed(classes.map(String))}`, received: describeValue(text) }])
  }
  return label
}

const genericModel: FastifyPluginAsync<GenericModelOptions> = async (app, options) => {
  const { entry: { name, model }, nameOperation } = options
  const form = describeAnswer(model)
  const route = {
    tag: 'models',
    response: { ...form.schema, examples: model === undefined ? [] : exampleAnswers(model, form) },
    answer: (_model: Model, prediction: Prediction) => form.answer(prediction)
  }
  addModelRoute<GenericAnswer>(app, options, {
    ...route, path: `/models/${name}/predict`, operationId: nameOperation('predict'), summary: `Predict with ${name}`
  })
  addModelRoute<GenericAnswer>(app, options, {
    ...route, path: `/models/${name}/explain`, operationId: nameOperation('explain'),
    summary: `Predict with ${name}, and say why`, extras
  })
  addCompareRoute<GenericAnswer>(app, options, {
    ...route, path: `/models/${name}/compare`, operationId: nameOperation('compare'), schemasOf: nameOperation('explain'),
    summary: `Predict with ${name}, and say why it is not what a reference row gets`, extras: compareExtras
  })
  addWhatIfRoute(app, options, {
    path: `/models/${name}/what-if`, operationId: nameOperation('whatIf'),
    rowId: nameRow(nameOperation('predict')), tag: 'models',
    summary: `What would change an answer of ${name}`, goal: GOAL
  })
}

/** What the model really answers to the example of its request; nothing when it refuses that. */
function exampleAnswers(model: Model, form: AnswerForm): object[] {
  try {
    return [form.answer(model.predict(exampleRow(model)))]
  } catch {
    return []
  }
}

export default genericModel
