/** The reader of request bodies: JSON in UTF-8, and nothing else. */
import { isUtf8 } from 'node:buffer'
import type { FastifyInstance } from 'fastify'
import { InputError } from '../model/types.js'
import { BODY } from './problems.js'

/**
 * Makes `application/json` the only type that is taken (others are a 415) and says what is wrong with a body that
 * cannot be read. The messages never repeat the body, as those of `JSON.parse` do: it may hold customers' data.
 */
export function acceptJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
    if (bytes.length === 0) return done(unreadable('an empty body'))
    if (!isUtf8(bytes)) return done(unreadable('bytes that are not UTF-8'))
    const text = bytes.toString('utf8')
    void parse(request, text, (error, body) => done(error === null ? null : explain(text), body))
  })
}

/** The body as a whole as the one problem of a request. */
export function unreadable(received: string): InputError {
  return new InputError([{ field: BODY, expected: 'a JSON object', received }])
}

/** Fastify's parser refuses what is not JSON, and keys that could reach the prototypes of objects. */
function explain(text: string): InputError {
  try {
    JSON.parse(text)
  } catch {
    return unreadable('text that is not JSON')
  }
  return unreadable('JSON with a forbidden key ("__proto__", or "constructor" with a "prototype")')
}
