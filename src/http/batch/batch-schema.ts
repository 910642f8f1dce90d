/** The schemas of the route of many rows, for the OpenAPI document only: rows are checked and written one by one. */
import { Type, type TSchema } from '@sinclair/typebox'
import type { FastifyInstance, FastifySchema } from 'fastify'
import type { Config } from '../../config.js'
import { describeErrorAnswer } from '../shared/error-body.js'
import { describeExplainErrors } from '../explain/explanation-schema.js'
import { batchesInHand, NOT_LOADED, notJson, notLines, tooManyRows } from '../shared/errors.js'
import { LINES_TYPE } from '../bodies/body.js'
import { ITEM_SCHEMA } from '../shared/schema-words.js'
import type { RouteErrors } from '../openapi/openapi.js'
import { capitalize, nameAnswer, nameRow } from '../openapi/operation-ids.js'

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

const STREAM = `One JSON object per line, any number of them; blank lines are passed over. Its answers come while lines are
still sent, one per line in the same order, so read them while you send. A bad line is answered with an error that has the
number of the \`line\`.`

const OnErrorSchema = Type.Optional(Type.Unsafe<'continue' | 'fail'>({
  type: 'string',
  enum: ['continue', 'fail'],
  default: 'continue',
  description: 'What a bad row does. `continue`: its answer says so, in its place. `fail`: a batch is a 400 that names ' +
    'the bad rows by their index; a stream ends after the answer to the first bad line, its status being 200 already.'
}))

/** What the document says of a route. */
interface Described {
  readonly schema: FastifySchema
  readonly errors: RouteErrors
}

/** Adds the schemas of a batch, beside those of one row that are there. */
export function describeBatch(
  app: FastifyInstance, { operationId, tag, summary, example, parts, query, config }: BatchDescription
): { batch: Described, stream: Described } {
  const rowsId = `${capitalize(operationId)}BatchRows`
  const answersId = `${capitalize(operationId)}BatchAnswers`
  const { batchMaxRows } = config
  const row = parts === undefined ? { type: 'object' } : { $ref: `${nameRow(operationId)}#` }
  const answer = {
    oneOf: [{ $ref: `${nameAnswer(operationId)}#` }, { $ref: 'ErrorAnswer#' }],
    discriminator: { propertyName: 'status', mapping: {
      success: `#/components/schemas/${nameAnswer(operationId)}`, error: '#/components/schemas/ErrorAnswer'
    } }
  }
  app.addSchema({
    $id: rowsId,
    type: 'object',
    description: 'Rows to answer.',
    properties: { instances: { type: 'array', maxItems: batchMaxRows, items: row, description: 'The rows.' } },
    required: ['instances'],
    ...(parts !== undefined && { examples: [{ instances: [example, example] }] })
  })
  app.addSchema({
    $id: answersId,
    type: 'object',
    description: 'The answers.',
    properties: {
      status: { type: 'string', const: 'success' },
      predictions: {
        type: 'array',
        items: answer,
        description: 'One per row, in order: what the route of one row answers to it.'
      },
      failed: { type: 'array', items: { type: 'integer' }, description: 'Indexes of the rows that could not be used.' }
    },
    required: ['status', 'predictions', 'failed']
  })
  const shared = { tags: [tag], querystring: Type.Object({ on_error: OnErrorSchema, ...query }) }
  const failures = {
    400: { $ref: 'BadRequest#' },
    ...(Object.keys(query).length > 0 && { 422: describeExplainErrors(config)[422] }),
    500: describeErrorAnswer('The model is not loaded, or something failed that should not.', NOT_LOADED),
    503: describeErrorAnswer('Other batches take all the memory that batches may.', batchesInHand(config.batchInFlightBytes))
  }
  return {
    batch: {
      schema: {
        ...shared,
        operationId: `${operationId}Batch`,
        summary: `${summary}, for many rows`,
        description: 'All rows are answered at once.',
        body: { content: { 'application/json': { schema: { $ref: `${rowsId}#` } } } }
      },
      errors: {
        200: { description: 'The answers.', content: { 'application/json': { schema: { $ref: `${answersId}#` } } } },
        ...failures,
        413: describeErrorAnswer('The body is too large, there are too many rows, or their answer is too large.', tooManyRows(batchMaxRows)),
        415: describeErrorAnswer('The body is not JSON.', notJson('text/plain', true))
      }
    },
    stream: {
      schema: {
        ...shared,
        operationId: `${operationId}Stream`,
        summary: `${summary}, for a stream of rows`,
        description: STREAM.replaceAll('\n', ' '),
        body: {
          content: {
            [LINES_TYPE]: {
              schema: { type: 'string', description: 'A row per line.', examples: [`${JSON.stringify(example)}\n`], [ITEM_SCHEMA]: row }
            }
          }
        }
      },
      errors: {
        200: {
          description: 'The answers.',
          content: { [LINES_TYPE]: { schema: { type: 'string', description: 'An answer per line.', [ITEM_SCHEMA]: answer } } }
        },
        ...failures,
        415: describeErrorAnswer('The body is not lines of JSON.', notLines('text/plain'))
      }
    }
  }
}
