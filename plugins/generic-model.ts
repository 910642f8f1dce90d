/** `POST /models/{name}/predict`: the prediction of any model, for one row of named columns. */
import type { FastifyPluginAsync } from 'fastify'
import { describeAnswer, type AnswerForm, type GenericAnswer } from '../src/http/rows/answer.js'
import { exampleRow } from '../src/http/rows/input-schema.js'
import { addModelRoute, type ModelPluginOptions } from '../src/http/routes/model-route.js'
import type { Model } from '../src/model/types.js'

/** What the plugin gets. */
interface GenericModelOptions extends ModelPluginOptions {
  /** Name of the operation, unlike those of all other routes. */
  readonly operationId: string
}

const genericModel: FastifyPluginAsync<GenericModelOptions> = async (app, options) => {
  const { entry: { name, model }, operationId } = options
  const form = describeAnswer(model)
  addModelRoute<GenericAnswer>(app, options, {
    path: `/models/${name}/predict`,
    operationId,
    tag: 'models',
    summary: `Predict with ${name}`,
    response: { ...form.schema, examples: model === undefined ? [] : exampleAnswers(model, form) },
    answer: (_model, prediction) => form.answer(prediction)
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
