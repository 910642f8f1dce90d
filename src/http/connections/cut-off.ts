/** Requests that end before a route could answer: the caller went away, was too slow, or sent what is not HTTP. */
import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Config } from '../../config.js'
import { InputError } from '../../model/types.js'
import { DueAnswers } from './due-answers.js'
import { lingerAtEnd } from './early-answers.js'
import { codeOf, invalidRequest, type ErrorText } from '../shared/error-text.js'
import type { ErrorFormat, ErrorFormats } from '../shared/error-format.js'
import { logCutOff, NO_ROUTE } from '../observability/log.js'
import type { Metrics } from '../observability/metrics.js'
import { newRequestId, REQUEST_ID } from '../observability/request-id.js'

/** Status of a request whose caller went away. It is not sent; proxies log the same. */
const GONE = 499

/** Status of a request that was under way when the service had to stop. It is not sent either. */
const STOPPED = 503

/** Node's codes for requests that never became one. */
const SOCKET_STATUS: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413
}

/** The answer that Node is writing to a socket, if any. Node's own handler of bad requests looks there too. */
type AnsweringSocket = Socket & { readonly _httpMessage?: Pick<ServerResponse, 'headersSent' | 'req'> | null }

/** Answers, logs and counts what never gets to a handler: one line each, with nothing in it that came. */
export class CutOffs {
  /** What became of sockets that were refused while a request was under way there. */
  private readonly refused = new WeakMap<Socket, number>()
  /** Sockets on which nothing that comes is read as a request any more. */
  private readonly refusing = new WeakSet<Socket>()
  private readonly dueAnswers = new DueAnswers()
  /** Sockets of requests that may arrive for as long as they keep moving. */
  private readonly lasting = new WeakSet<Socket>()
  /** Requests that have their answer, whatever becomes of the rest of their body. */
  private readonly answered = new WeakSet<FastifyRequest>()
  private log: FastifyBaseLogger | undefined
  /** Status of requests whose connection ends: it is the caller who ends it, unless the service stops. */
  private ended = GONE

  /** Connections that have nothing to answer are ended by another. */
  private draining = false

  constructor(
    private readonly metrics: Metrics, private readonly formats: ErrorFormats,
    private readonly config: Pick<Config, 'requestTimeoutMs'>
  ) {}

  /** From now on connections stay open after answers that have not said otherwise, until somebody ends them. */
  drain(): void {
    this.draining = true
  }

  /** From now on it is the service that ends connections. */
  stop(): void {
    this.ended = STOPPED
  }

