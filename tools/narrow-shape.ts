import type { JsonSchema } from '../src/dump/fits-shape.js'
import { COMMON_KINDS } from '../src/model/common-kinds.js'

/** Where the shape of a dump lists kinds: the property that they are of, the one that tells them apart, those to keep. */
const LISTS: ReadonlyArray<readonly [property: string, kind: string, kept: readonly string[]]> = [
  ['steps', 'op', Object.keys(COMMON_KINDS.steps)],
  ['model', 'kind', Object.keys(COMMON_KINDS.estimators)],
  ['link', 'kind', Object.keys(COMMON_KINDS.links)],
  ['inputs', 'type', ['number', 'category', 'any']]
]

/** Properties of what is not common, wherever they stand. */
const RARE: ReadonlySet<string> = new Set(['hashed'])

/**
 * The shape of those dumps that consist of common kinds only. What has it has the shape of all dumps as well: variants
 * and properties that may be absent are left out, and no other property may stand there.
 */
export function narrowShape(shape: JsonSchema, property?: string): JsonSchema {
  const list = LISTS.find(([name]) => name === property)
  const { anyOf, items, properties } = shape
  const variants = list === undefined ? anyOf : anyOf?.filter(variant => list[2].includes(String(variant.properties?.[list[1]]?.const)))
  return {
    ...shape,
    ...(variants && { anyOf: variants.map(variant => narrowShape(variant)) }),
    ...(items && { items: Array.isArray(items) ? items.map((item: JsonSchema) => narrowShape(item)) : narrowShape(items as JsonSchema, property) }),
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).filter(([name]) => !RARE.has(name))
        .map(([name, part]) => [name, narrowShape(part, name)]))
    })
  }
}
