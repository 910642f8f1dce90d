/** The memory that requests take: one is bounded by its own limits, many at once are bounded here. */
import type { ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyRequest, preParsingHookHandler } from 'fastify'
import { collectGarbage } from './collect-garbage.js'
import { batchesInHand, Refusal } from '../shared/errors.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** What answers it. */
    response: ServerResponse
    /** Bytes of its body that need not be counted any more. */
    countedBody: number
  }
}

/** Largest answer to many rows, in bytes: a small body can ask for a large one. */
export const MAX_ANSWER_BYTES = 64 * 2 ** 20

/** Bytes of a single row's body that do not count: most bodies are shorter, and always have room. */
const UNCOUNTED_BYTES = 16_384

/** So many bytes in hand leave garbage that is worth collecting. V8 does not while nobody asks for memory. */
const MUCH_BYTES = 4 * 2 ** 20

/** It is collected when nothing has been in hand for so long, in milliseconds, */
const REST_MS = 5000

/** and once more: Node lets go of the last answers late, and V8 gives buffers back one collection later. */
const COLLECTIONS = 2

/** Bytes that a process has in hand: of bodies, of what is made of them, and of answers until these have been read. */
export class InFlight {
  private total = 0
  /** Most since the last time that there were none. */
  private most = 0
  /** Collections that are due. */
  private due = 0
  private rest: NodeJS.Timeout | undefined
  /** Bytes by the response that they end with, the oldest first. */
  private readonly held = new Map<ServerResponse, number>()

  /** @param limit of all bytes together */
  constructor(private readonly limit: number) {}

  /** Call before any route is added. */
  watch(app: FastifyInstance): void {
    app.decorateRequest('response')
    app.decorateRequest('countedBody', UNCOUNTED_BYTES)
    app.addHook('onRequest', (request, reply, done) => {
      request.response = reply.raw
      done()
    })
  }

  /** Bytes that are counted at this moment. */
  get bytes(): number {
    return this.total
  }

  /**
   * Counts more bytes of a request. They are let go of when its connection or its answer ends.
   * @throws Refusal when that is too much. Never for the oldest request: one always gets through.
   */
  hold(response: ServerResponse, bytes: number): void {
    // Nothing would let go of it.
    if (response.destroyed || response.req.socket.destroyed) return
    const [oldest = response] = this.held.keys()
    if (this.total + bytes > this.limit && response !== oldest) throw new Refusal(batchesInHand(this.limit))
    if (!this.held.has(response)) this.watchEnd(response)
    this.held.set(response, (this.held.get(response) ?? 0) + bytes)
    this.total += bytes
    this.most = Math.max(this.most, this.total)
  }

  /**
   * A hook that counts the bodies of a route from their first byte, or before it when they are announced.
   * @param most largest body that is read
   */
  holdBodies(most: number): preParsingHookHandler {
    return (request, reply, payload, next) => {
      const length = Number(request.headers['content-length'] ?? 0)
      try {
        // A larger one is refused for that.
        if (length <= most) this.hold(reply.raw, length)
        request.countedBody = length
        next(null, payload)
      } catch (error) {
        next(error as Error)
      }
    }
  }

  /**
   * Counts the memory that a body takes by now.
   * @throws Refusal, as `hold` does
   */
  holdBody(request: FastifyRequest, bytes: number): void {
    if (bytes <= request.countedBody) return
    this.hold(request.response, bytes - request.countedBody)
    request.countedBody = bytes
  }

  /** An answer that waits behind others on its connection is not told when that ends. */
  private watchEnd(response: ServerResponse): void {
    const { socket } = response.req
    const release = () => {
      socket.off('close', release)
      this.release(response)
    }
    response.once('close', release)
    // One for each request that waits: more than a few are no leak.
    socket.setMaxListeners(0).once('close', release)
  }

  private release(response: ServerResponse): void {
    this.total -= this.held.get(response) ?? 0
    this.held.delete(response)
    if (this.total > 0) return
    if (this.most >= MUCH_BYTES) this.due = COLLECTIONS
    this.most = 0
    this.waitForRest()
  }

  private waitForRest(): void {
    clearTimeout(this.rest)
    if (this.due === 0) return
    this.rest = setTimeout(() => {
      // Else a rest will follow.
      if (this.total > 0) return
      this.due--
      void collectGarbage()
      this.waitForRest()
    }, REST_MS).unref()
  }
}
