/** The schema of a request body, from the inputs of the model that answers it. */
import { Type, type TSchema } from '@sinclair/typebox'
import type { AnyInput, CategoryInput, CheckedInput, NumberInput, TextInput } from '../../dump/dump.js'
import { describeExpected, isFlag, leniencyOf, listed, MAX_TEXT_LENGTH, type Leniency } from '../../model/input-rules.js'
import type { Model, Row } from '../../model/types.js'
import { KNOWN_VALUES } from '../shared/schema-words.js'

/** Names of properties that readers of schemas take for something else, and fail. */
const RESERVED = ['__proto__', '$id', '$ref']

/** A body schema with what goes with it. */
export interface BodySchema {
  readonly schema: TSchema
  /** What each field takes, in words, for error messages. */
  readonly expected: ReadonlyMap<string, string>
}

/** Why a model cannot have a schema for its inputs; undefined when it can. */
export function whyUnservable({ inputs }: Model): string | undefined {
  const input = inputs.find(({ name }) => RESERVED.includes(name))
  if (input === undefined) return undefined
  return `its column ${JSON.stringify(input.name)} cannot be a key of a request: rename it and train the model again`
}

/**
 * Numbers are numbers, flags true and false, categories text; whether missing values and unknown categories are taken
 * is up to the model's fallbacks, and strictness turns those off. Keys that the model does not know are allowed and
 * have no effect.
 * @param id name of the schema in the OpenAPI document
 * @param strict a missing value or an unknown category that would count as a fallback is refused
 * @param extra further properties that the route takes, whatever their values, each with an example
 */
export function buildBodySchema(
  model: Model, id: string, strict: boolean, extra: Readonly<Record<string, TSchema>> = {}
): BodySchema {
  const properties: Record<string, TSchema> = { ...extra }
  const expected = new Map<string, string>()
  const required: string[] = []
  const example = exampleRow(model)
  for (const input of model.inputs) {
    if (input.type === 'any') {
      properties[input.name] = anySchema(input)
      continue
    }
    const used = model.usedInputs.has(input.name)
    const leniency = leniencyOf(input, used, strict)
    properties[input.name] = propertySchema(input, leniency, used, example[input.name])
    expected.set(input.name, describeExpected(input, leniency))
    if (!leniency.absent) required.push(input.name)
  }
  const schema = Type.Unsafe<Row>({
    $id: id,
    type: 'object',
    description: 'Keys other than these are ignored.',
    properties,
    // Said aloud, or else clients in TypeScript refuse a record that has more.
    additionalProperties: true,
    ...(required.length > 0 && { required }),
    examples: [{ ...examplesOf(extra), ...example }]
  })
  return { schema, expected }
}

/**
 * A row that the model answers to: each input's own example, or, where one has none, the row that the dump is proven
 * with. Without either it is values that fit the inputs.
 */
export function exampleRow({ inputs, example = {} }: Model): Row {
  const proven = inputs.every(input => input.type === 'any' || input.example !== undefined) ? {} : example
  return Object.fromEntries(inputs.filter(input => input.type !== 'any').map(input => {
    const value = Object.hasOwn(proven, input.name) ? proven[input.name] : exampleOf(input)
    return [input.name, isFlag(input) ? value === 1 : value]
  }))
}

function examplesOf(properties: Readonly<Record<string, TSchema>>): Row {
  const entries = Object.entries(properties)
  return Object.fromEntries(entries.map(([name, { examples }]) => [name, (examples as unknown[])[0]]))
}

function exampleOf(input: CheckedInput): string | number | boolean {
  if (input.type === 'category') return input.example ?? input.categories[0]
  if (input.type === 'text') return input.example ?? ''
  return input.example ?? input.minimum ?? Math.min(0, input.maximum ?? 0)
}

/** Without a type: anything may stand there. */
function anySchema({ description = '' }: AnyInput): TSchema {
  const about = description === '' ? '' : `${description.replace(/\.$/, '')}. `
  return Type.Unsafe<unknown>({ description: `${about}The model does not read it: any value is taken, or none.` })
}

