/** What a schema says of the places in a document, for messages. */
import type { JsonSchema } from '../../../src/dump/fits-shape.js'

/** Keys and indexes that lead to a place. */
export type Path = ReadonlyArray<string | number>

/** With the words that the check itself does not need. */
interface Described extends JsonSchema {
  readonly description?: string
}

/** The keys that may stand at a place. */
export function keysAt(schema: JsonSchema, path: Path): string[] {
  return [...new Set(schemasAt(schema, path).flatMap(part => Object.keys(part.properties ?? {})))]
}

/** What may stand at a place, where several things may; undefined where the check has better words. */
export function expectedAt(schema: JsonSchema, path: Path): string | undefined {
  const goDown = (parts: Described[], step: string | number) => parts.flatMap(spread).flatMap(at => inner(at, step))
  const [part] = path.reduce<Described[]>(goDown, [schema])
  return part?.anyOf === undefined ? undefined : part.description
}

/** Every shape that a place may have. */
function schemasAt(schema: JsonSchema, path: Path): JsonSchema[] {
  const goDown = (parts: JsonSchema[], step: string | number) =>
    parts.flatMap(part => inner(part, step)).flatMap(spread)
  return path.reduce(goDown, spread(schema))
}

function spread(schema: JsonSchema): JsonSchema[] {
  return schema.anyOf === undefined ? [schema] : schema.anyOf.flatMap(spread)
}

function inner({ properties = {}, patternProperties = {}, items }: JsonSchema, step: string | number): JsonSchema[] {
  if (typeof step === 'number') return items === undefined ? [] : [items].flat()
  if (Object.hasOwn(properties, step)) return [properties[step]]
  return Object.values(patternProperties)
}
