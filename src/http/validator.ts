import type { TSchema } from '@sinclair/typebox'
import { Ajv, type AnySchemaObject, type ValidateFunction } from 'ajv'

/**
 * One validator for the bodies of all routes: Fastify would make one for each encapsulated plugin, and to make one
 * takes longer than to compile a model's schema. Nothing is coerced, removed or filled in, and every error is found;
 * `verbose` adds the value that failed. Schemas are not checked against JSON Schema's own: a test does that.
 */
const ajv = new Ajv({
  coerceTypes: false, removeAdditional: false, useDefaults: false, allErrors: true, verbose: true,
  allowUnionTypes: true, ownProperties: true, meta: false, validateSchema: false
})

/** @param schema of a body, without references; its name is for the OpenAPI document only */
export function compileBody(schema: TSchema): ValidateFunction {
  const anonymous: AnySchemaObject = { ...schema }
  delete anonymous.$id
  return ajv.compile(anonymous)
}
