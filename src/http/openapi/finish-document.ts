/** What all operations and schemas of the OpenAPI document have in common, added where none can be forgotten. */

import { ITEM_SCHEMA, KNOWN_VALUES } from '../shared/schema-words.js'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type JsonObject = Record<string, Json>;

/** An OpenAPI document, as far as it is looked into. */
export interface OpenApiDocument extends JsonObject {
  paths: Record<string, Record<string, JsonObject & { responses: Record<string, JsonObject> }>>
  components: JsonObject & { schemas: Record<string, JsonObject> }
}

const REQUEST_ID: JsonObject = {
  description: 'The id of the request, which the log has too.', schema: { type: 'string' }, example: 'k3Jd9-_x-1f'
}

/** Adds what is the same everywhere to the document of OpenAPI 3.1 that the routes make. */
export function finishDocument(document: OpenApiDocument): OpenApiDocument {
  document.components.headers = { RequestId: REQUEST_ID }
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const operation of Object.values(operations)) finishOperation(path, operation)
  }
  document.components.schemas = finishMembers(document.components.schemas) as OpenApiDocument['components']['schemas']
  return document
}

function finishOperation(path: string, operation: OpenApiDocument['paths'][string][string]): void {
  const { responses } = operation
  if (!Object.keys(responses).some(status => status.startsWith('4'))) {
    const error = path.startsWith('/v2') ? 'InferenceError' : 'ErrorAnswer'
    responses['4XX'] = {
      description: 'The request cannot be read.', content: { 'application/json': { schema: { $ref: `#/components/schemas/${error}` } } }
    }
  }
  for (const response of Object.values(responses)) {
    const own = mapMembers((response.headers ?? {}) as JsonObject, header =>
      ({ ...header as JsonObject, schema: finishSchema((header as JsonObject).schema) }))
    response.headers = { ...own, 'X-Request-Id': { $ref: '#/components/headers/RequestId' } }
    finishContent(response.content)
  }
  finishContent((operation.requestBody as JsonObject | undefined)?.content)
  for (const parameter of (operation.parameters ?? []) as JsonObject[]) {
    parameter.schema = finishSchema(parameter.schema)
  }
}

function finishContent(content: Json | undefined): void {
  for (const media of Object.values((content ?? {}) as Record<string, JsonObject>)) {
    media.schema = finishSchema(media.schema)
  }
}

/** A copy, with the widths of numbers, which clients would otherwise take for smaller, and with known values. */
function finishSchema(schema: Json): Json {
  if (!isObject(schema)) return schema
  const finished = mapSchemas(schema, finishSchema)
  const types = [finished.type ?? []].flat()
  const { [KNOWN_VALUES]: known, ...rest } = finished
  if (known !== undefined && types.includes('string')) {
    delete rest.type
    const others = types.filter(type => type !== 'string').map(type => ({ type }))
    return { ...rest, anyOf: [{ type: 'string', enum: known }, { type: 'string' }, ...others], [KNOWN_VALUES]: known }
  }
  if (types.filter(type => type !== 'null').length > 1) return splitTypes(finished, types)
  if (types.includes('number')) finished.format ??= 'double'
  else if (types.includes('integer')) finished.format ??= 'int64'
  return finished
}

/** Keywords that only one of several types has. */
const OF_TYPE: Readonly<Record<string, readonly string[]>> = {
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'], integer: ['minimum', 'maximum'],
  array: ['items', 'minItems', 'maxItems'], string: ['maxLength']
}

/** A union instead of several types, which many generators take for the first of them. */
function splitTypes(schema: JsonObject, types: Json[]): JsonObject {
  const own = new Set(['type', ...Object.values(OF_TYPE).flat()])
  const entries = Object.entries(schema)
  return {
    ...Object.fromEntries(entries.filter(([key]) => !own.has(key))),
    anyOf: types.map(type => finishSchema({
      type, ...Object.fromEntries(entries.filter(([key]) => OF_TYPE[type as string]?.includes(key)))
    }))
  }
}

/** Keywords whose value is a schema, a list of schemas, or schemas by name. */
const SCHEMA = ['items', 'additionalProperties', 'not', 'propertyNames', ITEM_SCHEMA]
const LIST = ['anyOf', 'oneOf', 'allOf', 'prefixItems']
const BY_NAME = ['properties', 'patternProperties', '$defs']

/** A copy of a schema with each of the schemas in it replaced. What is data, such as an example, stays. */
export function mapSchemas(schema: JsonObject, map: (schema: Json) => Json): JsonObject {
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => {
    if (SCHEMA.includes(key)) return [key, map(value)]
    if (LIST.includes(key)) return [key, (value as Json[]).map(map)]
    if (BY_NAME.includes(key)) return [key, mapMembers(value as JsonObject, map)]
    return [key, value]
  }))
}

function finishMembers(schemas: JsonObject): JsonObject {
  return mapMembers(schemas, finishSchema)
}

/** Without a prototype's setter: a column may have any name. */
export function mapMembers(members: JsonObject, map: (value: Json) => Json): JsonObject {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, map(value)]))
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
