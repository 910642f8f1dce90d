/** The schema of a request body, from the inputs of the model that answers it. */
import { Type, type TSchema } from '@sinclair/typebox'
import type { CategoryInput, Input, NumberInput } from '../forest/dump.js'
import type { Model, Row } from '../model/types.js'

/** Longest list of categories that a text spells out. */
const LISTED = 20

/** A body schema with what goes with it. */
export interface BodySchema {
  readonly schema: TSchema
  /** What each field takes, in words, for error messages. */
  readonly expected: ReadonlyMap<string, string>
}

/** How far an input goes in taking what a caller sends. */
interface Leniency {
  /** Missing and null count as the model's fallback. */
  readonly missing: boolean
  /** So does text that is none of the categories. */
  readonly unknown: boolean
}

/**
 * Numbers are numbers, categories are text; whether gaps and unknown categories are taken is up to the model's
 * fallbacks, and strictness turns those off. Keys that the model does not know are allowed and have no effect.
 * @param id name of the schema in the OpenAPI document
 * @param strict a gap or an unknown category that would count as a fallback is refused
 * @param extra further properties that the route takes: text or null, each with an example
 */
export function buildBodySchema(
  model: Model, id: string, strict: boolean, extra: Readonly<Record<string, TSchema>> = {}
): BodySchema {
  const properties: Record<string, TSchema> = { ...extra }
  const expected = new Map(Object.keys(extra).map(name => [name, 'text, or null']))
  const required: string[] = []
  for (const input of model.inputs) {
    const used = model.usedInputs.has(input.name)
    const leniency = leniencyOf(input, used, strict)
    properties[input.name] = propertySchema(input, leniency, used)
    expected.set(input.name, describeExpected(input, leniency))
    if (!leniency.missing) required.push(input.name)
  }
  const schema = Type.Unsafe<Row>({
    $id: id,
    type: 'object',
    description: 'Keys other than these are ignored.',
    properties,
    ...(required.length > 0 && { required }),
    examples: [{ ...examplesOf(extra), ...exampleRow(model) }]
  })
  return { schema, expected }
}

/** A row of usable values: each input's own example, or one that fits it. */
function exampleRow(model: Model): Row {
  return Object.fromEntries(model.inputs.map(input => [input.name, exampleOf(input)]))
}

function examplesOf(properties: Readonly<Record<string, TSchema>>): Row {
  const entries = Object.entries(properties)
  return Object.fromEntries(entries.map(([name, { examples }]) => [name, (examples as unknown[])[0]]))
}

function exampleOf(input: Input): string | number {
  if (input.type === 'category') return input.example ?? input.categories[0]
  return input.example ?? input.minimum ?? Math.min(0, input.maximum ?? 0)
}

/** An input that the answer does not depend on may always be missing, and its text be anything. */
function leniencyOf(input: Input, used: boolean, strict: boolean): Leniency {
  if (!used) return { missing: true, unknown: true }
  if (strict) return { missing: false, unknown: false }
  return {
    missing: input.fallback?.missing !== undefined,
    unknown: input.type === 'category' && input.fallback?.unknown !== undefined
  }
}

function propertySchema(input: Input, leniency: Leniency, used: boolean): TSchema {
  const description = describeInput(input, leniency, used)
  return input.type === 'number' ? numberSchema(input, leniency, description) : textSchema(input, leniency, description)
}

function numberSchema(input: NumberInput, { missing }: Leniency, description: string): TSchema {
  return Type.Unsafe<number | null>({
    type: missing ? ['number', 'null'] : 'number',
    description,
    ...(input.minimum !== undefined && { minimum: input.minimum }),
    ...(input.maximum !== undefined && { maximum: input.maximum }),
    examples: [exampleOf(input)]
  })
}

/**
 * Where unknown text is taken, the categories are examples: generated clients get a plain string, which is what the
 * service takes.
 */
function textSchema(input: CategoryInput, { missing, unknown }: Leniency, description: string): TSchema {
  const example = exampleOf(input)
  return Type.Unsafe<string | null>({
    type: missing ? ['string', 'null'] : 'string',
    description,
    ...(unknown
      ? { examples: [example, ...input.categories.filter(category => category !== example)] }
      : { enum: missing ? [...input.categories, null] : input.categories, examples: [example] })
  })
}

function describeInput(input: Input, leniency: Leniency, used: boolean): string {
  const about = input.description?.replace(/\.$/, '') ?? ''
  const unit = input.type === 'number' && input.unit !== undefined ? `(${input.unit})` : ''
  const sentences = [[about, unit].filter(text => text !== '').join(' ')]
  if (input.type === 'category' && leniency.unknown) sentences.push(`The model knows ${listed(input.categories)}`)
  sentences.push(used ? describeFallback(input, leniency) : 'Checked, but this model does not use it')
  return sentences.filter(text => text !== '').map(text => `${text[0].toUpperCase()}${text.slice(1)}.`).join(' ')
}

function describeFallback(input: Input, leniency: Leniency): string {
  if (input.type === 'number') return leniency.missing ? `missing or null counts as ${input.fallback?.missing}` : ''
  const missing = leniency.missing ? `missing or null counts as ${input.fallback?.missing ?? 'no category'}` : ''
  const unknown = leniency.unknown ? `other text counts as ${input.fallback?.unknown ?? 'no category'}` : ''
  return [missing, unknown].filter(text => text !== '').join(', ')
}

function describeExpected(input: Input, leniency: Leniency): string {
  const kind = input.type === 'number'
    ? describeRange(input)
    : leniency.unknown ? 'text' : `one of ${listed(input.categories.map(category => JSON.stringify(category)))}`
  return leniency.missing ? `${kind}, or null` : kind
}

function describeRange({ minimum, maximum }: NumberInput): string {
  if (minimum !== undefined && maximum !== undefined) return `a number from ${minimum} to ${maximum}`
  if (minimum !== undefined) return `a number of ${minimum} or more`
  return maximum !== undefined ? `a number of ${maximum} or less` : 'a number'
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, LISTED).join(', ')
  return names.length > LISTED ? `${shown} and ${names.length - LISTED} more` : shown
}
