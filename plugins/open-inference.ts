/** The Open Inference Protocol, version 2, over REST: every model under `/v2`, for clients that others wrote. */
import type { FastifyError, FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest, RouteShorthandOptions } from 'fastify'
import type { Config } from '../src/config.js'
import type { CutOffs } from '../src/http/connections/cut-off.js'
import type { InFlight } from '../src/http/bodies/in-flight.js'
import type { Metrics } from '../src/http/observability/metrics.js'
import type { ModelControl } from '../src/http/open-inference/model-control.js'
import { UNCHECKED } from '../src/http/shared/unchecked.js'
import { acceptTensors, adviseSender, DOCUMENT_LENGTH, limitDocument } from '../src/http/open-inference/body.js'
import { OPEN_INFERENCE_FORMAT } from '../src/http/open-inference/error-format.js'
import type { ErrorFormats } from '../src/http/shared/error-format.js'
import { sendError } from '../src/http/shared/errors.js'
import { describeOperations, type OperationName } from '../src/http/open-inference/document.js'
import { MODEL_VERSION, SERVER_METADATA, UNLOADED } from '../src/http/open-inference/metadata.js'
import { readIndexFilter, assertNoOverrides, assertNoUnloadParameters } from '../src/http/open-inference/repository.js'
import type { InferBody } from '../src/http/open-inference/request.js'
import { ServedModel } from '../src/http/open-inference/served-model.js'
import type { ModelEntry } from '../src/model/types.js'

/** What the plugin gets. */
interface OpenInferenceOptions {
  readonly entries: readonly ModelEntry[]
  readonly config: Config
  readonly metrics: Metrics
  readonly cutOffs: CutOffs
  /** Of batches and inferences together. */
  readonly inFlight: InFlight
  /** Which models are unloaded. */
  readonly control: ModelControl
  /** Whether the service is on its way out: then it is not ready. */
  readonly isClosing: () => boolean
  /** Of errors outside of the routes. */
  readonly errorFormats: ErrorFormats
}

const JSON_TYPE = 'application/json'

interface NamedRoute {
  Params: { name: string, version?: string }
  Body: InferBody | null | undefined
}

type ModelRequest = FastifyRequest<NamedRoute>

const openInference: FastifyPluginAsync<OpenInferenceOptions> = async (app, options) => {
  const { entries, config, metrics, cutOffs, inFlight, control, isClosing, errorFormats } = options
  const models = new Map(entries.map(entry => [entry.name, new ServedModel(entry, config, metrics, control)]))
  const { operations, schemas } = describeOperations(entries, config)
  for (const schema of schemas) app.addSchema(schema)
  /** Without a compiled serialiser, which would hold up the start. */
  const route = (name: OperationName, quiet = false): RouteShorthandOptions => ({
    ...UNCHECKED,
    serializerCompiler: () => JSON.stringify,
    ...operations[name],
    config: { ...operations[name].config, quiet }
  })
  const find = ({ params: { name } }: ModelRequest) => {
    const model = models.get(name)
    if (model === undefined) throw new Error('a route was reached for no model')
    return model
  }
  /** Before the body is read: a model that cannot answer is told whatever was sent to it. */
  const known = (request: ModelRequest, reply: FastifyReply, next: () => void) => {
    const refusal = whyUnknown(models.get(request.params.name), request.params)
    if (refusal === undefined) next()
    else void reply.code(404).send({ error: refusal })
  }
  const loaded = (request: ModelRequest, reply: FastifyReply, next: () => void) => {
    const model = find(request)
    if (model.reason === undefined) next()
    else void reply.code(503).send({ error: notReady(model) })
  }
  errorFormats.add('/v2', OPEN_INFERENCE_FORMAT)
  app.setErrorHandler<FastifyError>((error, request, reply) => sendError(error, request, reply, OPEN_INFERENCE_FORMAT))
  acceptTensors(app, config, inFlight)
  // JSON has no charset, and KServe's client shows an error only when the type is just this.
  app.addHook('onSend', (_request, reply, payload, next) => {
    if (String(reply.getHeader('content-type')).startsWith(JSON_TYPE)) reply.header('content-type', JSON_TYPE)
    next(null, payload)
  })

  app.get('/v2', route('getServer'), (_request, reply) => reply.send(SERVER_METADATA))
  app.get('/v2/health/live', route('getServerLive', true), (_request, reply) => reply.send({ live: true }))
  app.get('/v2/health/ready', route('getServerReady', true), (_request, reply) => {
    const missing = entries.filter(({ model }) => model === undefined).map(({ name }) => name)
    if (missing.length === 0 && !isClosing()) return reply.send({ ready: true, live: true })
    const error = isClosing() ? 'The service is stopping' : `Not loaded: ${missing.join(', ')}`
    return reply.code(503).send({ ready: false, live: true, error })
  })
  app.get('/v2/models', route('listServerModels'), (_request, reply) => reply.send({ models: [...models.keys()] }))

  const describe = (request: ModelRequest, reply: FastifyReply) => reply.send(find(request).describe())
  const tellReady = (request: ModelRequest, reply: FastifyReply) => {
    const model = find(request)
    if (model.reason === undefined) return reply.send({ name: model.name, ready: true })
    return reply.code(503).send({ name: model.name, ready: false, error: notReady(model) })
  }
  const tellStatistics = (request: ModelRequest, reply: FastifyReply) =>
    reply.send({ model_stats: [find(request).describeStatistics()] })
  const infer = async (request: ModelRequest, reply: FastifyReply) => {
    // While the service computes nothing moves on the connection, for as long as it takes.
    cutOffs.allowTime(reply, config.requestTimeoutMs, () => reply.sent)
    return sendAnswer(find(request), request, reply, bytes => inFlight.hold(reply.raw, bytes))
  }

  app.get('/v2/models/stats', route('getServerStats'), (_request, reply) =>
    reply.send({ model_stats: [...models.values()].map(model => model.describeStatistics()) }))
  for (const [path, suffix] of [['/v2/models/:name', ''], ['/v2/models/:name/versions/:version', 'Version']] as const) {
    app.get<NamedRoute>(path, { ...route(`getServerModel${suffix}`), onRequest: [known, loaded] }, describe)
    app.get<NamedRoute>(`${path}/ready`, { ...route(`getModelReady${suffix}`, true), onRequest: known }, tellReady)
    app.get<NamedRoute>(`${path}/stats`, { ...route(`getModelStats${suffix}`), onRequest: known }, tellStatistics)
    app.post<NamedRoute>(`${path}/infer`, {
      ...route(`inferModel${suffix}`), onRequest: [known, loaded, limitDocument(config)],
      bodyLimit: config.batchBodyLimitBytes, preParsing: inFlight.holdBodies(config.batchBodyLimitBytes),
      errorHandler: adviseSender(config)
    }, infer)
  }
  addRepository(app, models, route, { find, known, mayUnload: config.modelControl === 'explicit' })
}

