import type { JsonSchema } from '../src/dump/fits-shape.js'
import { COMMON_KINDS } from '../src/model/common-kinds.js'

/** Kinds to keep, by the property whose shape lists them. */
const KEPT: Readonly<Record<string, { readonly tag: string, readonly kinds: readonly string[] }>> = {
  inputs: { tag: 'type', kinds: ['number', 'category', 'any'] },
  steps: { tag: 'op', kinds: Object.keys(COMMON_KINDS.steps) },
  model: { tag: 'kind', kinds: Object.keys(COMMON_KINDS.estimators) },
  link: { tag: 'kind', kinds: Object.keys(COMMON_KINDS.links) }
}

const OPERATIONS: readonly string[] = ['if', ...Object.keys(COMMON_KINDS.operations)]

/** Properties of what is not common, and constants that only rare variants of common kinds have. */
const RARE: readonly string[] = ['hashed', 'exp', 'logsumexp']

/**
 * The shape of those dumps that consist of common kinds only. Whatever has it has the shape of all dumps as well:
 * variants are left out, and properties that may be absent, in whose place there may be no other.
 * @param property whose shape it is
 */
export function narrowShape(shape: JsonSchema, property = ''): JsonSchema {
  const { anyOf, items, properties } = shape
  return {
    ...shape,
    ...(anyOf && { anyOf: property === 'expression' ? anyOf.flatMap(narrowOperation) : narrowVariants(anyOf, property) }),
    // A tuple is an operation.
    ...(items && !Array.isArray(items) && { items: narrowShape(items as JsonSchema, property) }),
    ...(properties && { properties: narrowProperties(properties) })
  }
}

function narrowVariants(variants: readonly JsonSchema[], property: string): JsonSchema[] {
  const { tag, kinds } = KEPT[property] ?? {}
  const kept = variants.filter(variant =>
    !RARE.includes(constantOf(variant)) && (tag === undefined || kinds.includes(constantOf(variant.properties?.[tag]))))
  return kept.map(variant => narrowShape(variant))
}

function narrowProperties(properties: Readonly<Record<string, JsonSchema>>): Record<string, JsonSchema> {
  const kept = Object.entries(properties).filter(([name]) => !RARE.includes(name))
  return Object.fromEntries(kept.map(([name, shape]) => [name, narrowShape(shape, name)]))
}

/** An operation is a tuple whose first item says which, or which of several. */
function narrowOperation(variant: JsonSchema): JsonSchema[] {
  if (!Array.isArray(variant.items)) return [variant]
  const [name, ...operands] = variant.items as readonly JsonSchema[]
  const kept = (name.anyOf ?? [name]).filter(shape => OPERATIONS.includes(constantOf(shape)))
  if (kept.length === 0) return []
  return [{ ...variant, items: [name.anyOf === undefined ? name : { anyOf: kept }, ...operands] }]
}

function constantOf(shape: JsonSchema | undefined): string {
  return String(shape?.const)
}
