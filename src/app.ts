/** Composition root: everything that the service is made of, put together and not yet listening. */
import type { IncomingMessage } from 'node:http'
import { fastify, LogController, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Registry } from 'prom-client'
import { addEveryModel, prepareModels } from '../plugins/every-model.js'
import { FIRST_CLASS_MODELS } from '../plugins/index.js'
import openInference from '../plugins/open-inference.js'
import { checkPrefix, type Config } from './config.js'
import { CutOffs } from './http/connections/cut-off.js'
import { endConnections } from './http/connections/early-answers.js'
import { servePage } from './http/page/page.js'
import { createRouterErrorHandler, handleErrors } from './http/shared/errors.js'
import { ErrorFormats } from './http/shared/error-format.js'
import { addHealthRoutes } from './http/observability/health.js'
import { whyUnservable } from './http/rows/input-schema.js'
import { createLogger, createRequestLog, logModels, NO_ROUTE, type LogStream } from './http/observability/log.js'
import { addMetricsRoute, Metrics } from './http/observability/metrics.js'
import { answerWithIds, setRequestId } from './http/observability/request-id.js'
import { controlAlone, type ModelControl } from './http/open-inference/model-control.js'
import { emptyIf, type FirstClassModel } from './http/routes/first-class.js'
import { collectOpenApi, serveOpenApi } from './http/openapi/openapi.js'
import { withoutPrefix } from './http/shared/path.js'
import { buildSerializer } from './http/rows/serializer.js'
import { lookAtSocket, Shutdown } from './http/connections/shutdown.js'
import type { ModelEntry } from './model/types.js'
import { startModelThread } from './start-model-thread.js'
import { openThreads } from './threads/model-threads.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Asked every few seconds by machines: its requests are logged at debug. */
    quiet?: boolean
  }

  interface FastifyInstance {
    /** Lets all requests be answered that are on their way. To be called once, before `close`. */
    drain(takeIn?: () => Promise<void>): Promise<void>
  }
}

/** Lets pages of other origins read answers. It is loaded only where there are some. */
async function allowOrigins(app: FastifyInstance, origins: readonly string[]): Promise<void> {
  const { default: cors } = await import('@fastify/cors')
  await app.register(cors, {
    origin: origins[0] === '*' ? '*' : [...origins], methods: ['GET', 'POST'], exposedHeaders: ['X-Request-Id', 'Retry-After'],
    maxAge: 600
  })
}

/** Names of the models without which the service says that they are missing. */
export const MODEL_NAMES: readonly string[] = FIRST_CLASS_MODELS.map(({ name }) => name)

/** @throws ConfigError when the prefix is the beginning of a path of one of {@link FIRST_CLASS_MODELS} */
export function checkOwnPaths({ pathPrefix }: Config): void {
  checkPrefix(pathPrefix, FIRST_CLASS_MODELS.map(({ path }) => path.slice(1)))
}

export interface AppDependencies {
  /** What was loaded, in any order, each name once. */
  readonly entries: readonly ModelEntry[]
  /** Which of these have routes of their own besides that of any model, instead of {@link FIRST_CLASS_MODELS}. */
  readonly firstClass?: readonly FirstClassModel[]
  /** Where the log goes instead of the standard output. */
  readonly logStream?: LogStream
  /** How the metrics of several processes become one scrape; without it a scrape is this process's own. */
  readonly metrics?: { readonly share: (registry: Registry) => void; readonly collect: () => Promise<string> }
  /** Which models are unloaded under `/v2`, of all processes that share the port; without it this one is alone. */
  readonly control?: ModelControl
}

/**
 * Builds the service. A model that is missing or does not suit its route is no error: its route says so.
 * @returns an app whose routes are registered; `listen` or `inject` start it
 */
