/** What a model's route is made of: schemas from its inputs, one prediction, and how missing values are reported. */
import { Type, type TSchema } from '@sinclair/typebox'
import type { FastifyInstance, FastifySchema } from 'fastify'
import type { Config } from '../../config.js'
import { isDemonstration } from '../../model/demonstration.js'
import { InputError, type Model, type ModelEntry, type Prediction, type Row } from '../../model/types.js'
import { unrelatedRowError } from '../../model/unrelated-row.js'
import type { CutOffs } from '../connections/cut-off.js'
import { RouteExtras, type Extras } from '../explain/extras.js'
import { describeExplainErrors } from '../explain/explanation-schema.js'
import { createExtendedAnswerer } from './extended-answer.js'
import { describeErrorAnswer } from '../shared/error-body.js'
import { NOT_LOADED, Refusal, notJson, tooLarge } from '../shared/errors.js'
import { gatherRows } from '../rows/gather-rows.js'
import type { InFlight } from '../bodies/in-flight.js'
import { buildBodySchema } from '../rows/input-schema.js'
import type { Metrics } from '../observability/metrics.js'
import type { RouteErrors } from '../openapi/openapi.js'
import { nameAnswer, nameRow } from '../openapi/operation-ids.js'
import { BODY, toProblems } from '../shared/problems.js'
import { addBatchRoutes } from '../batch/batch-route.js'
import { createAnswerer, type MeetUnrelated } from '../rows/row-answerer.js'
import type { ModelThreads } from '../../threads/model-threads.js'
import { UNCHECKED } from '../shared/unchecked.js'
import { compileBody, compileLater, compileRowCheck } from '../rows/validator.js'

/** What the plugin of a model gets. */
export interface ModelPluginOptions {
  readonly entry: ModelEntry
  readonly config: Config
  readonly metrics: Metrics
  readonly cutOffs: CutOffs
  readonly inFlight: InFlight
  readonly threads: ModelThreads
}

/** What one plugin says of its route. */
export interface ModelRoute<Answer extends object> {
  readonly path: string
  /** Name of the operation in generated clients; its schemas are called after it. */
  readonly operationId: string
  readonly tag: string
  readonly summary: string
  /** Schema of the 200 answer, with `defaulted` in it, and without what may be asked for besides. */
  readonly response: TSchema
  /** What may be asked for besides, in the query; nothing when undefined. */
  readonly extras?: Extras
  /** Properties of the body besides the model's inputs. */
  readonly extra?: Readonly<Record<string, TSchema>>
  /**
   * Whether a lone row with none of the model's fields is answered, with fallbacks alone: a customer may be new. It is
   * a 400 otherwise, and as one of many.
   */
  readonly answersUnrelated?: boolean
  /** The answer to a prediction. Reads the probabilities at once: the model's next row overwrites them. */
  answer(model: Model, prediction: Prediction): Answer
}

/**
 * Adds `POST path` for a model and `POST path/batch` for many rows, or what stands in for them: then the routes say
 * that the model is not loaded.
 */
