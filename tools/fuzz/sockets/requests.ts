/** Requests as bytes: in all the forms that HTTP/1.1 leaves free, and in those that it does not. */
import { below, pick, type Random } from '../shared/random.js'
import type { Question } from './questions.js'

const HARMLESS: readonly string[] = [
  'Accept: */*', 'Accept-Encoding: gzip, br', 'Connection: keep-alive', 'Cookie: a=b; c=d',
  'X-Empty:', `X-Long: ${'a'.repeat(4000)}`, 'X-Tab: a\tb', 'X-Forwarded-For: 1.2.3.4, ::1', 'Via: 1.1 proxy', 'TE: trailers',
  'If-None-Match: "x"', 'Range: bytes=0-3', 'Origin: http://example.com', 'Authorization: Basic YTpi', 'X-Latin: \xe9\xff'
]
/** Node drops what has arrived along with a request that would have another protocol: no other may come behind it. */
const UPGRADES: readonly string[] = [
  'Connection: Upgrade\r\nUpgrade: websocket',
  'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA'
]
const EXTENSIONS = [';a', ';a=b', ';a="b c"']

/** A request in two parts: between them a caller may wait to be told to go on. */
export interface Encoded {
  readonly head: Buffer
  readonly body: Buffer
}

export interface EncodeOptions {
  /** The caller asks whether to send the body. */
  readonly expects?: boolean
  /** No request comes after it. */
  readonly isLast?: boolean
}

/** A request that is well-formed, in one of its many forms. */
export function encodeRequest(
  { method, path, type, body }: Question, random: Random, options: EncodeOptions = {}
): Encoded {
  const headers = [`Host: ${pick(random, ['x', 'localhost:5000', '[::1]'])}`]
  const isChunked = body !== undefined && random() < 0.5
  // A type that is refused is repeated in the answer, which then differs.
  const parameter = type !== 'text/plain' && random() < 0.1 ? '; charset=utf-8' : ''
  if (type !== undefined) headers.push(`Content-Type: ${type}${parameter}`)
  if (isChunked) headers.push('Transfer-Encoding: chunked')
  else if (body !== undefined) headers.push(`Content-Length: ${body.length}`)
  else if (method === 'POST') headers.push('Content-Length: 0')
  if (options.expects === true) headers.push('Expect: 100-continue')
  if (options.isLast === true) headers.push(random() < 0.8 ? 'Connection: close' : pick(random, UPGRADES))
  else if (random() < 0.3) headers.push(pick(random, HARMLESS))
  const written = headers.sort(() => random() - 0.5).map(header => recase(header, random))
  const framed = body === undefined ? Buffer.alloc(0) : isChunked ? encodeChunks(body, random) : body
  return { head: Buffer.from(`${method} ${path} HTTP/1.1\r\n${written.join('\r\n')}\r\n\r\n`, 'latin1'), body: framed }
}

/** Names of headers are the same in any case. */
function recase(header: string, random: Random): string {
  const colon = header.indexOf(':')
  const name = header.slice(0, colon)
  const space = pick(random, ['', ' ', ' ', '\t '])
  return `${pick(random, [name, name.toLowerCase(), name.toUpperCase()])}:${space}${header.slice(colon + 1).trimStart()}`
}

function encodeChunks(body: Buffer, random: Random): Buffer {
  const parts: Array<Buffer | string> = []
  const longest = body.length > 10_000 ? 100_000 : pick(random, [1, 3, 20, 300, 5000])
  for (let at = 0; at < body.length;) {
    const chunk = body.subarray(at, at + 1 + below(random, longest))
    const size = chunk.length.toString(16)
    const extension = random() < 0.01 ? pick(random, EXTENSIONS) : ''
    parts.push(`${random() < 0.1 ? '000' : ''}${random() < 0.5 ? size : size.toUpperCase()}${extension}\r\n`, chunk, '\r\n')
    at += chunk.length
  }
  parts.push('0\r\n', random() < 0.1 ? 'X-Trailer: a\r\n' : '', '\r\n')
  return Buffer.concat(parts.map(part => Buffer.from(part)))
}

