/** What an input takes of a caller, in words and as a rule, whoever checks it. */
import type { CheckedInput, NumberInput } from '../dump/dump.js'

/** Most characters of a text input: taking one apart holds up all other callers, for up to 0.1 s at this length. */
export const MAX_TEXT_LENGTH = 100_000

/** Longest list of categories that a text spells out. */
const LISTED = 20

/** How far an input goes in taking what a caller sends. */
export interface Leniency {
  /** A missing field counts as the model's fallback. */
  readonly absent: boolean
  /** So does null. */
  readonly missing: boolean
  /** So does text that is none of the categories. */
  readonly unknown: boolean
}

/** Whether an input takes true and false for 1 and 0, and no other number. */
export function isFlag(input: CheckedInput): boolean {
  return input.type === 'number' && input.boolean === true
}

/** An input that the answer does not depend on may always be missing, and its text be anything. */
export function leniencyOf(input: CheckedInput, used: boolean, strict: boolean): Leniency {
  if (!used) return { absent: true, missing: true, unknown: true }
  // Whatever the text is, the model was trained to take it.
  if (input.type === 'category' && input.hashed) return { absent: false, missing: false, unknown: true }
  // A null where the model takes missing values is not one: it is what the model was trained with.
  if (strict) return { absent: false, missing: takesMissing(input), unknown: input.type === 'text' }
  if (input.type === 'text') return { absent: false, missing: false, unknown: true }
  const missing = input.fallback?.missing !== undefined
  return {
    absent: missing,
    missing,
    unknown: input.type === 'category' && input.fallback?.unknown !== undefined
  }
}

/** Whether a missing value is one that the model itself knows, and not stood in for by another. */
function takesMissing(input: CheckedInput): boolean {
  const fallback = input.type === 'text' ? undefined : input.fallback
  return fallback?.missing === 'NaN' || fallback?.missing === null
}

/** What an input takes, for error messages. */
export function describeExpected(input: CheckedInput, leniency: Leniency): string {
  const kind = input.type === 'number'
    ? describeRange(input)
    : input.type === 'text' ? `text of at most ${MAX_TEXT_LENGTH} characters`
    : leniency.unknown ? input.hashed ? 'text or a whole number' : 'text'
    : `one of ${listed(input.categories.map(category => JSON.stringify(category)))}`
  return leniency.missing ? `${kind}, or null` : kind
}

function describeRange(input: NumberInput): string {
  const { minimum, maximum } = input
  if (isFlag(input)) return 'true or false'
  if (minimum !== undefined && maximum !== undefined) return `a number from ${minimum} to ${maximum}`
  if (minimum !== undefined) return `a number of ${minimum} or more`
  return maximum !== undefined ? `a number of ${maximum} or less` : 'a number'
}

/** The first names of a list, and how many there are besides. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, LISTED).join(', ')
  return names.length > LISTED ? `${shown} and ${names.length - LISTED} more` : shown
}
