import type { TSchema } from '@sinclair/typebox'
import { Ajv, type AnySchemaObject, type ErrorObject, type ValidateFunction } from 'ajv'
import { InputError, type Row } from '../../model/types.js'
import type { BodySchema } from './input-schema.js'
import { toProblems } from '../shared/problems.js'
import { KNOWN_VALUES } from '../shared/schema-words.js'

/**
 * One validator for the bodies of all routes: Fastify would make one for each encapsulated plugin, and to make one
 * takes longer than to compile a model's schema. Nothing is coerced, removed or filled in, and every error is found;
 * `verbose` adds the value that failed. Schemas are not checked against JSON Schema's own: a test does that.
 */
const ajv = new Ajv({
  coerceTypes: false, removeAdditional: false, useDefaults: false, allErrors: true, verbose: true,
  allowUnionTypes: true, ownProperties: true, meta: false, validateSchema: false
})

/** Compiled checks by what they check: the same rows come in through several APIs. */
const compiled = new Map<string, ValidateFunction>()

/**
 * Compiles when the first body comes: a service of many models starts without them waiting for each other.
 * @param schema of a body, without references
 */
export function compileBody(schema: TSchema): (body: unknown) => true | { error: ErrorObject[] } {
  let validate: ValidateFunction | undefined
  return body => {
    validate ??= compileOnce(schema)
    return validate(body) || { error: validate.errors ?? [] }
  }
}

function compileOnce(schema: TSchema): ValidateFunction {
  const bare = withoutNotes(schema)
  const properties = Object.entries(schema.properties as Record<string, TSchema>)
    .map(([name, property]) => [name, withoutNotes(property)] as const)
    .filter(([, property]) => Object.keys(property).length > 0)
  bare.properties = Object.fromEntries(properties)
  const key = JSON.stringify(bare)
  const validate = compiled.get(key) ?? ajv.compile(bare)
  compiled.set(key, validate)
  return validate
}

/** What is for the OpenAPI document only. */
const NOTES: ReadonlySet<string> = new Set(['$id', 'description', 'examples', KNOWN_VALUES])

function withoutNotes(schema: TSchema): AnySchemaObject {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => !NOTES.has(keyword)))
}

/** Time from the start to the first check that is compiled without being asked for, in milliseconds. */
const LATER_MS = 1000

const later: TSchema[] = []

/**
 * Compiles a while later, one check per iteration of the event loop, so that the first caller of a wide model does not
 * wait for it: a thousand columns take half a second. Not at once: whoever waits for the start would wait for it then.
 */
export function compileLater(schema: TSchema): void {
  if (later.push(schema) === 1) setTimeout(compileNext, LATER_MS).unref()
}

function compileNext(): void {
  const schema = later.shift()
  // Called, since V8 reads a function only then.
  if (schema !== undefined) compileOnce(schema)({})
  if (later.length > 0) setImmediate(compileNext)
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
