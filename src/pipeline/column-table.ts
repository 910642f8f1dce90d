import { DumpError } from '../dump/dump-error.js'
import type { Row } from '../errors/input-error.js'

/** Changes a row's columns in place; `row` is what the caller sent, for messages. */
type Apply = (columns: Float64Array, row: Row) => void

/** One step, or a part of one that can be left out alone. */
export interface Unit {
  readonly reads: readonly number[]
  /** Slots that are worth the unit: it is left out when nothing reads any of them later. */
  readonly writes: readonly number[]
  /** Inputs for whose values it may refuse the row: then it is never left out. */
  readonly refuses?: ReadonlySet<string>
  readonly apply: Apply
}

/** Where each named column lives, and which inputs its value comes from. */
export class ColumnTable {
  private readonly slots = new Map<string, number>()
  private readonly origins: Array<ReadonlySet<string>> = []

  get size(): number {
    return this.origins.length
  }

  /** @throws DumpError when the column exists already */
  add(name: string, origins: Iterable<string>, path: string): number {
    if (this.slots.has(name)) throw new DumpError(path, `expected a new column, "${name}" exists already`)
    this.slots.set(name, this.origins.length)
    return this.origins.push(new Set(origins)) - 1
  }

  /** @throws DumpError when there is no such column */
  slot(name: string, path: string): number {
    const slot = this.slots.get(name)
    if (slot !== undefined) return slot
    throw new DumpError(path, `there is no column "${name}"; the columns are ${[...this.slots.keys()].join(', ')}`)
  }

  sources(slot: number): ReadonlySet<string> {
    return this.origins[slot]
  }

  /** From here on each of the slots comes from what any of them came from. */
  mix(slots: readonly number[]): void {
    const all = new Set(slots.flatMap(slot => [...this.origins[slot]]))
    for (const slot of slots) this.origins[slot] = all
  }
}

/**
 * One entry per column.
 * @throws DumpError when there are more or fewer
 */
export function checkCount(values: readonly unknown[], count: number, path: string): void {
  if (values.length !== count) {
    throw new DumpError(path, `expected one entry for each of the ${count} columns, received ${values.length}`)
  }
}

/** One number per column, the words for what JSON has no number for included. */
export function numbersFor(values: ReadonlyArray<number | string>, count: number, path: string): Float64Array {
  checkCount(values, count, path)
  return Float64Array.from(values, Number)
}