const ROW = '{"monthly_spend":65000}'
const head = (...lines: string[]): string => `${lines.join('\r\n')}\r\n\r\n`
const post = (...lines: string[]): string => head('POST /predict HTTP/1.1', 'Host: x', 'Content-Type: application/json', ...lines)
const chunked = (body: string): string => post('Transfer-Encoding: chunked') + body

/** What is not HTTP/1.1, or nothing that this service could answer. */
export const MALFORMED: readonly string[] = [
  post('Content-Length: 10') + ROW,
  post('Content-Length: 1000') + ROW,
  post('Content-Length: -1') + ROW,
  post('Content-Length: +23') + ROW,
  post('Content-Length: 23, 23') + ROW,
  post('Content-Length: 23', 'Content-Length: 24') + ROW,
  post('Content-Length: 99999999999999999999') + ROW,
  post('Content-Length: 0x17') + ROW,
  post('Content-Length: 23', 'Transfer-Encoding: chunked') + ROW,
  post('Transfer-Encoding: gzip') + ROW,
  post('Transfer-Encoding: chunked, identity') + ROW,
  post('Content-Length: 23', 'Content-Encoding: gzip') + ROW,
  chunked('-1\r\n'), chunked('ffffffffffffffffff\r\n'), chunked('7fffffff\r\n{}'), chunked('zz\r\n'), chunked(`17\r\n${ROW}0\r\n\r\n`),
  chunked(`17\n${ROW}\n0\n\n`), chunked(`17 \r\n${ROW}\r\n0\r\n\r\n`), chunked(`5\r\n${ROW}\r\n0\r\n\r\n`), chunked('0\r\n'),
  chunked(`1;${'x'.repeat(20_000)}\r\n{\r\n`), chunked(`0\r\n${'X-Trailer: a\r\n'.repeat(3000)}\r\n`),
  head('GET / HTTP/1.1'), head('GET / HTTP/1.1', 'Host: a', 'Host: b'), head('GET / HTTP/1.0'), 'GET /\r\n', 'GET / HTTP/9.9\r\n\r\n',
  head('GET http://x/health/live HTTP/1.1', 'Host: x'), head('OPTIONS * HTTP/1.1', 'Host: x'), head('GET * HTTP/1.1', 'Host: x'),
  head('CONNECT x:80 HTTP/1.1', 'Host: x'), head('TRACE / HTTP/1.1', 'Host: x'), head('PRI * HTTP/2.0'), head('BREW / HTTP/1.1', 'Host: x'),
  head(`GET /${'a'.repeat(20_000)} HTTP/1.1`, 'Host: x'), head(`GET /models/${'a'.repeat(5000)} HTTP/1.1`, 'Host: x'),
  head('GET / HTTP/1.1', 'Host: x', `X: ${'a'.repeat(20_000)}`), head('GET / HTTP/1.1', 'Host: x', ...Array.from({ length: 3000 }, (_, i) => `X${i}: a`)),
  head('GET / HTTP/1.1', 'Host: x', 'X : a'), head('GET / HTTP/1.1', 'Host: x', ' folded: a'), head('GET / HTTP/1.1', 'Host: x', 'X: a\0b'),
  head('GET /\0 HTTP/1.1', 'Host: x'), head('GET /%00%ff%2e%2e/%2fetc HTTP/1.1', 'Host: x'), head('GET /é HTTP/1.1', 'Host: x'),
  head('GET / HTTP/1.1', 'Host: x', 'Expect: 200-ok'), post('Expect: 100-continue', 'Content-Length: 5000000'),
  head('GET /models HTTP/1.1', 'Host: x', 'Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Key: eA==') + '\x81\x05hello',
  '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', '\r\n\r\n\r\n', '\0\0\0\0', '{"monthly_spend":1}\n', ''
]
