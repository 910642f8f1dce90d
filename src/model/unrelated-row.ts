/** Rows that have none of a model's fields, which fallbacks alone would answer with as much confidence as any other. */
import { findNearName } from './near-names.js'
import { findOriginals, InputError, type Model, type Row } from './types.js'

/** Names that a message lists. */
const LISTED = 5

/** Keys of a row that are looked at for a message: a caller may send a million. */
const LOOKED_AT = 100

type Fields = Pick<Model, 'inputs' | 'usedInputs'>

/**
 * Whether a row has none of the fields that the answer depends on, or, of a model that depends on one of several, none
 * of all its fields. A field that is null is there: whoever sends it knows its name.
 * @param defaulted of the row's prediction: asked first, since it is undefined for most rows
 */
export function isUnrelated(
  { inputs, usedInputs }: Fields, row: Row, defaulted: readonly string[] | undefined
): boolean {
  if (defaulted === undefined || defaulted.length < usedInputs.size || inputs.length < 2) return false
  if (findOriginals(inputs, Object.keys(row)).size > 0) return false
  if (usedInputs.size > 1) return defaulted.every(name => !Object.hasOwn(row, name))
  return inputs.every(({ name }) => !Object.hasOwn(row, name))
}

/**
 * What a caller whose row is unrelated is told: which fields there are, and which ones may be meant.
 * @param field that names the row as a whole
 */
export function unrelatedRowError({ inputs, usedInputs }: Fields, row: Row, field: string): InputError {
  const names = inputs.map(({ name }) => name).filter(name => usedInputs.has(name))
  const keys = Object.keys(row).slice(0, LOOKED_AT)
  const received = keys.length === 0 ? 'an object without keys' : `an object with ${listed(keys)}`
  return new InputError([{
    field, expected: `at least one of the model's fields ${listed(names)}`, received: received + advise(keys, row, names)
  }])
}

function advise(keys: readonly string[], row: Row, names: readonly string[]): string {
  const wrapper = keys.find(key => holdsField(row[key], names))
  if (wrapper !== undefined) return `; the fields are within ${quote(wrapper)}: send them without it`
  const near = keys.flatMap(key => {
    const name = findNearName(key, names)
    return name === undefined ? [] : [`${quote(name)} for ${quote(key)}`]
  })
  return near.length === 0 ? '' : `; write ${near.slice(0, LISTED).join(', ')}`
}

/** Whether a value is a row, or a list of rows, that has one of the names. */
function holdsField(value: unknown, names: readonly string[]): boolean {
  const row: unknown = Array.isArray(value) ? value[0] : value
  return typeof row === 'object' && row !== null && names.some(name => Object.hasOwn(row, name))
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, LISTED).map(quote).join(', ')
  return names.length > LISTED ? `${shown} and ${names.length - LISTED} more` : shown
}

function quote(name: string): string {
  return JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}...` : name)
}
