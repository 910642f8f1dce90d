/** The memory that many rows in one body take: one body is bounded by its own limits, many at once are bounded here. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import type { preParsingHookHandler } from 'fastify'
import { batchesInHand, Refusal } from './errors.js'

/** Largest answer to many rows, in bytes: a small body can ask for a large one. */
export const MAX_ANSWER_BYTES = 64 * 2 ** 20

/** Bytes of the batches that a process has in hand: their bodies, and their answers until these have been read. */
export class InFlight {
  private total = 0
  /** Bytes by the response that they end with, the oldest first. */
  private readonly held = new Map<ServerResponse, number>()

  /** @param limit of all bytes together */
  constructor(private readonly limit: number) {}

  /**
   * Counts more bytes of a batch. They are let go of when its connection or its answer ends.
   * @throws Refusal when that is too much. Never for the oldest batch: one always gets through.
   */
  hold(response: ServerResponse, bytes: number): void {
    // Nothing would let go of it.
    if (response.destroyed) return
    const [oldest = response] = this.held.keys()
    if (this.total + bytes > this.limit && response !== oldest) throw new Refusal(503, batchesInHand(this.limit))
    if (!this.held.has(response)) response.once('close', () => this.release(response))
    this.held.set(response, (this.held.get(response) ?? 0) + bytes)
    this.total += bytes
  }

  /**
   * A hook that counts the bodies of a route: as they are announced, or else piece by piece.
   * @param most largest body that is read
   */
  holdBodies(most: number): preParsingHookHandler {
    return (request, reply, _payload, next) => {
      try {
        next(null, this.holdBody(request.raw, reply.raw, most))
      } catch (error) {
        next(error as Error)
      }
    }
  }

  /**
   * @returns the body to read, which fails with a Refusal where `hold` does
   * @throws Refusal, as `hold` does
   */
  private holdBody(request: IncomingMessage, response: ServerResponse, most: number): Readable {
    const { 'transfer-encoding': chunked, 'content-length': length = 0 } = request.headers
    if (chunked === undefined) {
      // A larger one is refused for that.
      if (Number(length) <= most) this.hold(response, Number(length))
      return request
    }
    this.hold(response, 0)
    const body = Readable.from(this.holdPieces(request, response), { objectMode: false })
    // Nobody listens any more when the body has turned out to be too large.
    return body.on('error', () => undefined)
  }

  private async* holdPieces(request: IncomingMessage, response: ServerResponse): AsyncGenerator<Buffer> {
    try {
      // Not destroyed when it is refused: the connection has to last for the answer.
      for await (const piece of request.iterator({ destroyOnReturn: false })) {
        this.hold(response, (piece as Buffer).length)
        yield piece as Buffer
      }
    } finally {
      request.resume()
    }
  }

  private release(response: ServerResponse): void {
    this.total -= this.held.get(response) ?? 0
    this.held.delete(response)
  }
}
