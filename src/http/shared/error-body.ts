/** The body of an error answer. */
import { Type, type Static } from '@sinclair/typebox'
import type { FieldProblem, InputError } from '../../model/types.js'

const status = Type.Literal('error')

export const ErrorSchema = Type.Object(
  { status, message: Type.String() },
  { $id: 'Error', description: 'The request failed.' }
)

export const BadRequestSchema = Type.Object(
  {
    status,
    message: Type.String(),
    errors: Type.Array(
      Type.Object({
        field: Type.String({ description: 'Name of the field; "body" is the body as a whole.' }),
        expected: Type.String({ description: 'What it takes.' }),
        received: Type.String({ description: 'What came.' })
      }),
      { description: 'Every value that cannot be used.' }
    )
  },
  {
    $id: 'BadRequest',
    description: 'The request cannot be used: each offending field is named.',
    examples: [{
      status: 'error',
      message: 'pct_video_usage: expected a number from 0 to 1, or null, received the number 75',
      errors: [{
        field: 'pct_video_usage', expected: 'a number from 0 to 1, or null', received: 'the number 75'
      }]
    }]
  }
)

/** One error answer in the OpenAPI document, with a message as it comes. */
export function describeErrorAnswer(description: string, message: string): object {
  return {
    description,
    content: { 'application/json': { schema: { $ref: 'Error#' }, example: errorBody(message) } }
  }
}

export type ErrorBody = Static<typeof ErrorSchema> & { errors?: readonly FieldProblem[] }

export function errorBody(message: string, errors?: readonly FieldProblem[]): ErrorBody {
  return errors === undefined ? { status: 'error', message } : { status: 'error', message, errors }
}

export function inputErrorBody(error: InputError): ErrorBody {
  return errorBody(error.message, error.problems)
}