  /** Call before any route is added. */
  watch(app: FastifyInstance): void {
    this.log = app.log
    this.dueAnswers.watch(app.server)
    app.addHook('onRequestAbort', (request, done) => {
      if (!this.answered.has(request)) this.report(this.refused.get(request.raw.socket) ?? this.ended, request)
      done()
    })
    // Node would end the connection at once, with the answers that are due on it.
    app.server.on('connect', (_request: IncomingMessage, socket: Socket) => {
      // Node hands the socket over without its own listener, and an error that nobody hears ends the process.
      socket.on('error', () => socket.destroy())
      this.answerUnreadable(new Error('CONNECT'), socket)
    })
    app.server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
      // Behind others, Node would put its word to go on between the head and the body of the answer.
      if (response.socket !== null) {
        response.writeContinue()
      } else {
        // Or else Node ends the connection after an answer without that word.
        Object.assign(response, { _expect_continue: false })
        response.once('socket', () => { if (!response.headersSent) response.writeContinue() })
      }
      app.server.emit('request', request, response)
    })
    // Anything but 100-continue. Node's own answer has no body.
    app.server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
      const format = this.formats.of(request)
      const text: ErrorText = { code: 'expectation_failed', message: 'Expect must be 100-continue' }
      const body = JSON.stringify(format.body(text, 417))
      const id = newRequestId()
      const headers = { 'content-type': format.type, 'content-length': body.length, [REQUEST_ID]: id, connection: 'close' }
      if (response.socket !== null) lingerAtEnd(response.socket, this.config.requestTimeoutMs)
      response.writeHead(417, headers).end(body)
      this.report(417, undefined, id)
    })
  }

  /**
   * Lets a request take its time, to arrive and to be answered, as long as something moves on its connection at least
   * every so often. A caller who goes away before the whole answer is there is reported, even if the request was whole.
   * @param isWaiting whether it is the caller who has to do something: otherwise the connection may rest
   */
  allowTime({ raw: response, request }: FastifyReply, idleMs: number, isWaiting: () => boolean): void {
    const { socket } = request.raw
    if (!request.raw.complete) {
      this.lasting.add(socket)
      request.raw.once('close', () => this.lasting.delete(socket))
    }
    // An injected request has no socket that could rest. Node gives the next request its usual time back.
    if (socket instanceof Socket) socket.setTimeout(idleMs)
    response.on('timeout', () => {
      if (isWaiting()) {
        this.refused.set(socket, SOCKET_STATUS.ERR_HTTP_REQUEST_TIMEOUT)
        socket.destroy()
      } else {
        socket.setTimeout(idleMs)
      }
    })
    response.once('finish', () => {
      this.answered.add(request)
      // Began before the service closed, so that nothing has told the caller to end the connection.
      if (socket instanceof Socket && !request.server.server.listening && !this.draining) socket.destroySoon()
    })
    response.once('close', () => {
      // A request that was not read to its end is reported as aborted.
      if (this.answered.has(request) || request.raw.readableAborted) return
      this.report(this.refused.get(socket) ?? this.ended, request)
    })
  }

  /**
   * Answers on the raw socket for what Node could not read as a request: too slow, headers too large, not HTTP. The
   * requests before it are answered first.
   */
  readonly answerUnreadable = (error: NodeJS.ErrnoException, socket: AnsweringSocket): void => {
    if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && this.lasting.has(socket)) return
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy()
      return
    }
    // Node tells of it again with all that comes after it.
    if (this.refusing.has(socket)) return
    this.refusing.add(socket)
    this.dueAnswers.whenAnswered(socket, () => this.answerUnreadableNow(error, socket))
  }

  private answerUnreadableNow(error: NodeJS.ErrnoException, socket: AnsweringSocket): void {
    const answer = socket._httpMessage ?? undefined
    if (!socket.writable || answer?.headersSent === true) {
      // A second answer would corrupt the first.
      socket.destroy()
      return
    }
    const status = SOCKET_STATUS[error.code ?? ''] ?? 400
    lingerAtEnd(socket, this.config.requestTimeoutMs)
    const id = String(answer?.req.headers[REQUEST_ID] ?? newRequestId())
    sendRaw(socket, status, id, this.formats.of(answer?.req))
    const reported = error.code === 'HPE_INVALID_EOF_STATE' ? GONE : status
    // A request that is under way is reported when it ends, with its route.
    if (answer === undefined) this.report(reported, undefined, id)
    else this.refused.set(socket, reported)
  }

  /** @param reqId of the answer, where the bytes never became a request */
  private report(status: number, request?: FastifyRequest, reqId = request?.id): void {
    const config = request?.routeOptions.config
    const { method = '(none)' } = request ?? {}
    const ended = { reqId, method, route: config?.url ?? NO_ROUTE, status, ms: undefined }
    this.metrics.countCutOff(ended)
    if (this.log !== undefined) logCutOff(this.log, ended, config?.quiet)
  }
}

function sendRaw(socket: Socket, status: number, id: string, format: ErrorFormat): void {
  const body = JSON.stringify(format.body(status === 400
    ? invalidRequest(new InputError([{ field: 'request', expected: 'an HTTP/1.1 request', received: 'other bytes' }]))
    : { code: codeOf(status), message: STATUS_CODES[status] ?? 'Error' }, status))
  socket.write([
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `Content-Type: ${format.type}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${id}`,
    'Connection: close',
    '',
    body
  ].join('\r\n'))
  socket.destroySoon()
}
