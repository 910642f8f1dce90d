/** Fastify's own compiler of answers to text, but for how it writes numbers. */
import SerializerSelector from '@fastify/fast-json-stringify-compiler'

type BuildSerializer = ReturnType<typeof SerializerSelector>

/**
 * fast-json-stringify makes the text of a number with `'' + number`, and V8 keeps that text in its old space in case it
 * is asked for again: memory that grows with each number that is new, until the next full collection. `JSON.stringify`
 * gives the same text, keeps nothing and takes as long. It writes the values of which a schema says nothing.
 */
export const buildSerializer: BuildSerializer = (externalSchemas, options) => {
  const compile = SerializerSelector()(withoutNumbers(externalSchemas), options)
  return route => compile({ ...route, schema: withoutNumbers(route.schema) })
}

/** A schema, or several by their names, in which nothing is said of numbers and of lists of them. */
function withoutNumbers(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutNumbers)
  if (typeof schema !== 'object' || schema === null) return schema
  const { type, items } = schema as { type?: unknown, items?: { type?: unknown } }
  if (type === 'number' || (type === 'array' && items?.type === 'number')) return {}
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, withoutNumbers(value)]))
}
