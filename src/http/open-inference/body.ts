/** The reader of bodies under `/v2`: a JSON document, and after it the bytes of binary tensors. */
import { isUtf8 } from 'node:buffer'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Config } from '../../config.js'
import { describeValue } from '../../errors/describe-value.js'
import { JSON_SUFFIX } from '../bodies/body.js'
import { collectBody } from '../bodies/collect-body.js'
import { Refusal, tooLarge } from '../shared/errors.js'
import type { InFlight } from '../bodies/in-flight.js'
import { unreadable } from '../shared/problems.js'
import { LongDocument, PARSED_FACTOR, SHORT_BYTES } from './long-document.js'
import { parseJson } from './parse-json.js'
import { fail, type InferBody } from './request.js'

/** Length of the document, in bytes, where tensors follow it. */
export const DOCUMENT_LENGTH = 'inference-header-content-length'

/** With or without parameters. */
const TAKEN = /^application\/(?:json|octet-stream)\s*(?:;|$)/i

/** A document that would hold up others for long: it is parsed in one go, and the bytes after it are not. */
class DocumentTooLarge extends Error {
  readonly statusCode = 413
}

/**
 * Makes every body an {@link InferBody}. A body without a type is taken as well: Python's `tritonclient` sends none. An
 * empty one is an empty document. A document may have `bodyLimitBytes`, the bytes after it what the route has.
 */
export function acceptTensors(app: FastifyInstance, config: Config, inFlight: InFlight): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (request, payload, done) => {
    const type = request.headers['content-type']
    if (type !== undefined && !TAKEN.test(type) && !JSON_SUFFIX.test(type)) {
      return done(Object.assign(new Error('Unsupported Media Type'), { statusCode: 415 }))
    }
    const { bodyLimit } = request.routeOptions
    collectBody(request, payload, bodyLimit, inFlight, bytes => split(request, bytes, config), done)
  })
}

/** Before the body is read: a document that is announced to be too large need not be sent. */
export function limitDocument(config: Config) {
  return ({ headers }: FastifyRequest, _reply: FastifyReply, next: (error?: Error) => void): void => {
    const length = Number(headers[DOCUMENT_LENGTH] ?? headers['content-length'])
    next(length > config.bodyLimitBytes ? documentTooLarge(config) : undefined)
  }
}

/** Answers what is too large, or of another type, with what to send instead. @throws the error when it is another */
export function adviseSender(config: Config) {
  return (error: FastifyError, { headers }: FastifyRequest, reply: FastifyReply): void => {
    if (error instanceof Refusal) throw error
    const status = error.statusCode ?? 500
    if (status === 415) void reply.code(status).send({ error: notTensors(headers['content-type']) })
    else if (error instanceof DocumentTooLarge) void reply.code(status).send({ error: error.message })
    else if (status === 413) void reply.code(status).send({ error: bodyTooLarge(config) })
    else throw error
  }
}

/** What a 415 says. */
export function notTensors(type: string | undefined): string {
  return `Content-Type must be application/json or application/octet-stream, received ${describeValue(type)}`
}

/** What a 413 says of a body that is too large, whatever it is made of. */
export function bodyTooLarge(config: Config): string {
  return `${tooLarge(config.batchBodyLimitBytes).message}: send fewer rows per request`
}

function documentTooLarge({ bodyLimitBytes, batchBodyLimitBytes }: Config): DocumentTooLarge {
  return new DocumentTooLarge(
    `The JSON of the body is larger than ${bodyLimitBytes} bytes, the most that is taken: send fewer rows per request, ` +
    `or their tensors as binary data after it, with which a body may have ${batchBodyLimitBytes} bytes`
  )
}

function split({ headers }: FastifyRequest, bytes: Buffer, config: Config): InferBody {
  const header = headers[DOCUMENT_LENGTH]
  const length = header === undefined ? bytes.length : Number(header)
  if (typeof header === 'object' || (header !== undefined && !/^\d+$/.test(header)) || length > bytes.length) {
    fail('Inference-Header-Content-Length', `a number of bytes, of the ${bytes.length} in the body`, header)
  }
  if (length > config.bodyLimitBytes) throw documentTooLarge(config)
  const document = length === 0 ? undefined : parse(bytes.subarray(0, length))
  const heldBytes = document instanceof LongDocument ? 0 : length * PARSED_FACTOR
  return { document, tail: bytes.subarray(length), heldBytes }
}

/** Long ones are for whoever infers, in slices. */
function parse(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw unreadable('bytes that are not UTF-8')
  return bytes.length > SHORT_BYTES ? new LongDocument(bytes) : parseJson(bytes.toString('utf8'))
}
