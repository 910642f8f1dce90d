import { xorshift32 } from '../../convert/golden/xorshift.js'

/** The same for every report: one that is made again explains the same rows. */
export const SEED = 42

/** An even sample of things that come one after another, nobody knows how many. */
export class Sample<T> {
  private readonly kept: T[] = []
  private readonly random = xorshift32(SEED)
  private seen = 0

  /** @param size at most so many are kept */
  constructor(private readonly size: number) {}

  /** @param make is asked for what is kept */
  add(make: () => T): void {
    this.seen++
    const isFull = this.kept.length === this.size
    const place = isFull ? Math.floor(this.random() * this.seen) : this.kept.length
    if (place < this.size) this.kept[place] = make()
  }

  /** @returns in any order */
  list(): readonly T[] {
    return this.kept
  }
}
