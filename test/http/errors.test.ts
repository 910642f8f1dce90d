/** What every error has, whichever part of the service found it: a code, an id, and the shape that was asked for. */
import { STATUS_CODES } from 'node:http'
import t from 'tap'
import { ERROR_STATUS, type ErrorCode } from '../../src/http/shared/error-text.js'
import { build, LogCapture, post } from '../helpers/app.js'
import { fakeEntries, GOOD_BODY } from '../helpers/fake-model.js'
import { sleep } from '../helpers/service-process.js'
import { RawClient } from '../helpers/raw-client.js'

const PROBLEM = 'application/problem+json'
const JSON_TYPE = 'application/json; charset=utf-8'
const row = JSON.stringify(GOOD_BODY)

interface Case {
  readonly code: ErrorCode
  readonly method?: 'GET' | 'POST' | 'PUT'
  readonly url: string
  readonly body?: string
  readonly type?: string
}

const CASES: readonly Case[] = [
  { code: 'invalid_request', url: '/predict', body: '{"monthly_spend":"much"}' },
  { code: 'invalid_request', url: '/predict', body: '{' },
  { code: 'invalid_request', url: '/%zz', body: row },
  { code: 'invalid_request', url: '/predict?explain=x', body: row },
  { code: 'invalid_request', url: '/predict/batch?on_error=fail', body: '{"instances":[{"monthly_spend":"much"}]}' },
  { code: 'not_found', url: '/nothing', body: row },
  { code: 'model_not_found', method: 'GET', url: '/models/nothing' },
  { code: 'method_not_allowed', method: 'PUT', url: '/predict', body: row },
  { code: 'body_too_large', url: '/predict', body: JSON.stringify({ username: 'x'.repeat(2000) }) },
  { code: 'too_many_rows', url: '/predict/batch', body: `{"instances":[${row},${row},${row}]}` },
  { code: 'unsupported_media_type', url: '/predict', body: row, type: 'text/plain' },
  { code: 'model_not_loaded', url: '/recommend', body: row },
  { code: 'model_not_loaded', url: '/recommend/batch', body: row },
  { code: 'internal_error', url: '/models/broken/predict', body: row }
]

const [, churn] = fakeEntries()
const broken = { ...fakeEntries({ predict: () => { throw new TypeError('broken') } })[0], name: 'broken' }
const missing = { name: 'recommend', path: '/x/recommend.json', model: undefined, reason: 'it is gone' }
const entries = [missing, churn, broken]
const limits = { bodyLimitBytes: 1024, batchMaxRows: 2 }

t.test('each error has its code, in both shapes', async t => {
  const app = await build(t, limits, entries)
  for (const { code, method = 'POST', url, body, type = 'application/json' } of CASES) {
    const ask = async (accept?: string) => app.inject({
      method, url, ...(body !== undefined && { payload: body }),
      headers: { ...(body !== undefined && { 'content-type': type }), ...(accept !== undefined && { accept }) }
    })
    const status = ERROR_STATUS[code]
    const what = `${code}: ${method} ${url}`
    for (const accept of [undefined, '*/*', 'application/json', 'application/*', `${PROBLEM};q=0`, `x${PROBLEM}`]) {
      const plain = await ask(accept)
      t.equal(plain.statusCode, status, what)
      t.equal(plain.headers['content-type'], JSON_TYPE, what)
      t.match(plain.json(), { status: 'error', message: /./, code }, what)
    }
    const { message, errors } = (await ask()).json<{ message: string, errors?: object }>()
    t.equal(errors !== undefined, code === 'invalid_request', what)
    for (const accept of [PROBLEM, `application/json;q=0.5, ${PROBLEM}`, `${PROBLEM.toUpperCase()};q=0.9`, `${PROBLEM} , */*`]) {
      const problem = await ask(accept)
      t.equal(problem.statusCode, status, what)
      t.equal(problem.headers['content-type'], PROBLEM, what)
      t.strictSame(problem.json(), {
        type: 'about:blank', title: STATUS_CODES[status], status, detail: message, code, ...(errors !== undefined && { errors })
      }, what)
    }
  }
})

