/** The routes under `/v2` in the OpenAPI document: one set for all models. */
import { Type, type TSchema } from '@sinclair/typebox'
import type { FastifySchema } from 'fastify'
import type { Config } from '../../config.js'
import type { Model, ModelEntry, Row } from '../../model/types.js'
import { batchesInHand, INTERNAL, notJson, tooLarge } from '../shared/errors.js'
import { exampleRow } from '../rows/input-schema.js'
import type { RouteErrors } from '../openapi/openapi.js'
import { bodyTooLarge, notTensors } from './body.js'
import { datatypeOfInput, MODEL_VERSION, SERVER_METADATA } from './metadata.js'
import * as schemas from './schemas.js'

export type OperationName =
  'getServer' | 'getServerLive' | 'getServerReady' | 'getServerStats' | 'listServerModels' |
  `${'getServerModel' | 'getModelReady' | 'getModelStats' | 'inferModel'}${'' | 'Version'}` |
  'indexModels' | 'loadModel' | 'unloadModel'

/** What a route says of itself. */
interface Operation {
  readonly schema: FastifySchema
  readonly config: { readonly errors: RouteErrors }
}

export interface Description {
  readonly operations: Readonly<Record<OperationName, Operation>>
  /** What the operations refer to by name. */
  readonly schemas: readonly TSchema[]
}

const tags = ['open inference']

/** What unloading does, by `MODEL_CONTROL`. */
const UNLOAD = {
  explicit: 'The service runs with `MODEL_CONTROL=explicit`: any caller may do this, and it holds for all of them.',
  none: 'Refused, a 400: the service runs with `MODEL_CONTROL=none`, its default. With `explicit` any caller may do this.'
}

/** By the name of the operation, without its version. */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  getServer: 'With the extensions of the protocol that it has.',
  getServerLive: 'It answers as long as the process can.',
  getServerReady: 'Not while a model is missing or the service is stopping.',
  getServerStats: 'Counters of requests, rows and time, which Triton has too. Other processes of the service have their own.',
  listServerModels: 'Also of those that are not loaded.',
  getServerModel: 'Names, datatypes and shapes: a tensor per column, and one or more per prediction.',
  getModelReady: 'It cannot while it is unloaded, or when its file is missing or damaged.',
  getModelStats: 'Counters of requests, rows and time, which Triton has too. Other processes of the service have their own.',
  inferModel: 'A tensor per column, with all rows, as JSON or as binary data after it. The answers have the bits of all other routes.',
  indexModels: 'Which are ready, and why others are not.',
  loadModel: 'The model is the one that the service was started with: no file is read again.'
}

