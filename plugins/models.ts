/** `GET /models` and `GET /models/{name}`: which models there are, and what each of them takes and answers. */
import { Type } from '@sinclair/typebox'
import type { FastifyPluginAsync } from 'fastify'
import { withPrefix } from '../src/http/openapi/operation-ids.js'
import { describeErrorAnswer } from '../src/http/shared/error-body.js'
import type { ErrorText } from '../src/http/shared/error-text.js'
import { Refusal } from '../src/http/shared/errors.js'
import {
  describeModel, ModelInfoSchema, ModelListSchema, ModelSummarySchema, summarizeModel, type ModelList
} from '../src/http/routes/model-info.js'
import { UNCHECKED } from '../src/http/shared/unchecked.js'
import type { ModelEntry } from '../src/model/types.js'

/** What the plugin gets. */
interface ModelsPluginOptions {
  readonly entries: readonly ModelEntry[]
  /** Begins the names of the operations, where an app has them several times. */
  readonly operationPrefix?: string
}

const models: FastifyPluginAsync<ModelsPluginOptions> = async (app, { entries, operationPrefix = '' }) => {
  const list: ModelList = { status: 'success', models: entries.map(summarizeModel) }
  const infos = new Map(entries.map(entry => [entry.name, describeModel(entry)]))
  const examples = entries.filter(entry => entry.model !== undefined).slice(0, 1).map(entry => entry.name)
  const tags = ['models']
  for (const schema of [ModelSummarySchema, ModelListSchema, ModelInfoSchema]) app.addSchema(schema)

  app.get('/models', {
    serializerCompiler: () => JSON.stringify,
    schema: { tags, operationId: withPrefix(operationPrefix, 'listModels'), summary: 'List the models', description: 'All that there are, also those that are not loaded, with the reason.', response: { 200: { $ref: 'ModelList#' } } }
  }, (_request, reply) => {
    void reply.send(list)
  })

  app.get<{ Params: { name: string } }>('/models/:name', {
    // Any text is a name; and to compile a serialiser for what is rarely asked for would hold up the start.
    ...UNCHECKED,
    serializerCompiler: () => JSON.stringify,
    schema: {
      tags,
      operationId: withPrefix(operationPrefix, 'getModel'),
      summary: 'Describe a model',
      description: 'What it takes, what it answers, its sizes, importances, and the files that it was made of.',
      params: Type.Object({ name: Type.String({ description: 'Name of the model.', examples }) }),
      response: {
        200: { $ref: 'ModelInfo#' },
        404: describeErrorAnswer('There is no such model.', noSuchModel('nothing'))
      }
    }
  }, (request, reply) => {
    const { name } = request.params
    const info = infos.get(name)
    if (info === undefined) throw new Refusal(noSuchModel(name))
    void reply.send(info)
  })
}

function noSuchModel(name: string): ErrorText {
  return { code: 'model_not_found', message: `No model is called ${JSON.stringify(name)}; GET /models lists those that there are` }
}

export default models