export function addModelRoute<Answer extends object>(
  app: FastifyInstance, { entry, config, metrics, cutOffs, inFlight, threads }: ModelPluginOptions,
  route: ModelRoute<Answer>
): void {
  const { model, name } = entry
  const { query = {}, properties = {} } = route.extras ?? {}
  const batch = { ...route, query, model: name, config, metrics, cutOffs, inFlight }
  const answerId = nameAnswer(route.operationId)
  const rowId = nameRow(route.operationId)
  const { properties: plain } = route.response as { properties?: object }
  app.addSchema({ ...route.response, properties: { ...plain, ...properties }, $id: answerId })
  if (model === undefined) {
    app.post(route.path, {
      schema: describeRoute(route, { type: 'object' }),
      ...UNCHECKED,
      config: { errors: describeAnswers(route, answerId, config) },
      onRequest: (_request, _reply, next) => {
        next(new Refusal(NOT_LOADED))
      }
    }, () => undefined)
    addBatchRoutes(app, { ...batch, extras: undefined, parts: undefined, example: {} })
    return
  }

  const body = buildBodySchema(model, rowId, config.strictInput, route.extra)
  const { schema, expected } = body
  app.addSchema(schema)
  app.addHook('onListen', done => {
    compileLater(schema)
    done()
  })
  const answererOf = (meetUnrelated: MeetUnrelated) => createAnswerer(
    model, route.answer.bind(route), fields => metrics.countDefaulted(name, fields), meetUnrelated
  )
  const answerRow = answererOf(row => {
    throw unrelatedRowError(model, row, BODY)
  })
  const answerLone = route.answersUnrelated === true ? answererOf(reportUnrelated(app, name, metrics)) : answerRow
  const answerGathered = gatherRows(model, answerLone)
  const extras = route.extras && new RouteExtras(route.extras, threads, entry, model)
  const answerExtended = createExtendedAnswerer(model, answerLone, route.response)
  const countRows = metrics.rowCounter(name, 'single')
  const countExplained = metrics.rowCounter(name, 'explain')
  app.post<{ Body: Row }>(route.path, {
    schema: describeRoute(route, { $ref: `${rowId}#` }, model),
    // The query is read by hand, or not at all.
    validatorCompiler: ({ httpPart }) => httpPart === 'body' ? compileBody(schema) : () => true,
    config: { errors: describeAnswers(route, answerId, config) },
    schemaErrorFormatter: errors => new InputError(toProblems(errors, expected)),
    onResponse: ({ isExplained }, { statusCode }, done) => {
      const count = isExplained ? countExplained : countRows
      if (statusCode === 200) count(1, 0)
      else if (statusCode === 400 || statusCode === 500) count(0, 1)
      done()
    }
  }, (request, reply) => {
    const asked = extras?.openQuery(request, reply)
    return asked === undefined ? answerGathered(request.body, reply) : answerExtended(request.body, reply, asked)
  })
  const parts = { model, check: compileRowCheck(body), answer: answerRow, schema: route.response }
  addBatchRoutes(app, { ...batch, extras, parts, example: (schema.examples as object[])[0] })
}

/** How often the log says that rows with none of a model's fields are answered, in milliseconds. */
const WARN_EVERY_MS = 60_000

/** Counts rows with none of a model's fields, and says so in the log now and then. */
function reportUnrelated(app: FastifyInstance, model: string, metrics: Metrics): MeetUnrelated {
  const count = metrics.unrelatedCounter(model)
  let warned = -Infinity
  let rows = 0
  return () => {
    count()
    rows++
    const now = performance.now()
    if (now - warned < WARN_EVERY_MS) return
    app.log.warn({ model, rows }, "rows with none of the model's fields were answered with fallbacks alone")
    warned = now
    rows = 0
  }
}

const DEMONSTRATION =
  'This is a demonstration: the model was trained on synthetic data and knows nothing of real customers. ' +
  'Set `MODEL_PATH` to a folder with your own.'

function describeRoute(
  route: ModelRoute<object>, body: object, model?: Model
): FastifySchema {
  const isDemo = model !== undefined && isDemonstration(model.provenance)
  const description = [model?.description, ...(isDemo ? [DEMONSTRATION] : [])].filter(text => text !== undefined).join('. ')
  return {
    operationId: route.operationId,
    tags: [route.tag],
    summary: isDemo ? `${route.summary} (demonstration model)` : route.summary,
    description: description === '' ? 'One row: a value for each input of the model.' : description,
    ...(route.extras !== undefined && { querystring: Type.Object({ ...route.extras.query }) }),
    body,
    // What the serialiser is made of: answers with more than this are put together otherwise.
    response: { 200: route.response }
  }
}

/** The answers of every model's route, for the OpenAPI document. */
function describeAnswers({ response, extras }: ModelRoute<object>, answerId: string, config: Config): RouteErrors {
  return {
    200: {
      description: response.description,
      content: { 'application/json': { schema: { $ref: `${answerId}#` } } }
    },
    400: { $ref: 'BadRequest#' },
    413: describeErrorAnswer('The body is too large.', tooLarge(config.bodyLimitBytes)),
    415: describeErrorAnswer('The body is not JSON.', notJson('text/plain')),
    ...(extras !== undefined && describeExplainErrors(config)),
    500: describeErrorAnswer('The model is not loaded, or something failed that should not.', NOT_LOADED)
  }
}
