/**
 * The check of a value against a JSON Schema, as far as the schema of dumps uses it: no library that does this is small
 * enough for browsers.
 */

/** Keywords that the check knows. {@link findUnknownKeyword} finds others, which it would pass over. */
export interface JsonSchema {
  readonly $id?: string
  readonly $ref?: string
  readonly type?: string
  readonly const?: unknown
  readonly anyOf?: readonly JsonSchema[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  /** `false` only. */
  readonly additionalProperties?: boolean
  /** One pattern only, which any key matches. */
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>
  /** A list for a tuple, which has no other items. */
  readonly items?: JsonSchema | readonly JsonSchema[]
  readonly additionalItems?: boolean
  readonly minItems?: number
  readonly maxItems?: number
  readonly uniqueItems?: boolean
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
}

/** The first thing that is wrong. */
export interface Fault {
  /** Keys and indexes that lead to it. */
  readonly path: ReadonlyArray<string | number>
  readonly expected: string
  /** Undefined when there is nothing. */
  readonly received: unknown
}

/** A fault with what it takes to tell which of several shapes a value was meant to have. */
interface Finding extends Fault {
  readonly ofConstant?: boolean
  readonly variants?: readonly JsonSchema[]
}

type Schemas = ReadonlyMap<string, JsonSchema>

/**
 * Of a value that fits none of several shapes, the fault is that in the shape that it was meant to have: one whose
 * constants, such as its kind, fit, and of several the one where the fault lies deepest.
 * @returns undefined when the value fits
 */
export function findFault(schema: JsonSchema, value: unknown): Fault | undefined {
  const schemas = collectIds(schema)
  if (fits(schema, value, schemas)) return undefined
  for (const finding of findings(schema, value, [], schemas)) {
    const { path, expected, received } = findCause(finding, schemas)
    return { path, expected, received }
  }
  return undefined
}

/** A keyword that the check does not know; undefined when there is none. */
export function findUnknownKeyword(schema: JsonSchema): string | undefined {
  const { properties = {}, patternProperties = {}, anyOf = [], items = [] } = schema
  const unknown = Object.keys(schema).find(keyword => !KEYWORDS.has(keyword))
  if (unknown !== undefined) return unknown
  const parts = [...Object.values(properties), ...Object.values(patternProperties), ...anyOf, ...[items].flat()]
  return parts.map(findUnknownKeyword).find(keyword => keyword !== undefined)
}

const KEYWORDS: ReadonlySet<string> = new Set([
  '$id', '$ref', 'type', 'const', 'anyOf', 'properties', 'required', 'additionalProperties', 'patternProperties', 'items',
  'additionalItems', 'minItems', 'maxItems', 'uniqueItems', 'minLength', 'maxLength', 'pattern', 'minimum', 'maximum'
])

function collectIds(schema: JsonSchema, found = new Map<string, JsonSchema>()): Schemas {
  const { $id, properties = {}, anyOf = [], items = [] } = schema
  if ($id !== undefined) found.set($id, schema)
  for (const part of [...Object.values(properties), ...anyOf, ...[items].flat()]) collectIds(part, found)
  return found
}

function resolve(schema: JsonSchema, schemas: Schemas): JsonSchema {
  if (schema.$ref === undefined) return schema
  const target = schemas.get(schema.$ref)
  if (target === undefined) throw new Error(`no schema is called ${schema.$ref}`)
  return target
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The same verdict as {@link findings}, which is slow and only asked about what does not fit. */
function fits(part: JsonSchema, value: unknown, schemas: Schemas): boolean {
  const schema = resolve(part, schemas)
  if (schema.anyOf !== undefined) return schema.anyOf.some(variant => fits(variant, value, schemas))
  if (describeMisfit(schema, value) !== undefined) return false
  if (isObject(value)) return fitsObject(schema, value, schemas)
  if (!Array.isArray(value) || schema.items === undefined) return true
  const { items } = schema
  return value.every((item, i) => fits(itemSchema(items, i), item, schemas))
}

function fitsObject(schema: JsonSchema, value: Readonly<Record<string, unknown>>, schemas: Schemas): boolean {
  const { properties = {}, required = [], additionalProperties, patternProperties } = schema
  if (!required.every(key => Object.hasOwn(value, key))) return false
  const [others] = Object.values(patternProperties ?? {})
  for (const key of Object.keys(value)) {
    const property = Object.hasOwn(properties, key) ? properties[key] : others
    if (property === undefined) {
      if (additionalProperties === false) return false
    } else if (isGiven(schema, key, value) && !fits(property, value[key], schemas)) {
      return false
    }
  }
  return true
}

/** Whether a property is there: one that may be absent may be undefined as well. */
function isGiven(
  { required = [], patternProperties }: JsonSchema, key: string, value: Readonly<Record<string, unknown>>
): boolean {
  return value[key] !== undefined || required.includes(key) || patternProperties !== undefined
}

function itemSchema(items: JsonSchema | readonly JsonSchema[], index: number): JsonSchema {
  return Array.isArray(items) ? (items as readonly JsonSchema[])[index] : items as JsonSchema
}

/** All that is wrong, in the order of the document. */
function* findings(part: JsonSchema, value: unknown, path: Fault['path'], schemas: Schemas): Generator<Finding> {
  const schema = resolve(part, schemas)
  if (schema.anyOf !== undefined) {
    if (!fits(schema, value, schemas)) yield { path, expected: 'union value', received: value, variants: schema.anyOf }
    return
  }
  const expected = describeMisfit(schema, value)
  if (expected !== undefined) {
    yield { path, expected, received: value, ofConstant: 'const' in schema }
  } else if (isObject(value)) {
    yield* objectFindings(schema, value, path, schemas)
  } else if (Array.isArray(value) && schema.items !== undefined) {
    for (const [i, item] of value.entries()) yield* findings(itemSchema(schema.items, i), item, [...path, i], schemas)
  }
}

function* objectFindings(
  schema: JsonSchema, value: Readonly<Record<string, unknown>>, path: Fault['path'], schemas: Schemas
): Generator<Finding> {
  const { properties = {}, required = [], additionalProperties, patternProperties } = schema
  for (const key of required) {
    if (Object.hasOwn(value, key)) continue
    const ofConstant = 'const' in properties[key]
    yield { path: [...path, key], expected: 'required property', received: undefined, ofConstant }
  }
  const [others] = Object.values(patternProperties ?? {})
  const isKnown = (key: string) => Object.hasOwn(properties, key) || others !== undefined
  for (const key of Object.keys(value)) {
    if (additionalProperties === false && !isKnown(key)) {
      yield { path: [...path, key], expected: UNEXPECTED, received: value[key] }
    }
  }
  for (const key of others === undefined ? Object.keys(properties) : Object.keys(value)) {
    if (!Object.hasOwn(value, key) || !isGiven(schema, key, value)) continue
    yield* findings(Object.hasOwn(properties, key) ? properties[key] : others, value[key], [...path, key], schemas)
  }
}

/** What is said of a key that should not be there. */
export const UNEXPECTED = 'unexpected property'

function findCause(finding: Finding, schemas: Schemas): Finding {
  const { path, received, variants = [] } = finding
  const faults = variants.map(variant => [...findings(variant, received, path, schemas)])
  const meant = faults.filter(causes =>
    !causes.some(cause => cause.ofConstant === true && cause.path.length === path.length + 1))
  const causes = (meant.length > 0 ? meant : faults).map(([first]) => findCause(first, schemas))
  return causes.reduce((best, cause) => cause.path.length > best.path.length ? cause : best, finding)
}

/** What a value itself should be, whatever it consists of; undefined when it is that. */
function describeMisfit(schema: JsonSchema, value: unknown): string | undefined {
  if ('const' in schema) {
    if (value === schema.const) return undefined
    return typeof schema.const === 'string' ? `'${schema.const}'` : String(schema.const)
  }
  switch (schema.type) {
    case 'object': return isObject(value) ? undefined : 'object'
    case 'array':
      if (!Array.isArray(value)) return Array.isArray(schema.items) ? 'tuple' : 'array'
      return describeLength(schema, value)
    case 'string': return typeof value === 'string' ? describeText(schema, value) : 'string'
    case 'number': return Number.isFinite(value) ? describeRange(schema, value as number) : 'number'
    case 'integer': return Number.isInteger(value) ? describeRange(schema, value as number) : 'integer'
    case 'boolean': return typeof value === 'boolean' ? undefined : 'boolean'
    case 'null': return value === null ? undefined : 'null'
    default: throw new Error(`no check knows the type ${schema.type}`)
  }
}

function describeLength(
  { items, minItems = 0, maxItems = Infinity, uniqueItems }: JsonSchema, value: readonly unknown[]
): string | undefined {
  if (Array.isArray(items)) return value.length === items.length ? undefined : `tuple to have ${items.length} elements`
  if (value.length < minItems) return `array length to be greater or equal to ${minItems}`
  if (value.length > maxItems) return `array length to be less or equal to ${maxItems}`
  return uniqueItems === true && new Set(value).size < value.length ? 'array elements to be unique' : undefined
}

function describeText({ minLength = 0, maxLength = Infinity, pattern }: JsonSchema, value: string): string | undefined {
  if (value.length < minLength) return `string length greater or equal to ${minLength}`
  if (value.length > maxLength) return `string length less or equal to ${maxLength}`
  return pattern === undefined || new RegExp(pattern).test(value) ? undefined : `string to match '${pattern}'`
}

function describeRange(
  { type, minimum = -Infinity, maximum = Infinity }: JsonSchema, value: number
): string | undefined {
  if (value > maximum) return `${type} to be less or equal to ${maximum}`
  return value < minimum ? `${type} to be greater or equal to ${minimum}` : undefined
}
