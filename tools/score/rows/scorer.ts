/** Blocks of rows in, blocks of scored rows out: what both formats share. */
import { isUtf8 } from 'node:buffer'
import { InputError, type FieldProblem } from '../../../src/model/types.js'
import type { Fault } from '../input/csv.js'

/** A row that is not in the output. */
export interface Reject {
  /** Number of its first line within the block, from 0. */
  readonly line: number
  readonly problems: readonly FieldProblem[]
  /** As it stood in the input, without its line break. */
  readonly row: string
}

/** What was counted in a block. */
interface BlockCounts {
  readonly rows: number
  readonly rejects: readonly Reject[]
  /** Rows with fields that counted as their fallback. */
  readonly defaulted: number
  /** Lines that had nothing on them, and were passed over. */
  readonly blank: number
  /** Line breaks in the block. */
  readonly lines: number
}

/** What came of a block. */
export interface BlockResult extends BlockCounts {
  readonly output: Buffer
}

/** Scores blocks of whole rows. */
export interface BlockScorer {
  /**
   * @param block whole rows; the last one may lack its line break
   * @param spare memory for the output, used when it is large enough
   */
  score(block: Buffer, spare: Buffer): BlockResult
}

/** Where a row stands in its block, and where the next one begins. */
export interface Place {
  readonly start: number
  readonly end: number
  readonly next: number
}

/** Finds the rows of blocks in one format, and reads them. */
export interface RowSource<P extends Place = Place> {
  /**
   * Each row in turn, without lines that have nothing on them. It is read before the next one is asked for.
   * @param block whole rows; the last one may lack its line break
   */
  list(block: Buffer, tally: BlockTally): Generator<P>
  /**
   * @returns what a request would have, perhaps overwritten by the next row
   * @throws InputError when that is not a row
   */
  read(block: Buffer, place: P, tally: BlockTally): Readonly<Record<string, unknown>>
}

/** A problem of a row as a whole. */
export function rowError({ expected, received }: Fault): InputError {
  return new InputError([{ field: 'row', expected, received }])
}

/** What is counted on the way through a block. */
export class BlockTally {
  private rows = 0
  private defaulted = 0
  private blank = 0
  private lines = 0
  /** Where lines were counted up to. */
  private counted = 0
  private readonly rejects: Reject[] = []
  /** Whether every byte of the block is text: mostly so, and found out faster at once than row by row. */
  readonly isText: boolean

  constructor(protected readonly block: Buffer) {
    this.isText = isUtf8(block)
  }

  countRow(defaulted: boolean): void {
    this.rows++
    if (defaulted) this.defaulted++
  }

  countBlank(): void {
    this.blank++
  }

  /** @throws whatever is no InputError */
  reject(error: unknown, start: number, end: number): void {
    if (!(error instanceof InputError)) throw error
    const line = this.countLines(start)
    this.rejects.push({ line, problems: error.problems, row: this.block.toString('utf8', start, end) })
  }

  private countLines(until: number): number {
    for (; this.counted < until; this.counted++) if (this.block[this.counted] === 10) this.lines++
    return this.lines
  }

  count(): BlockCounts {
    this.countLines(this.block.length)
    const { rows, rejects, defaulted, blank, lines } = this
    return { rows, rejects, defaulted, blank, lines }
  }
}

/** The same, with the output of the block. */
export class BlockWriter extends BlockTally {
  private used = 0

  constructor(block: Buffer, private output: Buffer) {
    super(block)
  }

  /** Puts `block[start, end)`, a text, and `block[end .. next)` or `lineBreak` when there is nothing. */
  put(start: number, end: number, text: string, tail: number, next: number, lineBreak: string): void {
    // A UTF-16 unit has at most three bytes of UTF-8.
    this.reserve(next - start + text.length * 3 + lineBreak.length)
    const { output } = this
    output.set(this.block.subarray(start, end), this.used)
    this.used += end - start
    this.used += output.write(text, this.used)
    if (tail === next) this.used += output.write(lineBreak, this.used)
    else for (let i = tail; i < next; i++) output[this.used++] = this.block[i]
  }

  private reserve(bytes: number): void {
    if (this.used + bytes <= this.output.length) return
    const larger = Buffer.from(new ArrayBuffer(Math.max(this.output.length * 2, this.used + bytes)))
    larger.set(this.output.subarray(0, this.used))
    this.output = larger
  }

  finish(): BlockResult {
    return { output: this.output.subarray(0, this.used), ...this.count() }
  }
}
