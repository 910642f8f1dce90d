/** What the encoders share: categories as the numbers that a column holds, and the step that looks them up. */
import type { Step } from '../../../src/dump/dump.js'
import type { Frame } from '../common/frame.js'
import type { Located } from '../common/located.js'

type Lookup = Extract<Step, { op: 'lookup' }>
export type AnyFloat64 = Lookup['results'][number]

/** The categories of one column, in scikit-learn's order. */
export interface Categories {
  /** What the column holds for each: the number itself, a text's code, NaN for None and NaN. */
  readonly values: readonly number[]
  /** As scikit-learn names the columns that it makes of them. */
  readonly names: readonly string[]
}

/**
 * Reads `categories_[i]`: texts, numbers or bools, with None or NaN among them. A column of texts becomes an input of
 * text. JSON's null is None to an encoder that knows both None and NaN.
 */
export function readCategories(categories: Located, column: string, frame: Frame): Categories {
  const items = categories.items()
  const texts = items.filter(item => typeof item.value === 'string')
  if (texts.length === 0) {
    const values = items.map(readNumber)
    if (items.some(item => typeof item.value === 'boolean')) frame.markBoolean(column)
    return { values, names: items.map(nameOf) }
  }
  const codes = frame.textCodes(column, texts.map(item => item.text()), categories)
  const values = items.map(item => {
    if (typeof item.value === 'string') return codes[texts.indexOf(item)]
    return isMissing(item) ? NaN : item.fail('a str, None or NaN, as the other categories are text')
  })
  return { values, names: items.map(nameOf) }
}

function readNumber(item: Located): number {
  const { value } = item
  if (isMissing(item)) return NaN
  return typeof value === 'boolean' ? Number(value) : item.number()
}

function isMissing({ value }: Located): boolean {
  return value === null || Number.isNaN(value)
}

function nameOf({ value }: Located): string {
  if (typeof value === 'string' || (typeof value === 'number' && !Number.isNaN(value))) return String(value)
  return value === null ? 'None' : value === true ? 'True' : value === false ? 'False' : 'nan'
}

/** What each category of a column becomes. */
export interface Coding {
  readonly categories: Categories
  readonly results: readonly number[]
  /** Undefined: an unknown value is refused. */
  readonly unknown: number | undefined
}

/** Replaces the column's categories by codes. */
export function pushLookup(column: string, { categories, results, unknown }: Coding, frame: Frame): void {
  // Where None and NaN are both categories, null is None, which comes first.
  const gap = categories.values.findIndex(Number.isNaN)
  const known = categories.values.map((_, i) => i).filter(i => !Number.isNaN(categories.values[i]))
  const values = known.map(i => categories.values[i])
  frame.readByEncoder(column, { missing: gap >= 0 || unknown !== undefined, unknown: unknown !== undefined }, values)
  frame.steps.push({
    op: 'lookup',
    column,
    values,
    results: known.map(i => anyFloat64(results[i])),
    ...(gap >= 0 && { missing: anyFloat64(results[gap]) }),
    ...(unknown !== undefined && { unknown: anyFloat64(unknown) })
  })
  const nan = { missing: Number.isNaN(gap >= 0 ? results[gap] : unknown), unknown: Number.isNaN(unknown) }
  if (nan.missing || nan.unknown) frame.encodeWithNaN(column, nan, values)
  else frame.encode([column])
}

/** A float64 as a dump writes it. */
export function anyFloat64(value: number): AnyFloat64 {
  if (Number.isFinite(value)) return value
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity'
}

/** `_default_to_infrequent_mappings[i]`: for each category the index that it has once infrequent ones are grouped. */
export function readGrouping(estimator: Located, count: number): Array<readonly number[] | undefined> {
  const mappings = estimator.attr('_default_to_infrequent_mappings')
  if (!estimator.attr('_infrequent_enabled').flag(false) || mappings.isNone) return new Array<undefined>(count).fill(undefined)
  return mappings.items().map(mapping => mapping.isNone ? undefined : mapping.items().map(item => item.number()))
}

/** `categories_`, one list per column. */
export function readAllCategories(estimator: Located, columns: readonly string[], frame: Frame): Categories[] {
  const lists = estimator.attr('categories_').items()
  if (lists.length !== columns.length) estimator.attr('categories_').fail(`categories of ${columns.length} columns`)
  return lists.map((list, i) => readCategories(list, columns[i], frame))
}
