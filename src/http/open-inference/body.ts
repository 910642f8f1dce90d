/** The reader of bodies under `/v2`: a JSON document, and after it the bytes of binary tensors. */
import { isUtf8 } from 'node:buffer'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { JSON_SUFFIX } from '../body.js'
import { unreadable } from '../problems.js'
import { refuse, type InferBody } from './request.js'

/** Length of the document, in bytes, where tensors follow it. */
export const DOCUMENT_LENGTH = 'inference-header-content-length'

/** With or without parameters. */
const TAKEN = /^application\/(?:json|octet-stream)\s*(?:;|$)/i

/**
 * Makes every body an {@link InferBody}. A body without a type is taken as well: Python's `tritonclient` sends none. An
 * empty one is an empty document.
 */
export function acceptTensors(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser<Buffer>('*', { parseAs: 'buffer' }, (request, bytes, done) => {
    const type = request.headers['content-type']
    if (type !== undefined && !TAKEN.test(type) && !JSON_SUFFIX.test(type)) {
      return done(Object.assign(new Error('Unsupported Media Type'), { statusCode: 415 }))
    }
    try {
      done(null, split(request, bytes))
    } catch (error) {
      done(error as Error)
    }
  })
}

function split({ headers }: FastifyRequest, bytes: Buffer): InferBody {
  const header = headers[DOCUMENT_LENGTH]
  const length = header === undefined ? bytes.length : Number(header)
  if (typeof header === 'object' || (header !== undefined && !/^\d+$/.test(header)) || length > bytes.length) {
    refuse('Inference-Header-Content-Length', `a number of bytes, of the ${bytes.length} in the body`, header)
  }
  return { document: length === 0 ? undefined : parse(bytes.subarray(0, length)), tail: bytes.subarray(length) }
}

function parse(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw unreadable('bytes that are not UTF-8')
  const text = bytes.toString('utf8')
  try {
    return JSON.parse(text)
  } catch {
    // Its message would repeat the body.
    const hint = /\b(?:NaN|Infinity)\b/.test(text) ? ' (it has no NaN and no Infinity: send null for a missing value)' : ''
    throw unreadable(`text that is not JSON${hint}`)
  }
}