/** @param entries whose first loaded model is the example of all */
export function describeOperations(entries: readonly ModelEntry[], config: Config): Description {
  const entry = entries.find(({ model }) => model !== undefined)
  const example = entry?.model === undefined ? undefined : { name: entry.name, model: entry.model }
  const name = Type.String({ description: 'Name of the model.', examples: example === undefined ? [] : [example.name] })
  const version = Type.String({ description: 'Its version.', examples: [MODEL_VERSION] })
  const params = { '': Type.Object({ name }), Version: Type.Object({ name, version }) }
  const unknown = { 404: describeError('There is no such model or version.', 'No model is called "nothing"; GET /v2/models lists those that there are') }
  const notReady = { 503: describeError('The model is not loaded.', 'wine is not ready: wine.json does not exist') }
  const noRoom = { 503: describeError('The model is not loaded, or others take all the memory that there is.', batchesInHand(config.batchInFlightBytes).message) }
  const unusable = {
    400: describeError('The request cannot be used.', 'inputs[0].datatype: expected one of BOOL, ..., received the text "FLOAT"'),
    413: describeError('The body is too large.', tooLarge(config.bodyLimitBytes).message),
    415: describeError('The body is not JSON.', notJson('text/plain').message)
  }
  const failed = { 500: describeError('Something failed that should not.', INTERNAL.message) }
  const noTensors = {
    413: describeError('The body or its JSON is too large.', bodyTooLarge(config)),
    415: describeError('The body is neither JSON nor JSON with binary tensors.', notTensors('text/plain'))
  }

  const operation = (
    operationId: OperationName, summary: string, answer: object, errors: RouteErrors = {}, more: FastifySchema = {}
  ): Operation => ({
    schema: {
      operationId, tags, summary, description: DESCRIPTIONS[operationId.replace(/Version$/, '')], ...more, response: { 200: answer }
    },
    config: { errors }
  })
  const ofModel = (suffix: '' | 'Version') => {
    const ofVersion = suffix === '' ? '' : ' of a version'
    const more = { params: params[suffix] }
    return {
      [`getServerModel${suffix}`]: operation(
        `getServerModel${suffix}`, `Inputs and outputs of a model${ofVersion}`,
        { $ref: 'InferenceModel#' },
        { ...unknown, ...notReady }, more
      ),
      [`getModelReady${suffix}`]: operation(
        `getModelReady${suffix}`, `Whether a model${ofVersion} can answer`, { $ref: 'InferenceReady#' },
        { ...unknown, ...notReady }, more
      ),
      [`getModelStats${suffix}`]: operation(
        `getModelStats${suffix}`, `What a model${ofVersion} has done in this process`, { $ref: 'InferenceStatistics#' },
        unknown, more
      ),
      [`inferModel${suffix}`]: operation(
        `inferModel${suffix}`, `Predict rows with a model${ofVersion}`, { $ref: 'InferenceResponse#' },
        { 200: schemas.INFER_ANSWER, ...unknown, ...unusable, ...noTensors, ...failed, ...noRoom },
        { ...more, headers: schemas.InferHeadersSchema, body: schemas.INFER_BODY }
      )
    }
  }
  const operations = {
    getServer: operation('getServer', 'Name and version of the service',
      withExamples(schemas.ServerMetadataSchema, SERVER_METADATA)),
    getServerLive: operation('getServerLive', 'Whether the process runs, for clients of the protocol', schemas.LiveSchema),
    getServerReady: operation('getServerReady', 'Whether all models are ready', schemas.ReadySchema,
      { 503: describeError('A model is not loaded, or the service is stopping.', 'Not loaded: wine') }),
    getServerStats: operation('getServerStats', 'What all models have done in this process', { $ref: 'InferenceStatistics#' }),
    listServerModels: operation('listServerModels', 'Names of all models', schemas.ModelNamesSchema),
    ...ofModel(''),
    ...ofModel('Version'),
    indexModels: operation('indexModels', 'All models with their states', schemas.IndexSchema, unusable,
      { body: schemas.IndexRequestSchema }),
    loadModel: operation('loadModel', 'Make a model ready that was unloaded', schemas.DoneSchema,
      { ...unknown, ...unusable, ...notReady }, { params: params[''], body: schemas.LoadRequestSchema }),
    unloadModel: operation('unloadModel', 'Take a model out of /v2, for all callers, until it is loaded again', schemas.DoneSchema,
      { ...unknown, ...unusable }, { params: params[''], body: schemas.UnloadRequestSchema, description: UNLOAD[config.modelControl] })
  } as Record<OperationName, Operation>
  return {
    operations,
    schemas: [
      withExamples(schemas.InferRequestSchema, example && exampleRequest(example.model)),
      schemas.ModelMetadataSchema, schemas.InferResponseSchema,
      schemas.ModelReadySchema, schemas.StatisticsSchema, schemas.InferenceErrorSchema
    ]
  }
}

/** A request for one row, a tensor a column. */
function exampleRequest(model: Model): object {
  const row: Row = exampleRow(model)
  return {
    id: 'example',
    inputs: model.inputs.filter(({ type }) => type !== 'any').map(input => ({
      name: input.name, shape: [1], datatype: datatypeOfInput(input), data: [row[input.name] ?? null]
    }))
  }
}

function withExamples(schema: TSchema, example: unknown): TSchema {
  return example === undefined ? schema : { ...schema, examples: [example] }
}

function describeError(description: string, error: string): object {
  return { description, content: { 'application/json': { schema: { $ref: 'InferenceError#' }, example: { error } } } }
}
