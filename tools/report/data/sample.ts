import { xorshift32 } from '../../convert/golden/xorshift.js'

/** The same for every report: one that is made again explains the same rows. */
export const SEED = 42

/** What is kept may take so many bytes in the file, since rows may be megabytes long. */
const MOST_BYTES = 67_108_864

/** An even sample of things that come one after another, nobody knows how many. */
export class Sample<T> {
  private readonly kept: Array<{ readonly thing: T, readonly bytes: number }> = []
  private bytes = 0
  private readonly random = xorshift32(SEED)
  private seen = 0

  /** @param size at most so many are kept */
  constructor(private size: number) {}

  /**
   * @param bytes that the thing takes
   * @param make is asked for what is kept
   */
  add(bytes: number, make: () => T): void {
    this.seen++
    const { kept } = this
    const place = kept.length === this.size ? Math.floor(this.random() * this.seen) : kept.length
    if (place >= this.size) return
    this.bytes += bytes - (kept.at(place)?.bytes ?? 0)
    kept[place] = { thing: make(), bytes }
    while (this.bytes > MOST_BYTES && kept.length > 1) this.drop(Math.floor(this.random() * kept.length))
  }

  /** @returns in any order */
  list(): T[] {
    return this.kept.map(({ thing }) => thing)
  }

  /** What is left of an even sample is one too, of a smaller size. */
  private drop(place: number): void {
    const { kept } = this
    this.bytes -= kept[place].bytes
    kept[place] = kept[kept.length - 1]
    kept.pop()
    this.size = kept.length
  }
}
