/**
 * The check of a value against a JSON Schema, as far as the schema of dumps uses it: no library that does this is small
 * enough for browsers. find-fault.ts says what is wrong with what does not fit.
 */

/** Keywords that the check knows. `findUnknownKeyword` finds others, which it would pass over. */
export interface JsonSchema {
  readonly $id?: string
  readonly $ref?: string
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly JsonSchema[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  /** `false` only. */
  readonly additionalProperties?: boolean
  /** One pattern only, which any key matches. */
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>
  /** A list for a tuple, which has these items and no other. */
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

/** By their $id. */
export type Schemas = ReadonlyMap<string, JsonSchema>

/** Whether a value has the shape that a schema describes. */
export function fitsShape(schema: JsonSchema, value: unknown): boolean {
  return fits(schema, value, collectIds(schema))
}

export function collectIds(schema: JsonSchema, found = new Map<string, JsonSchema>()): Schemas {
  const { $id, properties = {}, anyOf = [], items = [] } = schema
  if ($id !== undefined) found.set($id, schema)
  for (const part of [...Object.values(properties), ...anyOf, ...[items].flat()]) collectIds(part, found)
  return found
}

export function resolve(schema: JsonSchema, schemas: Schemas): JsonSchema {
  if (schema.$ref === undefined) return schema
  const target = schemas.get(schema.$ref)
  if (target === undefined) throw new Error(`no schema is called ${schema.$ref}`)
  return target
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function fits(part: JsonSchema, value: unknown, schemas: Schemas): boolean {
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
export function isGiven(
  { required = [], patternProperties }: JsonSchema, key: string, value: Readonly<Record<string, unknown>>
): boolean {
  return value[key] !== undefined || required.includes(key) || patternProperties !== undefined
}

export function itemSchema(items: JsonSchema | readonly JsonSchema[], index: number): JsonSchema {
  return Array.isArray(items) ? (items as readonly JsonSchema[])[index] : items as JsonSchema
}

/** What a value itself should be, whatever it consists of; undefined when it is that. */
export function describeMisfit(schema: JsonSchema, value: unknown): string | undefined {
  if ('const' in schema) {
    if (value === schema.const) return undefined
    return typeof schema.const === 'string' ? `'${schema.const}'` : String(schema.const)
  }
  if (schema.enum !== undefined) return schema.enum.includes(value) ? undefined : 'union value'
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
