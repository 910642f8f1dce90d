/** The reader of request bodies: JSON in UTF-8, or where many rows are taken lines of it. */
import { isUtf8 } from 'node:buffer'
import type { InputError } from '../../model/types.js'
import type { FastifyContentTypeParser, FastifyInstance, FastifyRequest } from 'fastify'
import { describeValue } from '../../errors/describe-value.js'
import { collectBody } from './collect-body.js'
import { Refusal } from '../shared/errors.js'
import { describeJsonFault } from './json-fault.js'
import type { InFlight } from './in-flight.js'
import { unreadable } from '../shared/problems.js'

/** Type of lines with a JSON object each. */
export const LINES_TYPE = 'application/x-ndjson'

/** Whether a Content-Type is that of lines, with or without parameters. */
export function isLinesType(type: string | undefined): boolean {
  return type !== undefined && LINES_ONLY.test(type)
}

const LINES_ONLY = /^application\/x-ndjson\s*(?:;|$)/i

/** Stands for the body of a request whose lines are still to be read. */
export const LINES = Symbol('lines')

/** Types such as `application/vnd.api+json`, with or without parameters. */
export const JSON_SUFFIX = /^application\/[\w!#$%&'*+.^`|~-]+\+json\s*(?:;|$)/

/**
 * Makes `application/json` and `application/*+json` the only types that are taken (others are a 415) and says what is
 * wrong with a body that cannot be read. The messages never repeat the body, as those of `JSON.parse` do: it may hold
 * customers' data. Keys that could reach the prototypes of objects are dropped, as all keys that no model knows.
 * @param limit largest body, in bytes
 */
export function acceptJson(app: FastifyInstance, limit: number, inFlight: InFlight): void {
  addJsonParsers(app, createJsonReader(app), limit, inFlight)
  // Before the body is read: its bytes would be taken for text.
  app.addHook('preParsing', (request, _reply, payload, done) => {
    const encoding = request.headers['content-encoding']
    if (encoding === undefined || /^\s*(?:identity\s*)?$/i.test(encoding)) return done(null, payload)
    done(new Refusal({ code: 'unsupported_media_type', message: `Content-Encoding must be identity, received ${describeValue(encoding)}` }))
  })
}

/**
 * Takes JSON as above but leaves it text, and lines of JSON, which it does not read: for routes that take many rows
 * and read them one by one.
 * @param limit largest body, in bytes; lines have none
 */
export function acceptRows(app: FastifyInstance, limit: number, inFlight: InFlight): void {
  addJsonParsers(app, text => text, limit, inFlight)
  app.addContentTypeParser(LINES_TYPE, (_request, _payload, done) => done(null, LINES))
}

/** JSON text to its value. @throws InputError when it is none */
export type ReadJson = (text: string) => unknown

/** The one way from text to what a caller sent, whether it came as a body or as one of many in it. */
export function createJsonReader(app: FastifyInstance): ReadJson {
  const parse = app.getDefaultJsonParser('remove', 'remove')
  return text => {
    let value: unknown
    let failed = false
    if (isPlain(text)) {
      try {
        return JSON.parse(text) as unknown
      } catch {
        throw notJsonText(text)
      }
    }
    // Calls back at once, and reads nothing of the request.
    void parse({} as FastifyRequest, text, (error, body) => {
      failed = error !== null
      value = body
    })
    if (failed) throw notJsonText(text)
    return value
  }
}

function notJsonText(text: string): InputError {
  return unreadable(`text that is not JSON: ${describeJsonFault(text)}`)
}

/** Whether a text has no key that could reach a prototype, spelled out or escaped, and no byte order mark. */
function isPlain(text: string): boolean {
  return text.charCodeAt(0) === OPEN_BRACE && !text.includes('__proto__') && !text.includes('constructor') &&
    !text.includes('\\u')
}

const OPEN_BRACE = 0x7b

function addJsonParsers(app: FastifyInstance, read: ReadJson, limit: number, inFlight: InFlight): void {
  app.removeAllContentTypeParsers()
  const readBytes = (bytes: Buffer) => {
    if (bytes.length === 0) throw unreadable('an empty body')
    if (!isUtf8(bytes)) throw unreadable('bytes that are not UTF-8')
    return read(bytes.toString('utf8'))
  }
  const parser: FastifyContentTypeParser = (request, payload, done) => {
    collectBody(request, payload, limit, inFlight, readBytes, done)
  }
  app.addContentTypeParser('application/json', parser)
  app.addContentTypeParser(JSON_SUFFIX, parser)
}
