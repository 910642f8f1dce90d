/** What the protocol tells of the service and of its models. */
import { PACKAGE_VERSION } from '../../config.js'
import type { Input, Model, ModelEntry } from '../../model/types.js'
import { describeEntry } from '../observability/health.js'
import { listOutputForms } from './outputs.js'

/** Dumps have no number of their own, and a model is loaded once: each has this one version. */
export const MODEL_VERSION = '1'

export const SERVER_METADATA = {
  name: 'recall-ml', version: PACKAGE_VERSION, extensions: ['model_repository', 'statistics', 'binary_tensor_data']
}

interface TensorMetadata {
  readonly name: string
  readonly datatype: string
  readonly shape: readonly number[]
}

export interface ModelMetadata {
  readonly name: string
  readonly versions: readonly string[]
  readonly platform: string
  readonly inputs: readonly TensorMetadata[]
  readonly outputs: readonly TensorMetadata[]
  /** Text throughout, as in the protocol's gRPC form. */
  readonly properties: Readonly<Record<string, string>>
}

/** One entry of the repository's index. */
export interface IndexEntry {
  readonly name: string
  readonly version?: string
  readonly state: 'READY' | 'UNAVAILABLE'
  readonly reason: string
}

/**
 * The answer to `GET /v2/models/NAME`.
 * @param name that the model has in paths
 */
export function describeMetadata(name: string, model: Model): ModelMetadata {
  return {
    name,
    versions: [MODEL_VERSION],
    platform: 'recall-ml_sklearn',
    inputs: model.inputs.map(input => ({ name: input.name, datatype: datatypeOfInput(input), shape: [-1, 1] })),
    outputs: listOutputForms(model).map(({ name: output, datatype, columns }) =>
      ({ name: output, datatype, shape: columns === undefined ? [-1] : [-1, columns] })),
    properties: describeProperties(model)
  }
}

/** What a column holds: a number, true or false, or text, which is what most columns are that no model reads. */
export function datatypeOfInput(input: Input): 'FP64' | 'BOOL' | 'BYTES' {
  if (input.type !== 'number') return 'BYTES'
  return input.boolean === true ? 'BOOL' : 'FP64'
}

/** Lists are JSON: `classes` in the order of `predict_proba`, a list for each output where there are several. */
function describeProperties({ task, description, outputs, provenance }: Model): Record<string, string> {
  const classes = outputs.map(output => output.classes ?? null)
  return {
    task,
    ...(description !== undefined && { description }),
    ...(task !== 'regressor' && { classes: JSON.stringify(outputs.length === 1 ? classes[0] : classes) }),
    ...(outputs.length > 1 && { outputs: JSON.stringify(outputs.map(output => output.name ?? null)) }),
    estimator: provenance.estimator,
    // By whose SHA-256 a caller knows which model has answered.
    ...(provenance.sources.length > 0 && { sources: JSON.stringify(provenance.sources) }),
    ...(provenance.sklearnVersion !== undefined && { sklearn_version: provenance.sklearnVersion })
  }
}

/** The reason of a model that a caller has unloaded, in Triton's word. */
export const UNLOADED = 'unloaded'

/** Why a model was not loaded; undefined when it was. */
export function reasonOf(entry: ModelEntry): string | undefined {
  return entry.model === undefined ? describeEntry(entry).reason : undefined
}

/** @param reason why it is not ready; undefined when it is */
export function describeIndexEntry({ name, model }: ModelEntry, reason: string | undefined): IndexEntry {
  return {
    name,
    ...(model !== undefined && { version: MODEL_VERSION }),
    state: reason === undefined ? 'READY' : 'UNAVAILABLE',
    reason: reason ?? ''
  }
}
