import type { TSchema } from '@sinclair/typebox'
import { Ajv, type AnySchemaObject, type ErrorObject, type ValidateFunction } from 'ajv'

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
