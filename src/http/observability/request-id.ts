/** The id of each request: in its answer as `X-Request-Id`, and in each of its log lines. */
import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'

export const REQUEST_ID = 'x-request-id'

/** What is taken over: as UUIDs and the ids of proxies are, and safe in a log line as it stands. */
const SANE = /^[\w.:/+=@-]{1,128}$/

/** Of this process, so that ids of several do not meet. */
const PREFIX = randomBytes(6).toString('base64url')

let made = 0

/**
 * Gives a request its id, among its headers, where whoever has only those finds it.
 * @returns the caller's own id where it has a sane one, a new one otherwise
 */
export function setRequestId({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers[REQUEST_ID]
  if (typeof given === 'string' && SANE.test(given)) return given
  const id = newRequestId()
  headers[REQUEST_ID] = id
  return id
}

export function newRequestId(): string {
  return `${PREFIX}-${(++made).toString(36)}`
}

/** Call before any other hook: some answer at once. */
export function answerWithIds(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header(REQUEST_ID, request.id)
    done()
  })
}