function propertySchema(
  input: CheckedInput, leniency: Leniency, used: boolean, example: unknown
): TSchema {
  const description = describeInput(input, leniency, used)
  return input.type === 'number'
    ? numberSchema(input, leniency, description, example)
    : textSchema(input, leniency, description, example)
}

function numberSchema(input: NumberInput, { missing }: Leniency, description: string, example: unknown): TSchema {
  if (isFlag(input)) {
    return Type.Unsafe<boolean | number | null>({
      type: ['boolean', 'integer', ...(missing ? ['null'] : [])], description, minimum: 0, maximum: 1, examples: [example]
    })
  }
  const types = ['number', ...(input.acceptsBoolean === true ? ['boolean'] : []), ...(missing ? ['null'] : [])]
  return Type.Unsafe<number | boolean | null>({
    type: types.length === 1 ? 'number' : types,
    description,
    ...(input.minimum !== undefined && { minimum: input.minimum }),
    ...(input.maximum !== undefined && { maximum: input.maximum }),
    examples: [example]
  })
}

/**
 * Where unknown text is taken, the categories are values that are known, beside which there may be others.
 */
function textSchema(
  input: CategoryInput | TextInput, { missing, unknown }: Leniency, description: string, example: unknown
): TSchema {
  if (input.type === 'text') {
    return Type.Unsafe<string>({ type: 'string', maxLength: MAX_TEXT_LENGTH, description, examples: [example] })
  }
  if (input.hashed) return hashedSchema(input, missing, description, example)
  return Type.Unsafe<string | null>({
    type: missing ? ['string', 'null'] : 'string',
    description,
    examples: [example],
    ...(unknown
      ? { [KNOWN_VALUES]: input.categories }
      : { enum: missing ? [...input.categories, null] : input.categories })
  })
}

/** Text is hashed, whatever it is, and so are integers that JSON keeps. */
function hashedSchema({ categories }: CategoryInput, missing: boolean, description: string, example: unknown): TSchema {
  return Type.Unsafe<string | number | boolean | null>({
    type: ['string', 'integer', 'boolean', ...(missing ? ['null'] : [])],
    description,
    minimum: Number.MIN_SAFE_INTEGER,
    maximum: Number.MAX_SAFE_INTEGER,
    examples: [example, ...categories.filter(category => category !== example)]
  })
}

function describeInput(input: CheckedInput, leniency: Leniency, used: boolean): string {
  const about = input.description?.replace(/\.$/, '') ?? ''
  const unit = input.type === 'number' && input.unit !== undefined ? `(${input.unit})` : ''
  const sentences = [[about, unit].filter(text => text !== '').join(' ')]
  if (input.type === 'category' && leniency.unknown) sentences.push(`The model knows ${listed(input.categories)}`)
  sentences.push(used ? describeFallback(input, leniency) : 'Checked, but this model does not use it')
  return sentences.filter(text => text !== '').map(text => `${text[0].toUpperCase()}${text.slice(1)}.`).join(' ')
}

function describeFallback(input: CheckedInput, leniency: Leniency): string {
  if (input.type === 'text') return 'any text'
  const gaps = leniency.absent ? 'missing or null' : 'null'
  if (input.type === 'number') return leniency.missing ? describeMissing(input, gaps) : ''
  const missing = leniency.missing ? `${gaps} counts as ${input.fallback?.missing ?? 'no category'}` : ''
  const unknown = leniency.unknown && !input.hashed ? `other text counts as ${input.fallback?.unknown ?? 'no category'}` : ''
  return [missing, unknown].filter(text => text !== '').join(', ')
}

function describeMissing({ fallback }: NumberInput, gaps: string): string {
  if (fallback?.missing === 'NaN') return `${gaps} is a missing value, which the model takes`
  return `${gaps} counts as ${fallback?.missing}`
}
