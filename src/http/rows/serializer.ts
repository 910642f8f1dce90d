/** Fastify's own compiler of answers to text, but for how it writes numbers that are not integers. */
import SerializerSelector from '@fastify/fast-json-stringify-compiler'

type BuildSerializer = ReturnType<typeof SerializerSelector>

/**
 * fast-json-stringify makes the text of a number with `'' + number`, and V8 keeps that text in its old space in case it
 * is asked for again: memory that grows with each number that is new, until the next full collection. `JSON.stringify`
 * gives the same text, keeps nothing and takes as long. It writes the values of which a schema says nothing, and so
 * whatever stands where a number should be, unchecked: answers are made by this project alone, and `finite` sees to it
 * that they have no NaN, which would be `null`.
 */
export const buildSerializer: BuildSerializer = (externalSchemas, options) => {
  const compile = SerializerSelector()(eachOf(externalSchemas, withoutNumbers), options)
  return route => compile({ ...route, schema: withoutNumbers(route.schema) })
}

/** What is left of the schema of a number, or of a list of numbers. */
const KEPT = new Set(['$id', 'const', 'default'])

/**
 * A schema that does not say which of its values are numbers or lists of numbers, and all else as before. Only such
 * parts as answers have are looked at: what a value is first compared with, as in `anyOf`, has to stay whole. Integers
 * stay too, since counts and classes are the same few over and over.
 */
function withoutNumbers(schema: unknown): unknown {
  if (!isObject(schema)) return schema
  const { type, items } = schema
  if (type === 'number' || (type === 'array' && isObject(items) && items.type === 'number')) {
    return Object.fromEntries(Object.entries(schema).filter(([key]) => KEPT.has(key)))
  }
  const changed = { ...schema }
  if ('properties' in schema) changed.properties = eachOf(schema.properties, withoutNumbers)
  for (const key of ['items', 'additionalProperties']) if (key in schema) changed[key] = withoutNumbers(schema[key])
  return changed
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function eachOf(schemas: unknown, change: (schema: unknown) => unknown): unknown {
  if (!isObject(schemas)) return schemas
  return Object.fromEntries(Object.entries(schemas).map(([name, one]) => [name, change(one)]))
}
