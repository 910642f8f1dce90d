/** Encoders of other packages, which make one or more columns of each: what they put there for every value. */
import { anyFloat64, pushLookup, readCategories, type Categories } from './categories.js'
import type { Frame } from '../common/frame.js'
import type { Located } from '../common/located.js'

/** One number for each column that is made; undefined where the value is an error. */
export type Outcome = readonly number[] | undefined

/** What becomes of a column. */
export interface Outcomes {
  /** The known values: texts, numbers or bools. */
  readonly values: Located
  /** For each of these. */
  readonly known: readonly Outcome[]
  readonly missing: Outcome
  readonly unknown: Outcome
  /** Names of the columns that are made. */
  readonly names: readonly string[]
}

/**
 * Appends the steps that put the outcomes in place of the column.
 * @returns names of the columns that are made, in order
 */
export function pushOutcomes(column: string, outcomes: Outcomes, frame: Frame): string[] {
  const { values, known, missing, unknown, names } = outcomes
  const all = readCategories(values, column, frame)
  const taken = known.map((_, i) => i).filter(i => known[i] !== undefined)
  // What is missing comes last, as a category of its own.
  const gap = missing === undefined ? [] : [missing]
  const categories: Categories = {
    values: [...taken.map(i => all.values[i]), ...gap.map(() => NaN)],
    names: [...taken.map(i => all.names[i]), ...gap.map(() => 'nan')]
  }
  const rows = [...taken.map(i => known[i] ?? []), ...gap]
  if (missing === undefined) frame.checkNumbers([column], { missing: false })
  if (names.length === 1) {
    pushLookup(column, { categories, results: rows.map(([result]) => result), unknown: unknown?.[0] }, frame)
    return [column]
  }
  return pushSeveral(column, { categories, rows, missing, unknown, names }, frame)
}

interface Several {
  readonly categories: Categories
  readonly rows: ReadonlyArray<readonly number[]>
  readonly missing: Outcome
  readonly unknown: Outcome
  readonly names: readonly string[]
}

/** The column becomes the number of its outcome, and each column that is made looks its cell up by that. */
function pushSeveral(column: string, { categories, rows, missing, unknown, names }: Several, frame: Frame): string[] {
  const all = unknown === undefined ? rows : [...rows, unknown]
  const origin = frame.copyAs(column, `${column} outcome`)
  pushLookup(origin, {
    categories, results: rows.map((_, i) => i), unknown: unknown === undefined ? undefined : rows.length
  }, frame)
  const known = categories.values.filter(value => !Number.isNaN(value))
  return names.map((name, k) => {
    const cells = all.map(row => row[k])
    if (isIndicator(cells)) {
      const as = frame.addColumn(name)
      frame.steps.push({ op: 'one-hot', column: origin, values: [cells.indexOf(1)], as: [as] })
      return as
    }
    const own = frame.copyAs(column, name, origin)
    const common = mostCommon(cells)
    const others = cells.map((_, i) => i).filter(i => !Object.is(cells[i], common))
    frame.steps.push({
      op: 'lookup', column: own, values: others, results: others.map(i => anyFloat64(cells[i])), unknown: anyFloat64(common)
    })
    const nan = { missing: Number.isNaN(missing?.[k]), unknown: Number.isNaN(unknown?.[k]) }
    if (nan.missing || nan.unknown || cells.some(Number.isNaN)) frame.encodeWithNaN(own, nan, known)
    else frame.encode([own])
    return own
  })
}

/** Whether a column is 1 for one outcome and 0 for all others. */
function isIndicator(cells: readonly number[]): boolean {
  return cells.every(cell => Object.is(cell, 0) || cell === 1) && cells.filter(cell => cell === 1).length === 1
}

function mostCommon(cells: readonly number[]): number {
  const counts = new Map<number, number>()
  for (const cell of cells) counts.set(cell, (counts.get(cell) ?? 0) + 1)
  return [...counts].reduce((best, entry) => entry[1] > best[1] ? entry : best, [0, 0])[0]
}
