/** An input cut into blocks of whole rows. */
import type { FindBoundary } from './boundaries.js'
import type { ByteReader } from './byte-reader.js'
import { ScoreError } from '../shared/score-error.js'

/** A thousand rows or two: some milliseconds of work, next to which handing it over is nothing. */
export const BLOCK_BYTES = 131_072

/** Longest row: what is longer is not a row, and would have to be held in memory. */
const MAX_ROW_BYTES = 16_777_216

/** A row that is too long: the first one after the blocks that were given out. */
export class LongRowError extends ScoreError {}

/**
 * Reads blocks. Where they end depends on the bytes from the block's first on and on nothing else, so that a run that
 * is taken up again at the beginning of a block cuts the same ones.
 * @param acquire memory of at least this size, which goes away with the block
 * @throws LongRowError once the rows before the long one have been given out
 */
export async function* readBlocks(
  reader: ByteReader, findBoundary: FindBoundary, acquire: (bytes: number) => Buffer
): AsyncGenerator<Buffer> {
  for (;;) {
    let window = BLOCK_BYTES
    let buffer = acquire(window)
    let length = 0
    for (;;) {
      length = await reader.read(buffer.subarray(0, window), length)
      if (length < window) {
        if (length > 0) yield buffer.subarray(0, length)
        return
      }
      const { boundary, open } = findBoundary(buffer, length)
      if (boundary > 0) {
        // A copy: the block's memory goes away with it.
        reader.unread(Buffer.from(buffer.subarray(boundary, length)))
        yield buffer.subarray(0, boundary)
        break
      }
      if (window >= MAX_ROW_BYTES) throw new LongRowError(describeLongRow(open))
      window *= 2
      const larger = acquire(window)
      buffer.copy(larger, 0, 0, length)
      buffer = larger
    }
  }
}

function describeLongRow(open: boolean): string {
  const reason = open ? ': a quote opens a cell that is not closed' : ''
  return `expected a row of at most ${MAX_ROW_BYTES} bytes, received a longer one${reason}`
}
