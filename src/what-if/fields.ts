/** Which values a field can be given. */
import type { CheckedInput, Input } from '../dump/dump.js'
import { describeValue } from '../errors/describe-value.js'
import { InputError } from '../errors/input-error.js'
import { isFlag, leniencyOf } from '../model/input-rules.js'
import type { Span } from './pieces.js'

/** One of several values that a field may have. */
export interface Choice {
  /** null where the field is missing. */
  readonly value: string | number | boolean | null
  /** Whether it stands for any text that is none of the categories. */
  readonly isUnknown?: true
}

/** A field as what may change. */
export interface Field {
  readonly name: string
  /** Its place among the inputs. */
  readonly index: number
  /** The numbers that it may have; undefined where it has choices alone. */
  readonly span: Span | undefined
  /** Values that are not in the span: categories, true and false, missing. */
  readonly choices: readonly Choice[]
  /** Whether only whole numbers make sense. */
  readonly isWhole: boolean
  /** What a missing value counts as, where that is a number. */
  readonly fallback: number | undefined
  /** Whether any text is taken, and a category's number is its hash. */
  readonly isHashed: boolean
  /** From the least to the largest number that the model is proven with; undefined when there are none. */
  readonly seen: Span | undefined
}

/** A row that proves a model. */
type ProvenRow = Readonly<Record<string, unknown>>

/** Fewest rows that say whether a field is counted. */
const ENOUGH_ROWS = 3

function listNumbers(name: string, rows: readonly ProvenRow[]): number[] {
  return rows.map(row => row[name]).filter(value => typeof value === 'number')
}

/** Whether a model has seen whole numbers only. */
export function isCounted({ name, type }: Input, rows: readonly ProvenRow[]): boolean {
  const values = listNumbers(name, rows)
  return type === 'number' && values.length >= ENOUGH_ROWS && values.every(Number.isInteger)
}

/**
 * @param rows that prove the model
 * @returns undefined for text, and for what the model does not read at all
 */
export function describeField(input: Input, index: number, isUsed: boolean, rows: readonly ProvenRow[]): Field | undefined {
  if (input.type === 'any' || input.type === 'text') return undefined
  const { name } = input
  const missing: Choice[] = leniencyOf(input, isUsed, false).missing ? [{ value: null }] : []
  const field = { name, index, span: undefined, isWhole: false, fallback: undefined, isHashed: false, seen: undefined }
  if (input.type === 'category') {
    const choices = [...input.categories.map(value => ({ value })), ...missing, ...unknownOf(input, isUsed)]
    return { ...field, choices, isHashed: input.hashed === true }
  }
  const fallback = typeof input.fallback?.missing === 'number' ? input.fallback.missing : undefined
  const values = isFlag(input) ? [false, true] : input.values
  if (values !== undefined) return { ...field, choices: [...values.map(value => ({ value })), ...missing], fallback }
  const numbers = listNumbers(name, rows)
  return {
    ...field,
    fallback,
    choices: missing,
    span: { from: input.minimum ?? -Number.MAX_VALUE, to: input.maximum ?? Number.MAX_VALUE },
    isWhole: isCounted(input, rows),
    seen: numbers.length === 0 ? undefined : { from: Math.min(...numbers), to: Math.max(...numbers) }
  }
}

/** Texts that are hashed may each have an answer of their own. */
function unknownOf(input: Extract<CheckedInput, { type: 'category' }>, isUsed: boolean): Choice[] {
  if (input.hashed || !leniencyOf(input, isUsed, false).unknown) return []
  let value = '?'
  while (input.categories.includes(value)) value += '?'
  return [{ value, isUnknown: true }]
}

/** A span that ends at whole numbers; undefined when it holds none. */
export function toWhole({ from, to }: Span): Span | undefined {
  const span = { from: Math.ceil(from), to: Math.floor(to) }
  return span.from <= span.to ? { from: span.from + 0, to: span.to + 0 } : undefined
}

/**
 * The part of a field's span within bounds that a caller gives.
 * @throws InputError when they are no numbers, are the wrong way round, or leave nothing
 */
export function limitSpan(span: Span, bounds: unknown, option: string): Span {
  if (bounds === undefined) return span
  const isPair = Array.isArray(bounds) && bounds.length === 2 && bounds.every(Number.isFinite) && bounds[0] <= bounds[1]
  if (!isPair) throw optionError(option, 'a list of two numbers, the smaller one first', bounds)
  const [low, high] = bounds as number[]
  const limited = { from: Math.max(span.from, low) + 0, to: Math.min(span.to, high) + 0 }
  if (limited.from > limited.to) throw optionError(option, `numbers within ${span.from} to ${span.to}, which the model takes`, bounds)
  return limited
}

export function optionError(field: string, expected: string, value: unknown): InputError {
  return new InputError([{ field, expected, received: Array.isArray(value) && value.length < 5 ? `the list ${JSON.stringify(value)}` : describeValue(value) }])
}
