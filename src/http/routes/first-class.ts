/** Models that have a route of their own, besides that of any model. */
import type { FastifyPluginAsync } from 'fastify'
import type { Config } from '../../config.js'
import type { Label, Model, ModelEntry } from '../../model/types.js'
import type { AnswerColumn } from '../rows/answer-columns.js'
import type { ModelPluginOptions } from './model-route.js'

/** All that the service and the commands know of such a model. */
export interface FirstClassModel {
  /** Of its dump, without `.json`. */
  readonly name: string
  /** Of its route, such as `/recommend`. */
  readonly path: string
  /** Of its operations in the OpenAPI document. */
  readonly tag: { readonly name: string, readonly description: string }
  readonly plugin: FastifyPluginAsync<ModelPluginOptions>
  /** Why a model of this name cannot answer on the route; undefined when it can. */
  readonly whyUnsuitable: (model: Model) => string | undefined
  /** The route's answer as columns of a table, of a model that suits. */
  readonly listColumns: (model: Model, config: Config) => AnswerColumn[]
  /** The class that explanations are about, of a model that suits; that which is predicted when undefined. */
  readonly findExplained?: (model: Model) => Label | undefined
}

/** Why one that answers with a class and its probability cannot use a model; undefined when it can. */
export function whyNoProbabilities(model: Model, path: string): string | undefined {
  const { task, outputs, classNumbers } = model
  const wants = `${path} answers with a class and its probability`
  if (task !== 'classifier') return `it is a model of the kind ${task}: ${wants}`
  if (outputs.length !== 1) return `it predicts ${outputs.length} things at once: ${wants}`
  if (classNumbers === 'decisions') return `it has a decision function, and no probabilities: ${wants}`
  return classNumbers === undefined ? `it has votes or distances, which are not probabilities: ${wants}` : undefined
}

/** The entry, empty where there is a reason not to serve its model. */
export function emptyIf(why: (model: Model) => string | undefined, entry: ModelEntry): ModelEntry {
  const reason = entry.model === undefined ? undefined : why(entry.model)
  return reason === undefined ? entry : { name: entry.name, path: entry.path, model: undefined, reason }
}
