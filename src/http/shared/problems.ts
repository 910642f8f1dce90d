/** What a 400 answer says about the values that cannot be used. */
import type { FastifySchemaValidationError } from 'fastify'
import { InputError, type FieldProblem } from '../../model/types.js'
import { describeValue } from '../../errors/describe-value.js'

/** Names the whole request body in a problem. */
export const BODY = 'body'

/** Fastify gives `null` where a request has no body. */
const NO_BODY = 'null, or no body at all'

/** The body as a whole as the one problem of a request. */
export function unreadable(received: string): InputError {
  return new InputError([{ field: BODY, expected: 'a JSON object', received }])
}

/** A body that is no JSON object. */
export function notObject(body: unknown): InputError {
  return unreadable(body === null || body === undefined ? NO_BODY : describeValue(body))
}

/** A key that a body has to have. */
export function absentKey(field: string, expected: string): FieldProblem {
  return { field, expected, received: describeValue(undefined) }
}

/** Ajv's `verbose` option adds the value that failed (for `required`: the object that lacks the key). */
type VerboseError = FastifySchemaValidationError & { readonly data?: unknown }

/**
 * Ajv's errors as problems, each field once, in the order in which they were found.
 * @param expected what each field takes, in words; Ajv's own words are never shown
 */
export function toProblems(errors: readonly VerboseError[], expected: ReadonlyMap<string, string>): FieldProblem[] {
  const problems = new Map<string, FieldProblem>()
  for (const error of errors) {
    const missing = error.keyword === 'required' ? String(error.params.missingProperty) : undefined
    const field = missing ?? fieldOf(error.instancePath)
    problems.set(field, {
      field,
      expected: expected.get(field) ?? 'a JSON object',
      received: missing !== undefined ? describeValue(undefined) : describeBodyValue(error)
    })
  }
  return [...problems.values()]
}

/** First step of a JSON pointer, unescaped. */
function fieldOf(pointer: string): string {
  if (pointer === '') return BODY
  return pointer.slice(1).split('/')[0].replaceAll('~1', '/').replaceAll('~0', '~')
}

function describeBodyValue(error: VerboseError): string {
  return error.instancePath === '' && error.data === null ? NO_BODY : describeValue(error.data)
}
