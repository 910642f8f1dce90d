/** The schemas of the route of many rows, for the OpenAPI document only: rows are checked and written one by one. */
import { Type, type TSchema } from '@sinclair/typebox'
import type { FastifyInstance, FastifySchema } from 'fastify'
import type { Config } from '../../config.js'
import { describeErrorAnswer } from '../shared/error-body.js'
import { describeExplainErrors } from '../explain/explanation-schema.js'
import { batchesInHand, NOT_LOADED, notJson, tooManyRows } from '../shared/errors.js'
import type { RouteErrors } from '../openapi/openapi.js'

/** What the schemas are made of. */
export interface BatchDescription {
  readonly operationId: string
  readonly tag: string
  readonly summary: string
  readonly example: object
  readonly parts: unknown
  /** Parameters of the query besides its own. */
  readonly query: Readonly<Record<string, TSchema>>
  readonly config: Config
}

const TWO_WAYS = `A batch (\`application/json\`) is answered at once. A stream (\`application/x-ndjson\`) is one JSON object a
line, any number of them; blank lines are passed over. Its answers come while lines are still sent, one per line in the
same order, so read them while you send. A bad line is answered with an error that has the number of the \`line\`.`

const OnErrorSchema = Type.Optional(Type.Unsafe<'continue' | 'fail'>({
  type: 'string',
  enum: ['continue', 'fail'],
  default: 'continue',
  description: 'What a bad row does. `continue`: its answer says so, in its place. `fail`: a batch is a 400 that names ' +
    'the bad rows by their index; a stream ends after the answer to the first bad line, its status being 200 already.'
}))

/** Adds the schemas of a batch, beside those of one row that are there. */
export function describeBatch(
  app: FastifyInstance, { operationId, tag, summary, example, parts, query, config }: BatchDescription
): { schema: FastifySchema, errors: RouteErrors } {
  const name = operationId[0].toUpperCase() + operationId.slice(1)
  const { batchMaxRows } = config
  const row = parts === undefined ? { type: 'object' } : { $ref: `${name}Request#` }
  app.addSchema({
    $id: `${name}BatchRequest`,
    type: 'object',
    properties: { instances: { type: 'array', maxItems: batchMaxRows, items: row, description: 'The rows.' } },
    required: ['instances'],
    ...(parts !== undefined && { examples: [{ instances: [example, example] }] })
  })
  app.addSchema({
    $id: `${name}BatchResponse`,
    type: 'object',
    description: 'The answers.',
    properties: {
      status: { type: 'string', const: 'success' },
      predictions: {
        type: 'array',
        items: { anyOf: [{ $ref: `${name}Response#` }, { $ref: 'BadRequest#' }, { $ref: 'Error#' }] },
        description: 'One per row, in order: what the route of one row answers to it.'
      },
      failed: { type: 'array', items: { type: 'integer' }, description: 'Indexes of the rows that could not be used.' }
    },
    required: ['status', 'predictions', 'failed']
  })
  return {
    schema: {
      operationId: `${operationId}Batch`,
      tags: [tag],
      summary: `${summary}, for many rows`,
      description: TWO_WAYS.replaceAll('\n', ' '),
      querystring: Type.Object({ on_error: OnErrorSchema, ...query }),
      body: {
        content: {
          'application/json': { schema: { $ref: `${name}BatchRequest#` } },
          'application/x-ndjson': { schema: { type: 'string', description: 'A row per line.', examples: [`${JSON.stringify(example)}\n`] } }
        }
      }
    },
    errors: {
      200: {
        description: 'The answers.',
        content: {
          'application/json': { schema: { $ref: `${name}BatchResponse#` } },
          'application/x-ndjson': { schema: { type: 'string', description: 'An answer per line.' } }
        }
      },
      400: { $ref: 'BadRequest#' },
      413: describeErrorAnswer('The body is too large, there are too many rows, or their answer is too large.', tooManyRows(batchMaxRows)),
      415: describeErrorAnswer('The body is neither JSON nor lines of it.', notJson('text/plain', true)),
      ...(Object.keys(query).length > 0 && { 422: describeExplainErrors(config)[422] }),
      500: describeErrorAnswer('The model is not loaded, or something failed that should not.', NOT_LOADED),
      503: describeErrorAnswer('Other batches take all the memory that batches may.', batchesInHand(config.batchInFlightBytes))
    }
  }
}
