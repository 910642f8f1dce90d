/** What is wrong with a value that does not have its shape. */
import {
  collectIds, describeMisfit, fits, isGiven, isObject, itemSchema, resolve, type JsonSchema, type Schemas
} from './fits-shape.js'

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
  '$id', '$ref', 'type', 'const', 'enum', 'anyOf', 'properties', 'required', 'additionalProperties', 'patternProperties', 'items',
  'additionalItems', 'minItems', 'maxItems', 'uniqueItems', 'minLength', 'maxLength', 'pattern', 'minimum', 'maximum'
])

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
