/** Bodies that are read while they come. */
import type { Readable } from 'node:stream'
import { Pieces } from './pieces.js'
import { TinyPieces } from './trickle.js'

/** Bytes that wait to be taken; then no more are read. */
const HELD_BYTES = 65_536

/**
 * The bytes of a body as they come: each time all that have come meanwhile. The stream itself would keep each piece by
 * itself, however small. It is not destroyed when nobody takes more.
 * @throws Error when the caller goes away before the end
 */
export async function* readPieces(input: Readable): AsyncGenerator<Buffer> {
  const tiny = new TinyPieces(input)
  let pieces = new Pieces()
  let hasEnded = false
  let failure: Error | undefined
  let wake = () => {}
  const add = (piece: Buffer) => {
    pieces.add(piece)
    tiny.add(piece)
    if (pieces.length >= HELD_BYTES) input.pause()
    wake()
  }
  const end = () => {
    hasEnded = true
    wake()
  }
  const fail = (error: Error) => {
    failure ??= error
    wake()
  }
  const close = () => fail(new Error('the body ended before its end'))
  input.on('data', add).on('end', end).on('error', fail).on('close', close)
  try {
    for (;;) {
      while (pieces.length === 0 && !hasEnded && failure === undefined) {
        await new Promise<void>(resolve => { wake = resolve })
      }
      if (pieces.length > 0) {
        const { bytes } = pieces
        pieces = new Pieces()
        if (input.isPaused()) input.resume()
        yield bytes
      } else if (hasEnded) {
        return
      } else if (failure !== undefined) {
        throw failure
      }
    }
  } finally {
    input.off('data', add).off('end', end).off('error', fail).off('close', close)
  }
}
