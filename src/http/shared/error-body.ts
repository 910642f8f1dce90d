/** The body of an error answer. */
import { STATUS_CODES } from 'node:http'
import { Type, type Static } from '@sinclair/typebox'
import type { FieldProblem } from '../../model/types.js'
import { KNOWN_VALUES } from './schema-words.js'
import { ERROR_CODES, type ErrorCode, type ErrorText } from './error-text.js'

const status = Type.Literal('error')

/** Codes may join, so that a client must not take the list for all there are. */
const code = Type.Unsafe<ErrorCode>({
  type: 'string', description: 'What went wrong, for programs. More codes may join.', [KNOWN_VALUES]: ERROR_CODES
})

const message = Type.String({ description: 'What went wrong, for people.' })

const errors = Type.Array(
  Type.Object({
    field: Type.String({ description: 'Name of the field; "body" is the body as a whole.' }),
    expected: Type.String({ description: 'What it takes.' }),
    received: Type.String({ description: 'What came.' })
  }),
  { description: 'Every value that cannot be used.' }
)

export const ErrorSchema = Type.Object(
  {
    status, message, code,
    errors: Type.Optional(errors),
    line: Type.Optional(Type.Integer({ description: 'Of a line of a stream, its number.' }))
  },
  { $id: 'ErrorAnswer', description: 'The request failed.' }
)

export const BadRequestSchema = Type.Object(
  { status, message, code, errors },
  {
    $id: 'BadRequest',
    description: 'The request cannot be used: each offending field is named.',
    examples: [{
      status: 'error',
      message: 'pct_video_usage: expected a number from 0 to 1, or null, received the number 75',
      code: 'invalid_request',
      errors: [{
        field: 'pct_video_usage', expected: 'a number from 0 to 1, or null', received: 'the number 75'
      }]
    }]
  }
)

/** One error answer in the OpenAPI document, with a text as it comes. */
export function describeErrorAnswer(description: string, text: ErrorText): object {
  return {
    description,
    content: { 'application/json': { schema: { $ref: 'ErrorAnswer#' }, example: errorBody(text) } }
  }
}

export type ErrorBody = Omit<Static<typeof ErrorSchema>, 'errors'> & { readonly errors?: readonly FieldProblem[] }

export function errorBody({ code, message, problems }: ErrorText): ErrorBody {
  return { status: 'error', message, code, ...(problems !== undefined && { errors: problems }) }
}

/** The same as RFC 9457 has it. */
export function problemBody({ code, message, problems }: ErrorText, status: number): object {
  return {
    type: 'about:blank', title: STATUS_CODES[status], status, detail: message, code,
    ...(problems !== undefined && { errors: problems })
  }
}
