/**
 * `recall-ml/fastify`: the models of a folder as routes of somebody's own app. All is encapsulated: their logger, error
 * handler, parsers of bodies and OpenAPI document stay theirs.
 */
import type { FastifyError, FastifyPluginAsync } from 'fastify'
import { addEveryModel, prepareModels } from '../plugins/every-model.js'
import { ConfigError, readSettings, type Config } from '../src/config.js'
import { describeValue } from '../src/errors/describe-value.js'
import { withPrefix } from '../src/http/openapi/operation-ids.js'
import { CutOffs } from '../src/http/connections/cut-off.js'
import { Metrics } from '../src/http/observability/metrics.js'
import { whyUnservable } from '../src/http/rows/input-schema.js'
import { ErrorFormats } from '../src/http/shared/error-format.js'
import { sendError } from '../src/http/shared/errors.js'
import { DumpError } from '../src/dump/dump-error.js'
import { findNearName } from '../src/model/near-names.js'
import { loadEntries } from '../src/model/registry.js'
import { startModelThread } from '../src/start-model-thread.js'
import { openThreads } from '../src/threads/model-threads.js'

/** What the plugin takes besides Fastify's own `prefix`. The settings have the service's defaults. */
export interface RecallMlOptions {
  /** Folder with the dumps. */
  readonly models: string
  /** A missing value or an unknown category is a 400 instead of the model's fallback. */
  readonly strictInput?: boolean
  /** Longest time in which nothing moves on a connection, of a stream or a batch, in milliseconds. */
  readonly requestTimeoutMs?: number
  /** Largest body, and longest row of a batch or line of a stream, in bytes. */
  readonly bodyLimitBytes?: number
  /** Most rows of a batch. */
  readonly batchMaxRows?: number
  /** Largest body of a batch, in bytes. */
  readonly batchBodyLimitBytes?: number
  /** Bytes of all batches that are in hand at once. */
  readonly batchInFlightBytes?: number
  /** Threads that explain answers. */
  readonly explainThreads?: number
  /** Most requests whose answers are being explained at once. */
  readonly explainMaxRequests?: number
}

/**
 * Adds `GET /models`, `GET /models/NAME`, `POST /models/NAME/predict` and `/explain` with their `/batch`, and
 * `/compare` and `/what-if`, below the prefix. Register it as often as there are folders, each with a prefix of its
 * own.
 * @throws DumpError, from `app.ready()`, for the first model that is damaged; ConfigError for an option
 */
export const recallMl: FastifyPluginAsync<RecallMlOptions> = async (app, options) => {
  const config = readOptions(options)
  const entries = await loadEntries(config.modelPath, [])
  if (entries.length === 0) throw new Error(`recall-ml: no model is in ${config.modelPath}: a model is a .json file there`)
  for (const entry of entries) {
    const reason = entry.model === undefined ? entry.reason : whyUnservable(entry.model)
    if (reason !== undefined) throw new DumpError('', `${entry.path}: ${reason}`)
  }
  const metrics = new Metrics(entries)
  const inFlight = prepareModels(app, config)
  app.setErrorHandler<FastifyError>((error, request, reply) => sendError(error, request, reply))
  const operationPrefix = app.prefix.split(/[^A-Za-z0-9]+/).filter(word => word !== '')
    .reduce((prefix, word) => prefix === '' ? word.toLowerCase() : withPrefix(prefix, word), '')
  const cutOffs = new CutOffs(metrics, new ErrorFormats(), config)
  const threads = openThreads(app, config, startModelThread)
  await addEveryModel(app, { entries, operationPrefix, config, metrics, cutOffs, inFlight, threads })
}

export default recallMl

/** What each option is, besides its range, which the service's settings know. */
const OPTION_TYPES: Readonly<Record<keyof RecallMlOptions, 'string' | 'number' | 'boolean'>> = {
  models: 'string',
  strictInput: 'boolean',
  requestTimeoutMs: 'number',
  bodyLimitBytes: 'number',
  batchMaxRows: 'number',
  batchBodyLimitBytes: 'number',
  batchInFlightBytes: 'number',
  explainThreads: 'number',
  explainMaxRequests: 'number'
}

/** Fastify's own, which it reads itself. */
const FASTIFY_OPTIONS = ['prefix', 'logLevel', 'logSerializers']

/** Programs without types may give anything, and a mistaken option must not be passed over. */
function readOptions(options: RecallMlOptions): Config {
  const given: Record<string, string> = {}
  for (const [name, value] of Object.entries<string | number | boolean | undefined>({ ...options })) {
    if (FASTIFY_OPTIONS.includes(name) || value === undefined) continue
    if (!Object.hasOwn(OPTION_TYPES, name)) {
      const near = findNearName(name, Object.keys(OPTION_TYPES))
      throw new ConfigError(name, `an option of recall-ml${near === undefined ? '' : `: is ${near} meant?`}`, describeValue(value))
    }
    const type = OPTION_TYPES[name as keyof RecallMlOptions]
    if (typeof value !== type || value === '') throw new ConfigError(name, `a ${type}`, describeValue(value))
    given[name] = String(value)
  }
  if (given.models === undefined) throw new ConfigError('models', 'the folder with the dumps', 'nothing')
  return readSettings(given, setting => setting === 'modelPath' ? 'models' : setting)
}