type Guard = (request: ModelRequest, reply: FastifyReply, next: () => void) => void

/** The index, and what unloads models and loads them again: they are in memory for as long as the service runs. */
function addRepository(
  app: FastifyInstance, models: ReadonlyMap<string, ServedModel>, route: (name: OperationName) => RouteShorthandOptions,
  { find, known, mayUnload }: { find: (request: ModelRequest) => ServedModel, known: Guard, mayUnload: boolean }
): void {
  app.post<NamedRoute>('/v2/repository/index', route('indexModels'), (request, reply) => {
    const onlyReady = readIndexFilter(request.body?.document)
    const entries = [...models.values()].map(model => model.describeIndexEntry())
    return reply.send(onlyReady ? entries.filter(({ state }) => state === 'READY') : entries)
  })
  const found: Guard = (request, reply, next) => {
    const model = find(request)
    if (model.failure === undefined) next()
    else void reply.code(503).send({ error: notReady(model) })
  }
  app.post<NamedRoute>(
    '/v2/repository/models/:name/load', { ...route('loadModel'), onRequest: [known, found] }, async (request, reply) => {
      assertNoOverrides(request.body?.document)
      return setUnloaded(false, find(request), request, reply)
    }
  )
  app.post<NamedRoute>(
    '/v2/repository/models/:name/unload', { ...route('unloadModel'), onRequest: known }, async (request, reply) => {
      if (!mayUnload) return reply.code(400).send({ error: NOT_UNLOADED })
      assertNoUnloadParameters(request.body?.document)
      return setUnloaded(true, find(request), request, reply)
    }
  )
}

async function setUnloaded(
  unloaded: boolean, model: ServedModel, request: ModelRequest, reply: FastifyReply
): Promise<FastifyReply> {
  if (model.failure === undefined && unloaded !== (model.reason === UNLOADED)) {
    await model.setUnloaded(unloaded)
    request.log.info({ model: model.name }, unloaded ? 'model unloaded under /v2' : 'model loaded under /v2')
  }
  return reply.send({})
}

const NOT_UNLOADED =
  'Models stay: the service runs with MODEL_CONTROL=none. Started with MODEL_CONTROL=explicit, it lets every caller of /v2 ' +
  'unload them for all callers'

/** Why there is no such model or version; undefined when there is. */
function whyUnknown(model: ServedModel | undefined, { name, version }: NamedRoute['Params']): string | undefined {
  if (model === undefined) return `No model is called ${JSON.stringify(name)}; GET /v2/models lists those that there are`
  if (version === undefined || version === MODEL_VERSION) return undefined
  return `${name} has no version ${JSON.stringify(version)}; its one version is ${JSON.stringify(MODEL_VERSION)}`
}

function notReady({ name, failure, reason }: ServedModel): string {
  if (failure === undefined) return `${name} is not ready: ${reason}. POST /v2/repository/models/${name}/load makes it so again`
  return `${name} is not ready: ${reason}. Models are loaded when the service starts: put its dump right, and start it again`
}

async function sendAnswer(
  model: ServedModel, request: ModelRequest, reply: FastifyReply, hold: (bytes: number) => void
): Promise<FastifyReply> {
  const body = request.body ?? { document: undefined, tail: Buffer.alloc(0), heldBytes: 0 }
  const answer = await model.infer(body, { isGone: () => reply.raw.destroyed, hold })
  if (answer === undefined) return reply.hijack()
  const { documentLength } = answer
  if (documentLength !== undefined) reply.header(DOCUMENT_LENGTH, documentLength)
  return reply.type(documentLength === undefined ? JSON_TYPE : 'application/octet-stream')
    .send(answer.body)
}

export default openInference
