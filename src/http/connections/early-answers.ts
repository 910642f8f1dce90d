/** Answers to requests that are still arriving: the caller has to be able to read them. */
import type { Socket } from 'node:net'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Config } from '../../config.js'

/** A caller who has been answered and sends nothing for so long has read the answer, or never will. */
const IDLE_MS = 5000

/**
 * Ends the connection after an answer to a request whose body has not arrived: Node would wait for it, and then send
 * a 408 that nobody asked for. After all other answers it stays open: Fastify would end it after each body that cannot
 * be read, and take the answers to the requests behind it along.
 */
export function endConnections(app: FastifyInstance, { requestTimeoutMs }: Pick<Config, 'requestTimeoutMs'>): void {
  const isArriving = ({ raw: { headers, complete } }: FastifyRequest) =>
    // Injected requests say nothing of it.
    (complete as boolean | undefined) === false &&
    (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0)
  app.addHook('onSend', (request, reply, payload, done) => {
    const decide = (): void => {
      if (isArriving(request)) {
        reply.header('connection', 'close')
        lingerAtEnd(request.raw.socket, requestTimeoutMs)
      } else if (reply.hasHeader('connection') && !reply.raw.hasHeader('connection') && reply.raw.shouldKeepAlive) {
        // Neither the caller's word to end it, nor that of a service that stops.
        reply.header('connection', 'keep-alive')
      }
      done(null, payload)
    }
    // What came along with the headers is read in the meantime.
    if (isArriving(request)) setImmediate(decide)
    else decide()
  })
}

/**
 * Has a connection end gently. Where Node closes it after the last answer, what still arrives would be answered with a
 * reset, which takes an answer with it that the caller has not read. Instead our side ends, and what comes is dropped
 * until the caller's side ends too: many read only when they have sent all.
 * @param longestMs after which the connection is cut off, however busy it is
 */
export function lingerAtEnd(socket: Socket, longestMs: number): void {
  socket.destroySoon = () => {
    const timers = [IDLE_MS, longestMs].map(ms => setTimeout(() => socket.destroy(), ms))
    // Before the new one, so that nothing of it is read as a request: no answer could be sent.
    socket.removeAllListeners('data')
    socket.on('data', () => timers[0].refresh()).resume().end()
    socket.once('close', () => timers.forEach(clearTimeout))
  }
}
