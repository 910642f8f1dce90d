/** Everything that turns a failure into an answer. */
import { STATUS_CODES } from 'node:http'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Config } from '../../config.js'
import { InputError } from '../../model/types.js'
import { describeValue } from '../../errors/describe-value.js'
import { logFailure } from '../observability/log.js'
import { REQUEST_ID } from '../observability/request-id.js'
import { codeOf, ERROR_STATUS, invalidRequest, type ErrorText } from './error-text.js'
import { formatFor, type ErrorFormat, type ErrorFormats } from './error-format.js'
import { pathOf } from './path.js'
import { unreadable } from './problems.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Takes many rows at once, and lines of them. */
    takesRows?: boolean
  }
}

export const NOT_LOADED: ErrorText = { code: 'model_not_loaded', message: 'Model not loaded' }
export const INTERNAL: ErrorText = { code: 'internal_error', message: 'Internal server error' }

/**
 * @param type Content-Type of a request, undefined when it has none
 * @param takesRows whether lines are taken as well
 */
export function notJson(type: string | undefined, takesRows = false): ErrorText {
  const taken = takesRows ? 'application/json or application/x-ndjson' : 'application/json'
  return { code: 'unsupported_media_type', message: `Content-Type must be ${taken}, received ${describeValue(type)}` }
}

/** @param type Content-Type of a request to a route that takes lines alone */
export function notLines(type: string | undefined): ErrorText {
  return { code: 'unsupported_media_type', message: `Content-Type must be application/x-ndjson, received ${describeValue(type)}` }
}

/**
 * @param limit largest body, in bytes
 * @param takesRows whether lines are taken as well
 */
export function tooLarge(limit: number, takesRows = false): ErrorText {
  const advice = takesRows ? `: ${SPLIT}` : ''
  return { code: 'body_too_large', message: `The body is larger than ${limit} bytes, the most that is taken${advice}` }
}

/** @param limit most rows of a batch */
export function tooManyRows(limit: number): ErrorText {
  return { code: 'too_many_rows', message: `instances has more than ${limit} rows, the most that are taken: ${SPLIT}` }
}

/** @param limit largest answer, in bytes */
export function answerTooLarge(limit: number): ErrorText {
  return { code: 'answer_too_large', message: `The answer is larger than ${limit} bytes, the most that is given: ${SPLIT}` }
}

/** @param limit bytes of all batches and other long requests at once */
export function batchesInHand(limit: number): ErrorText {
  const message = `The batches of other callers take the ${limit} bytes that all may take together: send this one again in a second`
  return { code: 'busy', message }
}

/** @param limit requests whose answers are explained at once */
export function threadsBusy(limit: number): ErrorText {
  const message = `The answers of ${limit} other requests are being explained, the most at once: send this one again in a second`
  return { code: 'busy', message }
}

/** What to do with more rows than are taken at once. */
const SPLIT = 'send several batches, or one row per line as application/x-ndjson, which has no limit'

/** Why a request is not answered although it can be read: it takes too much, or asks for what there is not. */
export class Refusal extends Error {
  constructor(readonly text: ErrorText) {
    super(text.message)
  }

  get statusCode(): number {
    return ERROR_STATUS[this.text.code]
  }
}

/**
 * Installs the handlers of errors, of unknown paths (404) and of known paths asked with another method (405).
 * Call before any route is added.
 */
export function handleErrors(app: FastifyInstance, config: Config, formats: ErrorFormats): void {
  const methodsOf = collectMethods(app)
  const sendNotFound = (request: FastifyRequest, reply: FastifyReply) =>
    answerNotFound(request, reply, methodsOf(pathOf(request.url)), config, formats.of(request))
  app.setErrorHandler<FastifyError>((error, request, reply) => sendError(error, request, reply))
  app.setNotFoundHandler(sendNotFound)
  // Before the body is read: an unknown path is a 404 whatever was sent to it.
  app.addHook('onRequest', (request, reply, done) => {
    if (lacksHost(request)) {
      reply.raw.setHeader('connection', 'close')
      sendText(formats.of(request), reply, NO_HOST)
    } else if (request.is404) {
      sendNotFound(request, reply)
    } else {
      done()
    }
  })
}

const NO_HOST = invalidRequest(new InputError([{ field: 'Host', expected: 'a header of this name', received: 'none' }]))

/** HTTP/1.1 wants one; Node's own check answers with no body. */
function lacksHost({ raw }: FastifyRequest): boolean {
  return raw.headers.host === undefined && raw.httpVersion === '1.1'
}

/** Fastify's word for a body that is not as long as its Content-Length. */
const WRONG_LENGTH = 'FST_ERR_CTP_INVALID_CONTENT_LENGTH'

/** When a caller who was refused for the work of others should come again. */
const RETRY_SECONDS = 1

/** Answers with an error of a route. */
export function sendError(
  error: FastifyError, request: FastifyRequest, reply: FastifyReply, format = formatFor(request.headers.accept)
): FastifyReply {
  const send = (text: ErrorText, status: number = ERROR_STATUS[text.code]) => {
    if (status === 503) reply.header('retry-after', RETRY_SECONDS)
    return sendText(format, reply, text, status)
  }
  if (error instanceof InputError) return send(invalidRequest(error))
  if (error instanceof Refusal) return send(error.text)
  const status = error.statusCode ?? 500
  if (error.code === WRONG_LENGTH) return send(invalidRequest(unreadable('a body not as long as announced')))
  const { bodyLimit, config: { takesRows } } = request.routeOptions
  if (status === 413) return send(tooLarge(bodyLimit, takesRows))
  if (status === 415) return send(notJson(request.headers['content-type'], takesRows))
  if (status >= 400 && status < 500) return send({ code: codeOf(status), message: STATUS_CODES[status] ?? 'Refused' }, status)
  logFailure(error, request)
  return send(INTERNAL)
}

function answerNotFound(
  request: FastifyRequest, reply: FastifyReply, allowed: ReadonlySet<string> | undefined, config: Config,
  format: ErrorFormat
): FastifyReply {
  // A route that takes the method may have nothing there either.
  if (allowed === undefined || allowed.has(request.method)) {
    const message = `Nothing is served at this path; ${config.pathPrefix}/docs shows what is`
    return sendText(format, reply, { code: 'not_found', message })
  }
  const allow = [...allowed].join(', ')
  const message = `${request.method} is not served at this path; it takes ${allow}`
  return sendText(format, reply.header('allow', allow), { code: 'method_not_allowed', message })
}

function sendText(
  format: ErrorFormat, reply: FastifyReply, text: ErrorText, status: number = ERROR_STATUS[text.code]
): FastifyReply {
  // With a serialiser of its own the type stays as it is.
  return reply.code(status).type(format.type).serializer(JSON.stringify).send(format.body(text, status))
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

/**
 * For paths that cannot be decoded, such as `/%`: they reach neither a route, nor the 404 handler, nor a hook.
 * @param report called when the answer has been sent
 */
export function createRouterErrorHandler(
  formats: ErrorFormats, report: (request: FastifyRequest, reply: FastifyReply) => void
) {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
    const format = formats.of(request)
    reply.header(REQUEST_ID, request.id)
    reply.raw.once('finish', () => report(request, reply))
    if (error.statusCode === 400) {
      const problem = { field: 'path', expected: 'a percent-encoded path', received: describeValue(request.url) }
      sendText(format, reply, invalidRequest(new InputError([problem])))
    } else {
      sendText(format, reply, { code: 'not_found', message: 'Nothing is served at this path' })
    }
  }
}
