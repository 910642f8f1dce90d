/** What a pickle has stored to refer to it again. */
import { ConvertError } from '../errors/convert-error.js'
import { COST } from './memory.js'
import type { Value } from './values.js'

/** Entries are numbered from 0 on by all who write pickles; other numbers have a Map, which takes more. */
export class Memo {
  private readonly dense: Value[] = []
  private readonly sparse = new Map<number, Value>()

  get size(): number {
    return this.dense.length + this.sparse.size
  }

  get(index: number): Value | undefined {
    return index < this.dense.length ? this.dense[index] : this.sparse.get(index)
  }

  /** @returns bytes that the entry takes */
  set(index: number, value: Value): number {
    if (index > this.dense.length) {
      this.sparse.set(index, value)
      return 2 * COST.mapEntry
    }
    if (index === this.dense.length) this.sparse.delete(index)
    this.dense[index] = value
    return COST.entry
  }
}

/** The index of an entry, as protocol 0 writes it. */
export function parseIndex(line: string): number {
  if (!/^\d{1,15}$/.test(line)) throw new ConvertError(`${JSON.stringify(line.slice(0, 40))} is not a memo index`)
  return Number(line)
}
