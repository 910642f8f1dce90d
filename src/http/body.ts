/** The reader of request bodies: JSON in UTF-8, and nothing else. */
import { isUtf8 } from 'node:buffer'
import type { FastifyBodyParser, FastifyInstance } from 'fastify'
import { describeValue } from '../pipeline/describe-value.js'
import { errorBodyAt } from './errors.js'
import { unreadable } from './problems.js'

/** Types such as `application/vnd.api+json`, with or without parameters. */
export const JSON_SUFFIX = /^application\/[\w!#$%&'*+.^`|~-]+\+json\s*(?:;|$)/

/**
 * Makes `application/json` and `application/*+json` the only types that are taken (others are a 415) and says what is
 * wrong with a body that cannot be read. The messages never repeat the body, as those of `JSON.parse` do: it may hold
 * customers' data. Keys that could reach the prototypes of objects are dropped, as all keys that no model knows.
 */
export function acceptJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('remove', 'remove')
  app.removeAllContentTypeParsers()
  const read: FastifyBodyParser<Buffer> = (request, bytes, done) => {
    if (bytes.length === 0) return done(unreadable('an empty body'))
    if (!isUtf8(bytes)) return done(unreadable('bytes that are not UTF-8'))
    const refuse = (error: Error | null) => error === null ? null : unreadable('text that is not JSON')
    void parse(request, bytes.toString('utf8'), (error, body) => done(refuse(error), body))
  }
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, read)
  app.addContentTypeParser(JSON_SUFFIX, { parseAs: 'buffer' }, read)
  // Before the body is read: its bytes would be taken for text.
  app.addHook('preParsing', (request, reply, payload, done) => {
    const encoding = request.headers['content-encoding']
    if (encoding === undefined || /^\s*(?:identity\s*)?$/i.test(encoding)) return done(null, payload)
    const message = `Content-Encoding must be identity, received ${describeValue(encoding)}`
    void reply.code(415).send(errorBodyAt(request.url, { message }))
  })
}
