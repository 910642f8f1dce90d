/** The codes that an encoder of category_encoders gives to a column's categories before it does anything else. */
import type { Located } from '../common/located.js'
import { Dict, type Value } from '../pickle/values.js'
import { tableOf, type Name } from './names.js'

/** Codes of what is none of the categories, and of what is missing where the training had nothing missing. */
export const UNKNOWN = -1
export const MISSING = -2

export interface Codes {
  /** Texts, numbers or bools. */
  readonly values: Located
  /** For each of these. */
  readonly known: readonly number[]
  /** Undefined: a missing value is like an unknown one. */
  readonly missing: number | undefined
}

/**
 * @param encoder the OrdinalEncoder, or another encoder's `ordinal_encoder`
 * @param outer the encoder that groups the smallest categories, under whose name they then go
 */
export function readCodes(encoder: Located, outer: Located, name: Name): Codes {
  const table = tableOf(encoder.attr('mapping'), name) ?? encoder.attr('mapping').fail(`codes of the column ${name}`)
  const { labels, values } = table.value instanceof Dict ? readDict(table) : table.series()
  return lump(table, labels, values.map(value => value.number()), groupsOf(outer.attr('min_group_lumping_'), name), UNKNOWN)
}

/** Codes that somebody gave to the encoder, before version 2.6. */
function readDict(dict: Located): ReturnType<Located['series']> {
  const entries = dict.entries()
  return { labels: entries.map(({ key }) => key), values: entries.map(({ at }) => at) }
}

/** The label that each of the small categories goes under. */
type Groups = ReturnType<Located['entries']>

/** @returns none where nothing is grouped */
export function groupsOf(groups: Located, name: Name): Groups {
  if (groups.isNone) return []
  return tableOf(groups, name)?.entries() ?? []
}

/**
 * Codes by category, where some of these go under another's name.
 * @param absent the code of a name that has none
 */
export function lump(
  table: Located, labels: readonly Located[], codes: readonly number[], groups: Groups, absent: number
): Codes {
  const own = new Map(labels.map((label, i) => [valueOf(label), codes[i]]))
  const all = new Map(own)
  for (const { key, at } of groups) all.set(valueOf(key), own.get(valueOf(at)) ?? absent)
  const missing = all.get(NaN)
  all.delete(NaN)
  return { values: table.instead([...all.keys()]), known: [...all.values()], missing }
}

/** None is what NaN is. */
function valueOf({ value = null }: Located): Value {
  return value ?? NaN
}
