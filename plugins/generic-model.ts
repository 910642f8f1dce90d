/**
 * `POST /models/{name}/predict`: the prediction of any model, for one row of named columns. `/models/{name}/explain`
 * adds why it is what it is, and `/models/{name}/what-if` says what would change it.
 */
import { Type } from '@sinclair/typebox'
import type { FastifyPluginAsync } from 'fastify'
import { describeValue } from '../src/errors/describe-value.js'
import { ExplanationProperty } from '../src/http/explain/explanation-schema.js'
import { FACTORS, MAX_FACTORS, type Extras } from '../src/http/explain/extras.js'
import { describeAnswer, type AnswerForm, type GenericAnswer } from '../src/http/rows/answer.js'
import { exampleRow } from '../src/http/rows/input-schema.js'
import { addModelRoute, nameBodySchema, type ModelPluginOptions } from '../src/http/routes/model-route.js'
import { addWhatIfRoute } from '../src/http/what-if/what-if-route.js'
import { GOAL } from '../src/http/what-if/what-if-schema.js'
import { wholeNumber } from '../src/http/shared/query.js'
import { listed } from '../src/model/input-rules.js'
import { InputError, type Label, type Model, type Prediction } from '../src/model/types.js'

/** What the plugin gets. */
interface GenericModelOptions extends ModelPluginOptions {
  /** Name of the operation, unlike those of all other routes. */
  readonly operationId: string
  /** That of the route that explains. */
  readonly explainId: string
  /** That of the route that says what would change the answer. */
  readonly whatIfId: string
}

/** Factors that are listed where a caller does not say how many. */
const TOP = 10

/** Any number of any output may be explained. */
const extras: Extras = {
  query: {
    top: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_FACTORS, default: TOP, description: 'Most factors that are listed.' })),
    label: Type.Optional(Type.String({ description: 'The class that is explained, instead of the predicted one.' })),
    output: Type.Optional(Type.Integer({
      minimum: 0, default: 0, description: 'Of a model with several outputs, the index of the one that is explained.'
    }))
  },
  properties: { explanation: ExplanationProperty },
  refusesOthers: true,
  parameters: ({ outputs }) => ({
    top: FACTORS, label: { expected: 'a label', read: text => text }, output: wholeNumber(0, outputs.length - 1)
  }),
  toWish: ({ top = TOP, label, output = 0 }, model) =>
    ({ factors: top, output, label: label === undefined ? undefined : findLabel(model, output, label) })
}

/** @throws InputError when the output has no such class */
function findLabel({ task, outputs }: Model, output: number, text: string): Label {
  const { classes } = outputs[output]
  if (classes === undefined || task === 'outlier-detector') {
    const expected = 'none: what is explained is a number, and not that of a class'
    throw new InputError([{ field: 'label', expected, received: describeValue(text) }])
  }
  const label = classes.find(known => known === text) ?? classes.find(known => String(known) === text)
  if (label === undefined) {
    throw new InputError([{ field: 'label', expected: `one of ${listed(classes.map(String))}`, received: describeValue(text) }])
  }
  return label
}

const genericModel: FastifyPluginAsync<GenericModelOptions> = async (app, options) => {
  const { entry: { name, model }, operationId, explainId, whatIfId } = options
  const form = describeAnswer(model)
  const route = {
    tag: 'models',
    response: { ...form.schema, examples: model === undefined ? [] : exampleAnswers(model, form) },
    answer: (_model: Model, prediction: Prediction) => form.answer(prediction)
  }
  addModelRoute<GenericAnswer>(app, options, {
    ...route, path: `/models/${name}/predict`, operationId, summary: `Predict with ${name}`
  })
  addModelRoute<GenericAnswer>(app, options, {
    ...route, path: `/models/${name}/explain`, operationId: explainId, summary: `Predict with ${name}, and say why`, extras
  })
  addWhatIfRoute(app, options, {
    path: `/models/${name}/what-if`, operationId: whatIfId, rowId: nameBodySchema(operationId), tag: 'models',
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
