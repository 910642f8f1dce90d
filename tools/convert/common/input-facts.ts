/** What is known of an input once all that reads it is converted, and how the dump says it. */
import type { Input } from '../../../src/dump/dump.js'

/** What the transformers that read an input make of it. */
export interface Facts {
  readonly base: Input
  /** Whether any transformer or predictor reads it. */
  read: boolean
  /** Texts that encoders or imputers know, in code order; undefined for numbers. */
  texts: string[] | undefined
  /** The only numbers that some encoder takes. */
  numbers: readonly number[] | undefined
  /** Whether the categories that an encoder knows are False and True. */
  booleans: boolean
  /** Whether LightGBM changed its name. */
  renamed: boolean
  /** Whether something takes a missing value, and whether something else does not. */
  takesMissing: boolean
  refusesMissing: boolean
  refusesUnknown: boolean
  /** What imputers put where it is missing, one entry a reader; undefined where it stays missing. */
  readonly fills: Array<string | undefined>
}

/** The input as the dump has it. */
export function describeInput(facts: Facts): Input {
  const input = describeUse(facts)
  return facts.renamed && input.type !== 'any' ? { ...input, renamed: true } : input
}

function describeUse(facts: Facts): Input {
  const { base, texts, takesMissing, refusesMissing, refusesUnknown, fills } = facts
  // A recipe that says what a missing value counts as has the last word.
  if (base.type !== 'number' || base.fallback !== undefined) return base
  const { name, description } = base
  if (!facts.read) return { name, type: 'any', ...(description !== undefined && { description }) }
  const accepts = takesMissing && !refusesMissing
  if (texts === undefined) {
    const numbers = facts.numbers ?? (facts.booleans ? [0, 1] : undefined)
    return {
      ...base,
      ...(facts.booleans ? { boolean: true as const } : { acceptsBoolean: true as const }),
      ...(numbers?.[0] !== undefined && { values: [...numbers], example: numbers[0] }),
      ...(accepts && { fallback: { missing: 'NaN' as const } })
    }
  }
  const fill = fills.every(text => text === fills[0]) ? fills[0] ?? null : null
  const fallback = { ...(accepts && { missing: fill }), ...(!refusesUnknown && { unknown: null }) }
  return {
    name: base.name,
    type: 'category',
    ...(base.description !== undefined && { description: base.description }),
    categories: texts,
    example: texts[0],
    ...(Object.keys(fallback).length > 0 && { fallback })
  }
}
