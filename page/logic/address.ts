/** The state of the page in its address, after the `#`, so that a link shows what the sender sees. */
import type { Language } from './format.js'
import type { Field } from './fields.js'
import type { Row } from '../models/types.js'

export type Tab = 'try' | 'file' | 'models'

export const TABS: readonly Tab[] = ['try', 'file', 'models']

export interface Address {
  readonly tab: Tab
  /** What is tried: `customer` for the models with routes of their own, or a model's name. */
  readonly subject?: string | undefined
  /** Values of the first row and of a second one beside it, as texts by field; undefined where nothing is said. */
  readonly rows: readonly [first: Texts | undefined, second: Texts | undefined]
  /** Which of the rows the form shows. */
  readonly active: number
  /** What is explained. */
  readonly about?: string | undefined
  /** Over which field the curve is drawn. */
  readonly field?: string | undefined
  /** The model of the tab about models, the number of its tree from 0, and how deep it is drawn. */
  readonly model?: string | undefined
  readonly tree?: number | undefined
  readonly depth?: number | undefined
  readonly language?: Language | undefined
}

type Texts = Readonly<Record<string, string>>

/** The letter that begins the names of a row's fields. */
const ROWS = ['a', 'b'] as const

/** @param hash with or without its `#`; whatever is not understood is left out */
export function readAddress(hash: string): Address {
  const params = new URLSearchParams(hash.replace(/^#/, ''))
  const text = (name: string) => params.get(name) ?? undefined
  const whole = (name: string) => /^\d{1,6}$/.test(text(name) ?? '') ? Number(text(name)) : undefined
  const rows = [readTexts(params, 'a'), readTexts(params, 'b')] as const
  const language = text('lang')
  return {
    tab: TABS.find(tab => tab === text('tab')) ?? 'try',
    subject: text('of'),
    rows,
    active: text('edit') === 'b' && rows[1] !== undefined ? 1 : 0,
    about: text('about'),
    field: text('over'),
    model: text('model'),
    tree: whole('tree'),
    depth: whole('depth'),
    language: language === 'en' || language === 'id' ? language : undefined
  }
}

/** @returns text without `#`, which `readAddress` understands */
export function writeAddress(address: Address): string {
  const params = new URLSearchParams()
  const set = (name: string, value: string | number | undefined) => {
    if (value !== undefined && value !== '') params.set(name, String(value))
  }
  set('tab', address.tab === 'try' ? undefined : address.tab)
  set('of', address.subject)
  address.rows.forEach((row, i) => {
    if (row === undefined) return
    const entries = Object.entries(row)
    // A row without any value is not the same as one of which nothing is said.
    if (entries.length === 0) params.set(ROWS[i], '')
    for (const [name, value] of entries) params.set(`${ROWS[i]}.${name}`, value)
  })
  set('edit', address.active === 1 ? 'b' : undefined)
  set('about', address.about)
  set('over', address.field)
  set('model', address.model)
  set('tree', address.tree)
  set('depth', address.depth)
  set('lang', address.language)
  return params.toString()
}

function readTexts(params: URLSearchParams, letter: string): Texts | undefined {
  const entries = [...params].filter(([name]) => name.startsWith(`${letter}.`))
  if (entries.length === 0 && !params.has(letter)) return undefined
  return Object.fromEntries(entries.map(([name, value]) => [name.slice(letter.length + 1), value]))
}

/** The values of a row as texts; what is missing is left out. */
export function writeRow(row: Row): Texts {
  const entries = Object.entries(row).filter(([, value]) => value !== null && value !== undefined)
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]))
}

/** A row from the texts of an address; what a field cannot have is missing. */
export function readRow(fields: readonly Field[], texts: Texts): Row {
  return Object.fromEntries(fields.map(field =>
    [field.name, Object.hasOwn(texts, field.name) ? readValue(field, texts[field.name]) : null]))
}

function readValue(field: Field, text: string): unknown {
  if (field.kind === 'category' || field.kind === 'text') return text
  if (field.kind === 'choice') return field.options.find(option => String(option) === text) ?? null
  const value = text.trim() === '' ? NaN : Number(text)
  return Number.isFinite(value) ? value : null
}
