/** Shapes of the protocol's requests and answers, for the OpenAPI document; what is sent is checked in `request.ts`. */
import { Type } from '@sinclair/typebox'
import { DATATYPES } from './datatypes.js'

const Parameters = Type.Optional(Type.Record(
  Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()]), { description: 'Text, numbers, true or false.' }
))

const Datatype = Type.Unsafe<string>({ type: 'string', enum: [...DATATYPES.keys()] })

const Shape = Type.Array(Type.Integer(), { description: 'Rows first. -1 is any number of them.' })

const Tensor = Type.Object({ name: Type.String(), shape: Shape, datatype: Datatype })

const Data = Type.Optional(Type.Array(Type.Unknown(), {
  description: 'Flat and row-major, or nested. Not there for a binary tensor, which has parameters.binary_data_size.'
}))

const RequestedOutput = Type.Object({ name: Type.String(), parameters: Parameters })

export const InferRequestSchema = Type.Object(
  {
    id: Type.Optional(Type.String({ description: 'Comes back with the answer.' })),
    parameters: Parameters,
    inputs: Type.Array(Type.Object({ ...Tensor.properties, parameters: Parameters, data: Data }), {
      minItems: 1, description: 'One tensor a column, or one of shape [N, columns] where no column is text among numbers.'
    }),
    outputs: Type.Optional(Type.Array(RequestedOutput, { description: 'All of them when there are none.' }))
  },
  { $id: 'InferenceRequest', description: 'Rows to predict.' }
)

export const InferResponseSchema = Type.Object(
  {
    model_name: Type.String(),
    model_version: Type.String(),
    id: Type.Optional(Type.String()),
    parameters: Type.Optional(Type.Object({
      defaulted: Type.Optional(Type.String({
        description: 'Fields that counted as a fallback, each with the number of rows: a JSON object as text.'
      }))
    })),
    outputs: Type.Array(Type.Object({ ...Tensor.properties, parameters: Parameters, data: Data }))
  },
  { $id: 'InferenceResponse', description: 'The predictions.' }
)

/** The header that both ways have where bytes of tensors follow the JSON. */
const DocumentLength = Type.Integer({
  minimum: 0, description: 'Length in bytes of the JSON, where the bytes of binary tensors follow it.'
})

export const InferHeadersSchema = Type.Object({ 'Inference-Header-Content-Length': Type.Optional(DocumentLength) })

const binary = (name: string) => Type.String({
  format: 'binary', description: `The JSON of ${name}, and after it the bytes of its binary tensors.`
})

/** The body of a request, in its two forms. */
export const INFER_BODY = {
  content: {
    'application/json': { schema: { $ref: 'InferenceRequest#' } },
    'application/octet-stream': { schema: binary('InferenceRequest') }
  }
}

/** The answer, in its two forms. */
export const INFER_ANSWER = {
  description: 'The predictions.',
  headers: InferHeadersSchema.properties,
  content: {
    'application/json': { schema: { $ref: 'InferenceResponse#' } },
    'application/octet-stream': { schema: binary('InferenceResponse') }
  }
}

export const ModelMetadataSchema = Type.Object(
  {
    name: Type.String(),
    versions: Type.Array(Type.String()),
    platform: Type.String(),
    inputs: Type.Array(Tensor),
    outputs: Type.Array(Tensor),
    properties: Type.Record(Type.String(), Type.String())
  },
  { $id: 'InferenceModel', description: 'The model.' }
)

export const ServerMetadataSchema = Type.Object(
  { name: Type.String(), version: Type.String(), extensions: Type.Array(Type.String()) }, { description: 'The service.' }
)

export const LiveSchema = Type.Object({ live: Type.Boolean() }, { description: 'The process runs.' })

export const ReadySchema = Type.Object(
  { ready: Type.Boolean(), live: Type.Boolean() }, { description: 'All models are ready.' }
)

export const ModelReadySchema = Type.Object(
  { name: Type.String(), ready: Type.Boolean() }, { $id: 'InferenceReady', description: 'The model can answer.' }
)

export const ModelNamesSchema = Type.Object({ models: Type.Array(Type.String()) }, { description: 'The names.' })

export const StatisticsSchema = Type.Object(
  { model_stats: Type.Array(Type.Object({
    name: Type.String(),
    version: Type.String(),
    last_inference: Type.Integer({ description: 'Milliseconds since 1970.' }),
    inference_count: Type.Integer({ description: 'Rows.' }),
    execution_count: Type.Integer({ description: 'Requests.' }),
    inference_stats: Type.Record(Type.String(), Type.Object({ count: Type.Integer(), ns: Type.Integer() })),
    batch_stats: Type.Array(Type.Unknown())
  })) },
  { $id: 'InferenceStatistics', description: 'Counters since the start of the process, as Triton has them.' }
)

export const IndexRequestSchema = Type.Object({ ready: Type.Optional(Type.Boolean()) }, { examples: [{ ready: true }] })

export const IndexSchema = Type.Array(
  Type.Object({
    name: Type.String(),
    version: Type.Optional(Type.String()),
    state: Type.Unsafe<string>({ type: 'string', enum: ['READY', 'UNAVAILABLE'] }),
    reason: Type.String({ description: 'Why it is not ready.' })
  }),
  { description: 'The models.' }
)

export const LoadRequestSchema = Type.Object(
  { parameters: Type.Optional(Type.Object({}, { maxProperties: 0, description: 'None: a model is loaded as its dump has it.' })) },
  { examples: [{}] }
)

export const UnloadRequestSchema = Type.Object(
  { parameters: Type.Optional(Type.Object({
    unload_dependents: Type.Optional(Type.Boolean({ description: 'Of no effect: no model depends on another.' }))
  })) },
  { examples: [{}] }
)

export const DoneSchema = Type.Object({}, { description: 'Done.' })

export const InferenceErrorSchema = Type.Object(
  { error: Type.String() }, { $id: 'InferenceError', description: 'The request failed.' }
)
