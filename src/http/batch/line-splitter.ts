/** Lines of text out of bytes that come in pieces. */
import { isUtf8 } from 'node:buffer'
import { InputError } from '../../model/types.js'
import { Refusal } from '../shared/errors.js'
import { Pieces } from '../bodies/pieces.js'
import { unreadable } from '../shared/problems.js'

const NEWLINE = 0x0a
const BLANK = /^\s*$/

/** The text of a line, or why it has none. */
export type Line = string | InputError

/**
 * Takes bytes piece by piece and gives the lines that are whole. Lines end with LF or CRLF; a CR stays at the end,
 * where JSON takes it for a blank. A blank line is undefined: it has no answer, but to pass over many takes its time.
 * Of a line that is too long nothing is kept.
 */
export class LineSplitter {
  /** Number of the line that was given last, from 1. */
  line = 0
  /** The beginning of a line whose end has not come. */
  private begun: Pieces
  /** The line that has begun was too long, and the rest of it is of no interest. */
  private skipping = false

  /**
   * @param limit longest line, in bytes
   * @param hold told the bytes of memory that a line takes that has begun; throws a Refusal when there is no room
   */
  constructor(private readonly limit: number, private readonly hold: (bytes: number) => void = () => undefined) {
    this.begun = new Pieces(limit)
  }

  /** The lines that end in the next piece, and the one that becomes too long in it. */
  * push(bytes: Buffer): Generator<Line | undefined> {
    let start = 0
    if (this.begun.length > 0 || this.skipping) {
      const newline = bytes.indexOf(NEWLINE)
      yield* this.keep(newline === -1 ? bytes : bytes.subarray(0, newline))
      if (newline === -1) return
      yield* this.end()
      start = newline + 1
    }
    const last = bytes.lastIndexOf(NEWLINE)
    if (last >= start) {
      yield* this.split(bytes.subarray(start, last))
      start = last + 1
    }
    yield* this.keep(bytes.subarray(start))
  }

  /** The last line, which needs no newline. */
  * end(): Generator<Line | undefined> {
    const rest = this.begun.bytes
    this.begun.clear()
    if (!this.skipping) yield* this.split(rest)
    this.skipping = false
  }

  private* keep(bytes: Buffer): Generator<Line | undefined> {
    if (this.skipping) return
    const refusal = this.begun.length + bytes.length > this.limit ? this.lengthError() : this.add(bytes)
    if (refusal === undefined) return
    this.skipping = true
    this.begun = new Pieces(this.limit)
    this.line++
    yield refusal
  }

  /** Why the line that has begun cannot become longer; undefined when it has. */
  private add(bytes: Buffer): InputError | undefined {
    if (bytes.length === 0) return undefined
    this.begun.add(bytes)
    try {
      this.hold(this.begun.capacity)
      return undefined
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return new InputError([{ field: 'body', expected: 'shorter lines for now', received: error.message }])
    }
  }

  /** Whole lines, without the newline of the last one. Decoded at once, which is faster than one by one. */
  private* split(bytes: Buffer): Generator<Line | undefined> {
    if (!isUtf8(bytes)) {
      yield* this.splitBytes(bytes)
      return
    }
    const text = bytes.toString('utf8')
    for (let start = 0; start <= text.length;) {
      const newline = text.indexOf('\n', start)
      const end = newline === -1 ? text.length : newline
      this.line++
      yield this.read(text.slice(start, end))
      start = end + 1
    }
  }

  private* splitBytes(bytes: Buffer): Generator<Line | undefined> {
    for (let start = 0; start <= bytes.length;) {
      const newline = bytes.indexOf(NEWLINE, start)
      const line = bytes.subarray(start, newline === -1 ? bytes.length : newline)
      this.line++
      yield this.readBytes(line)
      start += line.length + 1
    }
  }

  private readBytes(line: Buffer): Line | undefined {
    if (line.length > this.limit) return this.lengthError()
    return isUtf8(line) ? this.read(line.toString('utf8')) : unreadable('bytes that are not UTF-8')
  }

  /** Undefined for a blank line. */
  private read(line: string): Line | undefined {
    // A UTF-16 unit is three bytes at most.
    if (line.length * 3 > this.limit && Buffer.byteLength(line) > this.limit) return this.lengthError()
    // The first one may begin with a byte order mark, which is a blank here.
    return line.charCodeAt(0) <= 0x20 || line.length < 2 || this.line === 1 ? nonBlank(line) : line
  }

  private lengthError(): InputError {
    return new InputError([{
      field: 'body', expected: `a JSON object in a line of at most ${this.limit} bytes`, received: 'a longer line'
    }])
  }
}

function nonBlank(line: string): string | undefined {
  return BLANK.test(line) ? undefined : line
}
