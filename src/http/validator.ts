import type { TSchema } from '@sinclair/typebox'
import { Ajv, type AnySchemaObject, type ErrorObject, type ValidateFunction } from 'ajv'
import { InputError, type Row } from '../model/types.js'
import type { BodySchema } from './input-schema.js'
import { toProblems } from './problems.js'

/**
 * One validator for the bodies of all routes: Fastify would make one for each encapsulated plugin, and to make one
 * takes longer than to compile a model's schema. Nothing is coerced, removed or filled in, and every error is found;
 * `verbose` adds the value that failed. Schemas are not checked against JSON Schema's own: a test does that.
 */
const ajv = new Ajv({
  coerceTypes: false, removeAdditional: false, useDefaults: false, allErrors: true, verbose: true,
  allowUnionTypes: true, ownProperties: true, meta: false, validateSchema: false
})

/**
 * Compiles when the first body comes: a service of many models starts without them waiting for each other.
 * @param schema of a body, without references; its name is for the OpenAPI document only
 */
export function compileBody(schema: TSchema): (body: unknown) => true | { error: ErrorObject[] } {
  const anonymous: AnySchemaObject = { ...schema }
  delete anonymous.$id
  let validate: ValidateFunction | undefined
  return body => {
    validate ??= ajv.compile(anonymous)
    return validate(body) || { error: validate.errors ?? [] }
  }
}

/**
 * The check of one row, as a body or as one of many in it.
 * @returns a function that gives back the row, or throws InputError with the problems of the 400 answer
 */
export function compileRowCheck({ schema, expected }: BodySchema): (row: unknown) => Row {
  const validate = compileBody(schema)
  return row => {
    const verdict = validate(row)
    if (verdict !== true) throw new InputError(toProblems(verdict.error, expected))
    return row as Row
  }
}
