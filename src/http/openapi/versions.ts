/** The document in other versions of OpenAPI than 3.1, for tools that read only these. */
import {
  isObject, mapMembers, mapSchemas, type Json, type JsonObject, type OpenApiDocument
} from './finish-document.js'
import { ITEM_SCHEMA, KNOWN_VALUES } from '../shared/schema-words.js'

export const VERSIONS = ['3.0', '3.1', '3.2'] as const
export type Version = typeof VERSIONS[number]

/**
 * @param document of OpenAPI 3.1, which stays as it is
 * @returns the same in another version
 */
export function toVersion(document: OpenApiDocument, version: Version): JsonObject {
  switch (version) {
    case '3.0': return mapDocument({ ...document, openapi: '3.0.4', info: withoutIdentifier(document.info as JsonObject) }, toSchema30)
    case '3.1': return mapDocument(document, withoutItemSchema)
    case '3.2': return mapDocument({ ...document, openapi: '3.2.0' }, withoutItemSchema, true)
  }
}

function withoutIdentifier({ license, ...info }: JsonObject): JsonObject {
  return { ...info, license: { name: (license as JsonObject).name, url: 'https://opensource.org/license/mit' } }
}

/** @param hasItems whether media types say what their items are */
function mapDocument(document: JsonObject, map: (schema: Json) => Json, hasItems = false): JsonObject {
  const { paths, components } = document as OpenApiDocument
  const mapMedia = (media: Json): Json => {
    const { schema, ...rest } = media as JsonObject
    const items = isObject(schema) ? schema[ITEM_SCHEMA] : undefined
    if (hasItems && items !== undefined) return { ...rest, itemSchema: map(items) }
    return { ...rest, schema: map(schema) }
  }
  const mapContent = (holder: Json): Json => {
    const { content, ...rest } = holder as JsonObject
    return content === undefined ? rest : { ...rest, content: mapMembers(content as JsonObject, mapMedia) }
  }
  const mapOperation = (operation: Json): Json => {
    const { parameters, requestBody, responses, ...rest } = operation as JsonObject
    return {
      ...rest,
      ...(parameters !== undefined && {
        parameters: (parameters as JsonObject[]).map(parameter => ({ ...parameter, schema: map(parameter.schema) }))
      }),
      ...(requestBody !== undefined && { requestBody: mapContent(requestBody) }),
      responses: mapMembers(responses as JsonObject, mapContent)
    }
  }
  return {
    ...document,
    components: { ...components, schemas: mapMembers(components.schemas, map) },
    paths: mapMembers(paths, operations => mapMembers(operations as JsonObject, mapOperation))
  }
}

function withoutItemSchema(schema: Json): Json {
  return isObject(schema) ? omit(mapSchemas(schema, withoutItemSchema), ITEM_SCHEMA) : schema
}

function omit(object: JsonObject, ...keys: string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)))
}

/** Keywords that 3.0 does not have, or has otherwise. */
const NOT_IN_30 = [ITEM_SCHEMA, 'type', 'const', 'examples', 'exclusiveMinimum', 'exclusiveMaximum', 'propertyNames', 'prefixItems']

/** A schema of JSON Schema 2020-12 as OpenAPI 3.0 has it: one type, `nullable`, one example, no constants. */
function toSchema30(schema: Json): Json {
  // Null is one of a union, which takes it in.
  if (!isObject(schema) || isNull(schema)) return schema
  const given = mapSchemas(schema, toSchema30)
  const { type, const: constant, examples, exclusiveMinimum, exclusiveMaximum, prefixItems } = given
  const converted = omit(given, ...NOT_IN_30)
  // Whatever stands beside a reference is ignored.
  if (converted.$ref !== undefined) {
    return Object.keys(converted).length === 1 ? converted : { ...omit(converted, '$ref'), allOf: [{ $ref: converted.$ref }] }
  }
  if (prefixItems !== undefined) converted.items ??= {}
  if (constant !== undefined) Object.assign(converted, { type: typeof constant, enum: [constant] })
  if (Array.isArray(examples) && examples.length > 0) converted.example = examples[0]
  if (exclusiveMinimum !== undefined) Object.assign(converted, { minimum: exclusiveMinimum, exclusiveMinimum: true })
  if (exclusiveMaximum !== undefined) Object.assign(converted, { maximum: exclusiveMaximum, exclusiveMaximum: true })
  if (converted[KNOWN_VALUES] !== undefined) return knownText(converted)
  return type === undefined ? nullableUnion(converted) : withType(converted, [type].flat())
}

/** Plain text: clients made of 3.0 have no words for text that is mostly known. */
function knownText(schema: JsonObject): JsonObject {
  const { anyOf } = schema
  const isNullable = Array.isArray(anyOf) && anyOf.some(isNull)
  return { ...omit(schema, 'anyOf'), type: 'string', ...(isNullable && { nullable: true }) }
}

function isNull(schema: Json): boolean {
  return isObject(schema) && schema.type === 'null'
}

/** A union with null is nullable. */
function nullableUnion(schema: JsonObject): JsonObject {
  const { anyOf, ...rest } = schema
  if (!Array.isArray(anyOf) || !anyOf.some(isNull)) return schema
  const others = (anyOf as JsonObject[]).filter(one => !isNull(one))
  if (others.length > 1) return { ...rest, anyOf: others.map(one => ({ ...one, nullable: true })) }
  return others[0].$ref === undefined
    ? { ...rest, ...others[0], nullable: true } : { ...rest, allOf: others, nullable: true }
}

/** @param types one besides null */
function withType(schema: JsonObject, types: Json[]): JsonObject {
  const [type] = types.filter(name => name !== 'null')
  return {
    ...schema, type, ...(type === 'array' && { items: schema.items ?? {} }), ...(types.includes('null') && { nullable: true })
  }
}
