/** What the service tells of its models: a line each, and all of one. */
import { Type, type Static } from '@sinclair/typebox'
import { AnyInputSchema, CategoryInputSchema, NumberInputSchema, OutputSchema, ProvenanceSchema } from '../../dump/dump.js'
import type { Model, ModelEntry } from '../../model/types.js'
import { describeEntry, ModelStateSchema } from '../observability/health.js'

const summary = {
  ...ModelStateSchema.properties,
  description: Type.Optional(Type.String()),
  task: Type.Optional(Type.Unsafe<Model['task']>({
    type: 'string', enum: ['classifier', 'regressor', 'outlier-detector']
  })),
  nInputs: Type.Optional(Type.Integer({ description: 'Columns that a request has.' })),
  nOutputs: Type.Optional(Type.Integer({ description: 'Predictions for a row.' })),
  nTrees: Type.Optional(Type.Integer()),
  nNodes: Type.Optional(Type.Integer()),
  bytes: Type.Optional(Type.Integer({ description: 'Size of the dump.' }))
}

export const ModelSummarySchema = Type.Object(
  summary,
  { $id: 'ModelSummary', description: 'A model in short. Of one that is not loaded there is no more than the reason.' }
)

export const ModelListSchema = Type.Object(
  { status: Type.Literal('success'), models: Type.Array(Type.Unsafe<ModelSummary>(Type.Ref('ModelSummary#'))) },
  { $id: 'ModelList', description: 'The models.' }
)

const used = Type.Boolean({ description: 'Whether the answer depends on it. The others are checked and ignored.' })

const InputInfoSchema = Type.Union([
  Type.Object({ ...NumberInputSchema.properties, used }, { description: 'A number.' }),
  Type.Object({ ...CategoryInputSchema.properties, used }, { description: 'Text.' }),
  Type.Object({ ...AnyInputSchema.properties, used }, { description: 'Anything: the model does not read it.' })
])

export const ModelInfoSchema = Type.Object(
  {
    status: Type.Literal('success'),
    ...summary,
    nFeatures: Type.Optional(Type.Integer({ description: 'Columns that reach the trees, after the preprocessing.' })),
    inputs: Type.Optional(Type.Array(InputInfoSchema, { description: 'The columns of a request.' })),
    outputs: Type.Optional(Type.Array(OutputSchema)),
    featureImportances: Type.Optional(Type.Array(
      Type.Object({ feature: Type.String(), importance: Type.Number() }),
      { description: "scikit-learn's feature_importances_, where the dump has them." }
    )),
    provenance: Type.Optional(ProvenanceSchema)
  },
  { $id: 'ModelInfo', description: 'A model: what it takes, what it answers, and where it comes from.' }
)

export type ModelSummary = Static<typeof ModelSummarySchema>
export type ModelList = Static<typeof ModelListSchema>
export type ModelInfo = Static<typeof ModelInfoSchema>

/** A line for the list of models. */
export function summarizeModel(entry: ModelEntry): ModelSummary {
  const state = describeEntry(entry)
  if (entry.model === undefined) return state
  const { description, task, inputs, outputs, nTrees, nNodes } = entry.model
  return {
    ...state,
    ...(description !== undefined && { description }),
    task, nInputs: inputs.length, nOutputs: outputs.length, nTrees, nNodes, bytes: entry.bytes
  }
}

/** All that may be known of a model. */
export function describeModel(entry: ModelEntry): ModelInfo {
  const short = { status: 'success' as const, ...summarizeModel(entry) }
  if (entry.model === undefined) return short
  const { inputs, usedInputs, outputs, nFeatures, featureImportances, provenance } = entry.model
  return {
    ...short,
    nFeatures,
    inputs: inputs.map(input => ({ ...input, used: usedInputs.has(input.name) })),
    outputs: [...outputs],
    ...(featureImportances !== undefined && { featureImportances: [...featureImportances] }),
    provenance
  }
}
