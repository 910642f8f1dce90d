import type { Dump, Input } from '../dump/dump.js'
import type { Row } from '../errors/input-error.js'

/**
 * Values that a model is proven to take: its golden row with the fewest missing values, which are filled from the other
 * rows.
 * @returns undefined when there are no golden rows; lacks the inputs for which none has a value
 */
export function pickExample({ inputs, golden }: Pick<Dump, 'inputs' | 'golden'>): Row | undefined {
  const rows = golden.map(({ input: row }) =>
    inputs.map(input => isUsable(input, row[input.name]) ? row[input.name] : undefined))
  if (rows.length === 0) return undefined
  const gaps = rows.map(values => values.filter(value => value === undefined).length)
  const best = rows[gaps.indexOf(Math.min(...gaps))]
  const entries = inputs.map(({ name }, i) => [name, best[i] ?? rows.find(row => row[i] !== undefined)?.[i]] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

/** Whether a value is one that the input's own description allows, and not missing. */
function isUsable(input: Input, value: unknown): boolean {
  if (input.type === 'category') return typeof value === 'string' && input.categories.includes(value)
  return input.type === 'number' && typeof value === 'number' && value >= (input.minimum ?? -Infinity) && value <= (input.maximum ?? Infinity)
}
