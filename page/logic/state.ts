/** What the page shows, as far as people choose it. */
import { readRow, writeRow, type Address, type Tab } from './address.js'
import type { Field } from './fields.js'
import type { Language } from './format.js'
import type { Row } from '../models/types.js'

export interface State {
  readonly tab: Tab
  readonly language: Language
  /** Id of what is tried. */
  readonly subject: string
  /** One row, or two beside each other. */
  readonly rows: readonly Row[]
  /** Which of them the form changes. */
  readonly active: number
  /** What is explained: the model, and of several outputs which one, as `MODEL` or `MODEL/1`. */
  readonly about: string | undefined
  readonly field: string | undefined
  readonly model: string | undefined
  readonly tree: number
  readonly depth: number
}

export const FIRST_DEPTH = 3

/** Rows of an address, or the first sample where it has none. */
export function readRows({ rows }: Address, fields: readonly Field[], samples: readonly Row[]): Row[] {
  const read = rows.flatMap(texts => texts === undefined ? [] : [readRow(fields, texts)])
  return read.length > 0 ? read : [completeRow(fields, samples[0] ?? {})]
}

/** A row that has every field, with null for those that it lacks. */
export function completeRow(fields: readonly Field[], row: Row): Row {
  return Object.fromEntries(fields.map(({ name }) => [name, row[name] ?? null]))
}

/** @param languageIsChosen whether the language is other than what the browser asks for */
export function toAddress(state: State, languageIsChosen: boolean): Address {
  const { tab, subject, rows: [first, second], active, about, field, model, tree, depth, language } = state
  return {
    tab, subject, active, about, field, model,
    rows: [writeRow(first), second && writeRow(second)],
    tree: tree === 0 ? undefined : tree,
    depth: depth === FIRST_DEPTH ? undefined : depth,
    language: languageIsChosen ? language : undefined
  }
}

/** Whether two rows have the same values. */
export function isSameRow(a: Row, b: Row): boolean {
  return listDifferences(a, b).length === 0
}

/** Names of the fields whose values differ. */
export function listDifferences(a: Row, b: Row): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(name => !Object.is(a[name] ?? null, b[name] ?? null))
}