export async function buildApp(config: Config, deps: AppDependencies): Promise<FastifyInstance> {
  const loaded = deps.entries.map(entry => emptyIf(whyUnservable, entry))
  const { firstClass = FIRST_CLASS_MODELS } = deps
  const own = firstClass.flatMap(({ name, path, plugin, whyUnsuitable }) =>
    loaded.filter(entry => entry.name === name).map(entry => ({ path, plugin, entry: emptyIf(whyUnsuitable, entry) })))
  const others = loaded.filter(({ name }) => own.every(({ entry }) => entry.name !== name))
  const entries = [...own.map(({ entry }) => entry), ...others]
  const metrics = new Metrics(entries)
  const errorFormats = new ErrorFormats()
  const cutOffs = new CutOffs(metrics, errorFormats, config)
  const app = fastify({
    loggerInstance: createLogger(config, deps.logStream),
    schemaController: { compilersFactory: { buildSerializer } },
    genReqId: setRequestId,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: config.bodyLimitBytes,
    requestTimeout: config.requestTimeoutMs,
    // A socket on which nothing moves for longer than any request may take, such as one whose answers are never read.
    connectionTimeout: config.requestTimeoutMs + 10_000,
    http: {
      // Answered in the usual shape instead.
      requireHostHeader: false,
      requestTimeout: config.requestTimeoutMs,
      headersTimeout: config.requestTimeoutMs,
      // Node looks for late requests every 30 s unless told otherwise.
      connectionsCheckingInterval: Math.min(1000, config.requestTimeoutMs)
    },
    // A request that is already here gets its answer, in its usual shape.
    return503OnClosing: false,
    frameworkErrors: createRouterErrorHandler(errorFormats, (request, reply) => report(request, reply)),
    clientErrorHandler: cutOffs.answerUnreadable,
    // The base URL of a caller may end in a slash.
    routerOptions: { ignoreDuplicateSlashes: true },
    ...(config.pathPrefix !== '' && {
      rewriteUrl: ({ url = '/' }: IncomingMessage) => withoutPrefix(url, config.pathPrefix)
    })
  })

  answerWithIds(app)
  const inFlight = prepareModels(app, config)
  metrics.watchInFlight(() => inFlight.bytes)
  deps.metrics?.share(metrics.registry)
  const logRequest = createRequestLog(app.log, deps.logStream)
  const report = (request: FastifyRequest, reply: FastifyReply) => {
    // Made anew each time it is asked for. There is none of a path that cannot be decoded.
    const config = request.routeOptions.config as FastifyRequest['routeOptions']['config'] | undefined
    const ended = {
      reqId: request.id,
      method: request.method,
      route: config?.url ?? NO_ROUTE,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 1000) / 1000
    }
    logRequest(ended, config?.quiet)
    metrics.countRequest(ended)
  }
  app.addHook('onResponse', (request, reply, done) => {
    report(request, reply)
    // A connection that stays open keeps its last request.
    request.body = undefined
    done()
  })
  cutOffs.watch(app)
  const shutdown = new Shutdown(app, config, cutOffs)
  const isClosing = shutdown.isStopping
  app.decorate('drain', async (takeIn = lookAtSocket) => shutdown.drain(takeIn))
  endConnections(app, config)
  if (config.corsOrigins.length > 0) await allowOrigins(app, config.corsOrigins)
  handleErrors(app, config, errorFormats)

  const collected = collectOpenApi(app, firstClass.map(({ tag }) => tag))
  const threads = openThreads(app, config, startModelThread)
  metrics.watchThreads(() => threads.length)
  const shared = { config, metrics, cutOffs, inFlight, threads }
  for (const { plugin, entry } of own) await app.register(plugin, { entry, ...shared })
  await addEveryModel(app, { entries, ...shared })
  const control = deps.control ?? controlAlone()
  await app.register(openInference, { entries, ...shared, control, isClosing, errorFormats })
  addHealthRoutes(app, entries, isClosing)
  addMetricsRoute(app, deps.metrics?.collect ?? (() => metrics.registry.metrics()))
  serveOpenApi(app, config, collected)
  servePage(app, config, entries, new Map(own.map(({ entry, path }) => [entry.name, path])))

  logModels(app.log, entries)
  if (own.length === 0 && firstClass.length > 0) {
    const files = firstClass.map(({ name }) => `no ${name}.json`).join(' and ')
    const paths = firstClass.map(({ path }) => path)
    app.log.warn(`${files}: ${paths.join(' and ')} ${paths.length > 1 ? 'are' : 'is'} not served`)
  }
  return app
}