t.test('what succeeds is JSON, whatever is asked for', async t => {
  const app = await build(t, {}, entries)
  const response = await post(app, '/predict', GOOD_BODY, { accept: PROBLEM })
  t.equal(response.statusCode, 200)
  t.equal(response.headers['content-type'], JSON_TYPE)
})

t.test('an id in each answer, and in its line of the log', async t => {
  const log = new LogCapture()
  const app = await build(t, { ...limits, logLevel: 'debug' }, entries, log)
  const ids = new Set<string>()
  const urls = ['/predict', '/predict/batch', '/nothing', '/recommend', '/v2/models/churn/infer', '/v2/nothing', '/%zz', '/health/live']
  for (const url of urls) {
    for (const given of [undefined, 'order-7', 'Root=1-6789:a/b+c@d.e', 'x'.repeat(128)]) {
      log.text = ''
      const response = await post(app, url, GOOD_BODY, given === undefined ? {} : { 'x-request-id': given })
      const id = String(response.headers['x-request-id'])
      if (given === undefined) ids.add(id)
      else t.equal(id, given, url)
      t.match(id, /^\S+$/)
      t.ok(log.lines.some(({ reqId }) => reqId === id), `${url}: in the log`)
    }
  }
  t.equal(ids.size, urls.length, 'each new one is another')
})

t.test('an id that is not sane is not taken over', async t => {
  const log = new LogCapture()
  const app = await build(t, { logLevel: 'info' }, entries, log)
  for (const given of ['', 'x'.repeat(129), 'a b', 'a"b', 'a\\b', 'a,b', 'é', 'a\tb', '<b>', '%0a', '{}']) {
    const { headers } = await post(app, '/predict', GOOD_BODY, { 'x-request-id': given })
    t.not(headers['x-request-id'], given)
    t.match(headers['x-request-id'], /^[\w-]{8,}$/)
  }
  t.equal(log.lines.length > 10, true, 'and each line is JSON')
})

t.test('an id on answers to what never becomes a request, and on streams', async t => {
  const log = new LogCapture()
  const app = await build(t, { logLevel: 'info' }, entries, log)
  const idOf = (raw: string) => /^x-request-id: (\S+)\r$/im.exec(raw)?.[1]
  const ask = async (bytes: string) => {
    const client = await RawClient.open(app)
    client.socket.write(bytes)
    await client.closes()
    return client.raw
  }
  const lines = `${row}\n`
  for (const [bytes, answer] of [
    ['\0\0\0\0', /400 Bad Request\r[^]*"code":"invalid_request"/],
    [`GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`, /431 [^]*"code":"headers_too_large"/],
    ['POST /predict HTTP/1.1\r\nHost: x\r\nExpect: more\r\nConnection: close\r\n\r\n', /417 [^]*"code":"expectation_failed"/],
    [`POST /predict/batch HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/x-ndjson\r\nContent-Length: ${lines.length}\r\n\r\n${lines}`, /200 OK/]
  ] as const) {
    const raw = await ask(bytes)
    t.match(raw, answer)
    const id = idOf(raw)
    t.ok(id !== undefined && log.lines.some(({ reqId }) => reqId === id), raw.slice(0, 40))
  }
  const slow = await build(t, { logLevel: 'info', requestTimeoutMs: 200 }, entries, log)
  const client = await RawClient.open(slow)
  client.socket.write('POST /predict HTTP/1.1\r\nHost: x\r\nX-Request-Id: mine\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{}')
  await client.closes()
  t.match(client.raw, /408 [^]*"code":"request_timeout"/)
  t.equal(idOf(client.raw), 'mine')
  // The end of a request is told a little after that of its connection.
  const isLogged = () => log.lines.some(({ reqId, status }) => reqId === 'mine' && status === 408)
  for (let i = 0; i < 500 && !isLogged(); i++) await sleep(10)
  t.ok(isLogged())
})
