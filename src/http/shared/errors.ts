/** The one error shape, and everything that turns a failure into it. */
import { STATUS_CODES } from 'node:http'
import { Type, type Static } from '@sinclair/typebox'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Config } from '../../config.js'
import { InputError, type FieldProblem } from '../../model/types.js'
import { describeValue } from '../../errors/describe-value.js'
import { logFailure } from '../observability/log.js'
import { pathOf } from './path.js'
import { unreadable } from './problems.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Takes many rows at once, and lines of them. */
    takesRows?: boolean
  }
}

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
export const INTERNAL = 'Internal server error'

/**
 * @param type Content-Type of a request, undefined when it has none
 * @param takesRows whether lines are taken as well
 */
export function notJson(type: string | undefined, takesRows = false): string {
  const taken = takesRows ? 'application/json or application/x-ndjson' : 'application/json'
  return `Content-Type must be ${taken}, received ${describeValue(type)}`
}

/**
 * @param limit largest body, in bytes
 * @param takesRows whether lines are taken as well
 */
export function tooLarge(limit: number, takesRows = false): string {
  const advice = takesRows ? `: ${SPLIT}` : ''
  return `The body is larger than ${limit} bytes, the most that is taken${advice}`
}

/** @param limit most rows of a batch */
export function tooManyRows(limit: number): string {
  return `instances has more than ${limit} rows, the most that are taken: ${SPLIT}`
}

/** @param limit largest answer, in bytes */
export function answerTooLarge(limit: number): string {
  return `The answer is larger than ${limit} bytes, the most that is given: ${SPLIT}`
}

/** @param limit bytes of all batches and other long requests at once */
export function batchesInHand(limit: number): string {
  return `The batches of other callers take the ${limit} bytes that all may take together: send this one again in a second`
}

/** What to do with more rows than are taken at once. */
const SPLIT = 'send several batches, or one row per line as application/x-ndjson, which has no limit'

export function errorBody(message: string, errors?: readonly FieldProblem[]): ErrorBody {
  return errors === undefined ? { status: 'error', message } : { status: 'error', message, errors }
}

export function inputErrorBody(error: InputError): ErrorBody {
  return errorBody(error.message, error.problems)
}

/** What is wrong with a request that can be used but would take too much. The message is the caller's. */
export class Refusal extends Error {
  constructor(readonly statusCode: 413 | 503, message: string) {
    super(message)
  }
}

/** Paths whose errors have the shape of the Open Inference Protocol. */
const OPEN_INFERENCE = /^\/v2(?:\/|$)/

/**
 * An error in the shape of its path.
 * @param url of the request, without the prefix
 */
export function errorBodyAt(url: string, { message, problems }: ErrorText): object {
  return OPEN_INFERENCE.test(pathOf(url)) ? { error: message } : errorBody(message, problems)
}

/**
 * Content-Type of an error at a path.
 * @param url as above
 */
export function errorTypeAt(url: string): string {
  // JSON has no charset, and KServe's client shows an error only when the type is just this.
  return OPEN_INFERENCE.test(pathOf(url)) ? 'application/json' : 'application/json; charset=utf-8'
}

/** Sends an error outside of any route. */
function sendErrorAt(url: string, reply: FastifyReply, status: number, text: ErrorText): FastifyReply {
  // With a serialiser of its own the type stays as it is.
  return reply.code(status).type(errorTypeAt(url)).serializer(JSON.stringify).send(errorBodyAt(url, text))
}

/** What an error says, such as an InputError. */
export interface ErrorText {
  readonly message: string
  readonly problems?: readonly FieldProblem[]
}

/**
 * Installs the handlers of errors, of unknown paths (404) and of known paths asked with another method (405).
 * Call before any route is added.
 */
