/** The one error shape, and everything that turns a failure into it. */
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { Type, type Static } from '@sinclair/typebox'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Config } from '../config.js'
import { InputError, type FieldProblem } from '../model/types.js'
import { describeValue } from '../pipeline/describe-value.js'
import { unreadable } from './body.js'
import { logFailure } from './log.js'

const status = Type.Literal('error')

export const ErrorSchema = Type.Object(
  { status, message: Type.String() },
  { $id: 'Error', description: 'The request failed.' }
)

export const BadRequestSchema = Type.Object(
  {
    status,
    message: Type.String(),
    errors: Type.Array(
      Type.Object({
        field: Type.String({ description: 'Name of the field; "body" is the body as a whole.' }),
        expected: Type.String({ description: 'What it takes.' }),
        received: Type.String({ description: 'What came.' })
      }),
      { description: 'Every value that cannot be used.' }
    )
  },
  {
    $id: 'BadRequest',
    description: 'The request cannot be used: each offending field is named.',
    examples: [{
      status: 'error',
      message: 'pct_video_usage: expected a number from 0 to 1, or null, received the number 75',
      errors: [{
        field: 'pct_video_usage', expected: 'a number from 0 to 1, or null', received: 'the number 75'
      }]
    }]
  }
)

/** One error answer in the OpenAPI document, with a message as it comes. */
export function describeErrorAnswer(description: string, message: string): object {
  return {
    description,
    content: { 'application/json': { schema: { $ref: 'Error#' }, example: errorBody(message) } }
  }
}

export type ErrorBody = Static<typeof ErrorSchema> & { errors?: readonly FieldProblem[] }

export const NOT_LOADED = 'Model not loaded'
export const NOT_JSON = 'Content-Type must be application/json'
const INTERNAL = 'Internal server error'

/** @param limit largest body, in bytes */
export function tooLarge(limit: number): string {
  return `The body is larger than ${limit} bytes, the most that is taken`
}

/** Node's codes for requests that never became one. */
const SOCKET_STATUS: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413
}

export function errorBody(message: string, errors?: readonly FieldProblem[]): ErrorBody {
  return errors === undefined ? { status: 'error', message } : { status: 'error', message, errors }
}

function inputErrorBody(error: InputError): ErrorBody {
  return errorBody(error.message, error.problems)
}

/**
 * Installs the handlers of errors, of unknown paths (404) and of known paths asked with another method (405).
 * Call before any route is added.
 */
export function handleErrors(app: FastifyInstance, config: Config): void {
  const methods = collectMethods(app)
  app.setErrorHandler<FastifyError>((error, request, reply) => sendError(error, request, reply, config))
  app.setNotFoundHandler((request, reply) => sendNotFound(request, reply, methods, config))
  // Before the body is read: an unknown path is a 404 whatever was sent to it.
  app.addHook('onRequest', (request, reply, done) => {
    if (request.is404) sendNotFound(request, reply, methods, config)
    else done()
  })
}

function sendError(error: FastifyError, request: FastifyRequest, reply: FastifyReply, config: Config): FastifyReply {
  if (error instanceof InputError) return reply.code(400).send(inputErrorBody(error))
  const code = error.statusCode ?? 500
  if (code === 400) return reply.code(400).send(inputErrorBody(unreadable('a body not as long as announced')))
  if (code === 413) return reply.code(413).send(errorBody(tooLarge(config.bodyLimitBytes)))
  if (code === 415) return reply.code(415).send(errorBody(NOT_JSON))
  if (code > 400 && code < 500) return reply.code(code).send(errorBody(STATUS_CODES[code] ?? 'Refused'))
  logFailure(error, request)
  return reply.code(500).send(errorBody(INTERNAL))
}

function sendNotFound(
  request: FastifyRequest, reply: FastifyReply, methods: ReadonlyMap<string, ReadonlySet<string>>, config: Config
): FastifyReply {
  const allowed = methods.get(request.url.split('?', 1)[0])
  if (allowed === undefined) {
    return reply.code(404).send(errorBody(`Nothing is served at this path; ${config.pathPrefix}/docs shows what is`))
  }
  const allow = [...allowed].join(', ')
  return reply.code(405).header('allow', allow)
    .send(errorBody(`${request.method} is not served at this path; it takes ${allow}`))
}

/** The methods of each path, filled as routes are added. */
function collectMethods(app: FastifyInstance): ReadonlyMap<string, ReadonlySet<string>> {
  const methods = new Map<string, Set<string>>()
  app.addHook('onRoute', ({ url, method }) => {
    const known = methods.get(url) ?? new Set()
    methods.set(url, known)
    for (const name of [method].flat()) known.add(name)
  })
  return methods
}

/** For paths that cannot be decoded, such as `/%`: they reach neither a route nor the 404 handler. */
export function handleRouterError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  if (error.statusCode === 400) {
    const problem = { field: 'path', expected: 'a percent-encoded path', received: describeValue(request.url) }
    void reply.code(400).send(inputErrorBody(new InputError([problem])))
    return
  }
  void reply.code(404).send(errorBody('Nothing is served at this path'))
}

/**
 * Answers on the raw socket for what Node could not read as a request: too slow, headers too large, not HTTP.
 * Nothing of it is logged, since the error holds the bytes that came.
 */
export function handleSocketError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable || hasAnswered(socket)) {
    socket.destroy()
    return
  }
  const code = SOCKET_STATUS[error.code ?? ''] ?? 400
  const body = JSON.stringify(code === 400
    ? inputErrorBody(new InputError([{ field: 'request', expected: 'an HTTP/1.1 request', received: 'other bytes' }]))
    : errorBody(STATUS_CODES[code] ?? 'Error'))
  socket.end([
    `HTTP/1.1 ${code} ${STATUS_CODES[code]}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body
  ].join('\r\n'))
  socket.destroySoon()
}

/** Whether an answer has started on the socket: a second one would corrupt it. Node's own handler looks there too. */
function hasAnswered(socket: Socket & { _httpMessage?: { headersSent: boolean } }): boolean {
  return socket._httpMessage?.headersSent === true
}
