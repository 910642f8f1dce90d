/** Where the rows of a file end, without looking at what is in them. */

const QUOTE = 34
const LF = 10

/** What a piece of a file that begins with a row was found to be. */
interface Piece {
  /** Offset after the last row that ends in the piece; 0 when none does. */
  readonly boundary: number
  /** A quoted cell is open at its end. */
  readonly open: boolean
}

/** Finds the end of the last whole row in `bytes[0, length)`, which begin with a row. */
export type FindBoundary = (bytes: Buffer, length: number) => Piece

/** Each line is a row. */
export const findLineBoundary: FindBoundary = (bytes, length) =>
  ({ boundary: bytes.subarray(0, length).lastIndexOf(LF) + 1, open: false })

/**
 * Line breaks within quoted cells end no row. Goes from quote to quote, so that a file with few of them is searched as
 * fast as memory is read.
 */
export function csvBoundaryFinder(delimiter: number): FindBoundary {
  return (bytes, length) => {
    const view = bytes.subarray(0, length)
    /** Where the stretches outside of quoted cells begin and end, in turn. */
    const outside = [0]
    let i = 0
    let open = false
    for (;;) {
      const quote = view.indexOf(QUOTE, i)
      if (quote < 0) break
      i = quote + 1
      if (open) {
        // Whether a quote at the very end is the first of two, the next piece says; either way no row ends here.
        if (i < length && view[i] === QUOTE) i++
        else {
          open = false
          outside.push(quote)
        }
      } else if (quote === 0 || view[quote - 1] === delimiter || view[quote - 1] === LF) {
        open = true
        outside.push(quote)
      }
    }
    if (!open) outside.push(length)
    for (let k = outside.length - 2; k >= 0; k -= 2) {
      const last = view.subarray(outside[k], outside[k + 1]).lastIndexOf(LF)
      if (last >= 0) return { boundary: outside[k] + last + 1, open }
    }
    return { boundary: 0, open }
  }
}

/**
 * Counts lines and finds the first row that begins at or after an offset, reading a file from one row on, piece by
 * piece.
 */
export class RowFinder {
  private quoted = false
  /** A quote within a quoted cell has come: the next byte says whether it was the last. */
  private pending = false
  /** The byte before was a delimiter or ended a row: a quote opens a cell. */
  private fresh = true
  private atRow = true

  /**
   * @param offset in the file, of a row's first byte
   * @param line number of that row's line, from 1
   * @param delimiter of CSV; undefined when each line is a row
   */
  constructor(public offset: number, public line: number, private readonly delimiter: number | undefined) {}

  /**
   * Takes the next piece of the file.
   * @param target offset in the file
   * @returns whether the row was found: `offset` is its first byte, `line` its line, and what follows it in the piece
   * has not been taken
   */
  find(piece: Buffer, target: number): boolean {
    if (this.atRow && this.offset >= target) return true
    const { delimiter } = this
    const { length } = piece
    // A line is a row: quotes mean nothing.
    const quote = delimiter === undefined ? -1 : QUOTE
    const least = target - this.offset - 1
    // V8 keeps variables in registers, but writes fields to memory at every byte: five times the time.
    let { line, quoted, pending, fresh } = this
    let found = false
    let i = 0
    while (i < length && !found) {
      if (piece[i] === quote) {
        if (quoted) pending = !pending
        else quoted = fresh
        fresh = false
        i++
        continue
      }
      // A closing quote was before, whose cell may only be followed by a delimiter or the end of the line.
      if (pending) quoted = false
      pending = false
      for (; i < length && !found && piece[i] !== quote; i++) {
        if (piece[i] !== LF) continue
        line++
        found = !quoted && i >= least
      }
      fresh = piece[i - 1] === delimiter || piece[i - 1] === LF
    }
    Object.assign(this, { line, quoted, pending, fresh })
    this.offset += i
    this.atRow = found
    return found
  }
}