export function handleErrors(app: FastifyInstance, config: Config): void {
  const methodsOf = collectMethods(app)
  app.setErrorHandler<FastifyError>((error, request, reply) => sendError(error, request, reply))
  app.setNotFoundHandler((request, reply) => sendNotFound(request, reply, methodsOf, config))
  // Before the body is read: an unknown path is a 404 whatever was sent to it.
  app.addHook('onRequest', (request, reply, done) => {
    if (lacksHost(request)) sendErrorAt(request.url, reply.header('connection', 'close'), 400, NO_HOST)
    else if (request.is404) sendNotFound(request, reply, methodsOf, config)
    else done()
  })
}

const NO_HOST = new InputError([{ field: 'Host', expected: 'a header of this name', received: 'none' }])

/** HTTP/1.1 wants one; Node's own check answers with no body. */
function lacksHost({ raw }: FastifyRequest): boolean {
  return raw.headers.host === undefined && raw.httpVersion === '1.1'
}

/** Fastify's word for a body that is not as long as its Content-Length. */
const WRONG_LENGTH = 'FST_ERR_CTP_INVALID_CONTENT_LENGTH'

/** When a caller who was refused for the work of others should come again. */
const RETRY_SECONDS = 1

/** Answers with an error in the one shape. */
export function sendError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const send = (status: number, text: ErrorText) => reply.code(status).send(errorBodyAt(request.url, text))
  if (error instanceof InputError) return send(400, error)
  if (error instanceof Refusal) {
    if (error.statusCode === 503) reply.header('retry-after', RETRY_SECONDS)
    return send(error.statusCode, error)
  }
  const code = error.statusCode ?? 500
  if (error.code === WRONG_LENGTH) return send(400, unreadable('a body not as long as announced'))
  const { bodyLimit, config: { takesRows } } = request.routeOptions
  if (code === 413) return send(413, { message: tooLarge(bodyLimit, takesRows) })
  if (code === 415) return send(415, { message: notJson(request.headers['content-type'], takesRows) })
  if (code >= 400 && code < 500) return send(code, { message: STATUS_CODES[code] ?? 'Refused' })
  logFailure(error, request)
  return send(500, { message: INTERNAL })
}

function sendNotFound(
  request: FastifyRequest, reply: FastifyReply, methodsOf: MethodsOf, config: Config
): FastifyReply {
  const allowed = methodsOf(pathOf(request.url))
  if (allowed === undefined) {
    const message = `Nothing is served at this path; ${config.pathPrefix}/docs shows what is`
    return sendErrorAt(request.url, reply, 404, { message })
  }
  const allow = [...allowed].join(', ')
  const message = `${request.method} is not served at this path; it takes ${allow}`
  return sendErrorAt(request.url, reply.header('allow', allow), 405, { message })
}

/** The methods that are served at a path; undefined when there are none. */
type MethodsOf = (path: string) => ReadonlySet<string> | undefined

/** Learns the methods of each path as routes are added. */
function collectMethods(app: FastifyInstance): MethodsOf {
  const methods = new Map<string, Set<string>>()
  const patterns = new Map<string, RegExp>()
  app.addHook('onRoute', ({ url, method }) => {
    const known = methods.get(url) ?? new Set()
    methods.set(url, known)
    for (const name of [method].flat()) {
      // Fastify adds HEAD to each GET, and does not tell of every GET: not of the second path of a plugin's root.
      if (name === 'HEAD') known.add('GET')
      known.add(name)
    }
    if (url.includes('/:')) patterns.set(url, new RegExp(`^${url.replaceAll(/:\w+/g, '[^/]+')}$`))
  })
  return path => methods.get(path) ?? methods.get([...patterns].find(([, pattern]) => pattern.test(path))?.[0] ?? '')
}

/** For paths that cannot be decoded, such as `/%`: they reach neither a route nor the 404 handler. */
export function handleRouterError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  if (error.statusCode === 400) {
    const problem = { field: 'path', expected: 'a percent-encoded path', received: describeValue(request.url) }
    sendErrorAt(request.url, reply, 400, new InputError([problem]))
    return
  }
  sendErrorAt(request.url, reply, 404, { message: 'Nothing is served at this path' })
}
