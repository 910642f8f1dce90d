/**
 * `recall-ml/fastify`: the models of a folder as routes of somebody's own app. All is encapsulated: their logger, error
 * handler, parsers of bodies and OpenAPI document stay theirs.
 */
import type { FastifyError, FastifyPluginAsync } from 'fastify'
import { addEveryModel, prepareModels } from '../plugins/every-model.js'
import { readConfig } from '../src/config.js'
import { CutOffs } from '../src/http/connections/cut-off.js'
import { Metrics } from '../src/http/observability/metrics.js'
import { whyUnservable } from '../src/http/rows/input-schema.js'
import { ErrorFormats } from '../src/http/shared/error-format.js'
import { sendError } from '../src/http/shared/errors.js'
import { DumpError } from '../src/dump/dump-error.js'
import { loadModels } from '../src/model/registry.js'

/** What the plugin takes besides Fastify's own `prefix`. The settings have the service's defaults. */
export interface RecallMlOptions {
  /** Folder with the dumps. */
  readonly models: string
  /** A gap or an unknown category is a 400 instead of the model's fallback. */
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
}

/**
 * Adds `GET /models`, `GET /models/NAME`, `POST /models/NAME/predict` and `POST /models/NAME/predict/batch` below the
 * prefix. Register it as often as there are folders, each with a prefix of its own.
 * @throws DumpError, from `app.ready()`, for the first model that is damaged; ConfigError for an option
 */
export const recallMl: FastifyPluginAsync<RecallMlOptions> = async (app, options) => {
  const { models: folder, ...settings } = options
  const config = readConfig({ ...toVariables(settings), MODEL_PATH: folder }, '')
  const slots = await loadModels(config.modelPath, [])
  if (slots.length === 0) throw new Error(`recall-ml: no model is in ${config.modelPath}: a model is a .json file there`)
  for (const slot of slots) {
    const reason = slot.model === undefined ? slot.reason : whyUnservable(slot.model)
    if (reason !== undefined) throw new DumpError('', `${slot.path}: ${reason}`)
  }
  const metrics = new Metrics(slots)
  const inFlight = prepareModels(app, config)
  app.setErrorHandler<FastifyError>((error, request, reply) => sendError(error, request, reply))
  const operationPrefix = app.prefix.split(/[^A-Za-z0-9]+/).filter(word => word !== '').map(word => `${word}_`).join('')
  const cutOffs = new CutOffs(metrics, new ErrorFormats(), config)
  await addEveryModel(app, { slots, operationPrefix, config, metrics, cutOffs, inFlight })
}

export default recallMl

/** `strictInput` is `STRICT_INPUT`. Fastify's own options, such as the prefix, are no settings. */
function toVariables(
  { strictInput, requestTimeoutMs, bodyLimitBytes, ...rest }: Omit<RecallMlOptions, 'models'>
): Record<string, string> {
  const { batchMaxRows, batchBodyLimitBytes, batchInFlightBytes } = rest
  const given = { strictInput, requestTimeoutMs, bodyLimitBytes, batchMaxRows, batchBodyLimitBytes, batchInFlightBytes }
  return Object.fromEntries(Object.entries(given)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase(), String(value)]))
}
