/** Bodies that are read whole. */
import type { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import type { InFlight } from './in-flight.js'
import { Pieces } from './pieces.js'
import { TinyPieces } from './trickle.js'

/** As Fastify has it. */
type Done = (error: Error | null, body?: unknown) => void

/**
 * Reads a body, in memory of our own that {@link InFlight} counts. One that arrives in a single piece is not copied.
 * @param limit most bytes
 * @param read makes of the bytes what `done` gets. They are no longer there after it.
 * @param done called once; with a 413 for a body that is larger, a 503 for one that has no room, or what `read` throws
 */
export function collectBody(
  request: FastifyRequest, payload: Readable, limit: number, inFlight: InFlight, read: (bytes: Buffer) => unknown,
  done: Done
): void {
  const announced = request.raw.headers['content-length']
  const length = announced === undefined ? undefined : Number(announced)
  if (length !== undefined && length > limit) return done(bodyError('FST_ERR_CTP_BODY_TOO_LARGE', 413))
  const pieces = new Pieces(length ?? limit)
  const tiny = new TinyPieces(request.raw)

  function finish(error: Error | null, body?: unknown): void {
    payload.off('data', add).off('end', end).off('error', fail)
    done(error, body)
  }
  function add(piece: Buffer): void {
    if (pieces.length + piece.length > limit) return finish(bodyError('FST_ERR_CTP_BODY_TOO_LARGE', 413))
    pieces.add(piece)
    tiny.add(piece)
    try {
      inFlight.holdBody(request, pieces.capacity)
    } catch (error) {
      finish(error as Error)
    }
  }
  function end(): void {
    let body: unknown
    try {
      if (length !== undefined && length !== pieces.length) throw bodyError('FST_ERR_CTP_INVALID_CONTENT_LENGTH', 400)
      body = read(pieces.bytes)
    } catch (error) {
      return finish(error as Error)
    }
    finish(null, body)
  }
  function fail(error: Error): void {
    finish(Object.assign(error, { statusCode: 400 }))
  }
  payload.on('data', add).on('end', end).on('error', fail)
}

/** As Fastify has them. Its own classes would bring all of Fastify to whatever imports this. */
function bodyError(code: string, statusCode: number): Error {
  return Object.assign(new Error(code), { code, statusCode })
}
