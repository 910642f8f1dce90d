/** What the service and `recall-ml/fastify` have in common: the routes that every model has, and what they stand on. */
import type { FastifyInstance } from 'fastify'
import { acceptJson } from '../src/http/bodies/body.js'
import { InFlight } from '../src/http/bodies/in-flight.js'
import { ExplanationSchema } from '../src/http/explain/explanation-schema.js'
import { nameOperations, withPrefix, type Verb } from '../src/http/openapi/operation-ids.js'
import type { ModelPluginOptions } from '../src/http/routes/model-route.js'
import { BadRequestSchema, ErrorSchema } from '../src/http/shared/error-body.js'
import { WHAT_IF_SCHEMAS } from '../src/http/what-if/what-if-schema.js'
import type { Config } from '../src/config.js'
import { isModelName } from '../src/model/registry.js'
import type { ModelEntry } from '../src/model/types.js'
import genericModel from './generic-model.js'
import models from './models.js'

/**
 * Adds the parsers of bodies and the schemas of errors. Call before any route of a model is added.
 * @returns the bytes that are in hand at once, which all routes share
 */
export function prepareModels(app: FastifyInstance, config: Config): InFlight {
  const inFlight = new InFlight(config.batchInFlightBytes)
  inFlight.watch(app)
  acceptJson(app, config.bodyLimitBytes, inFlight)
  app.addSchema(ErrorSchema)
  app.addSchema(BadRequestSchema)
  app.addSchema(ExplanationSchema)
  for (const schema of WHAT_IF_SCHEMAS) app.addSchema(schema)
  app.decorateRequest('isExplained', false)
  return inFlight
}

interface EveryModelOptions extends Omit<ModelPluginOptions, 'entry'> {
  readonly entries: readonly ModelEntry[]
  /** Begins the names of the operations, where an app has them several times. */
  readonly operationPrefix?: string
}

/**
 * Adds `GET /models`, `GET /models/NAME`, `POST /models/NAME/predict` and `/explain` with their `/batch`, and
 * `POST /models/NAME/compare` and `/what-if`.
 */
export async function addEveryModel(
  app: FastifyInstance, { entries, operationPrefix = '', ...shared }: EveryModelOptions
): Promise<void> {
  await app.register(models, { entries, operationPrefix })
  const served = entries.filter(({ name }) => isModelName(name))
  const operationNames = nameOperations(served.map(({ name }) => name))
  for (const [i, entry] of served.entries()) {
    const nameOperation = (verb: Verb) => withPrefix(operationPrefix, `${verb}${operationNames[i]}`)
    await app.register(genericModel, { entry, ...shared, nameOperation })
  }
}
