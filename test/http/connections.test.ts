/** What comes after a request on its connection takes nothing from its answer. */
import t from 'tap'
import { build } from '../helpers/app.js'
import { GOOD_BODY } from '../helpers/fake-model.js'
import { RawClient } from '../helpers/raw-client.js'

const NOT_HTTP = /^HTTP\/1\.1 400 .*\r\n\r\n\{"status":"error","message":"request: expected an HTTP\/1\.1 request/ms
const ROW = JSON.stringify(GOOD_BODY)

function post(path: string, body: string, headers: string[] = []): string {
  const all = ['Host: x', 'Content-Type: application/json', `Content-Length: ${body.length}`, ...headers]
  return `POST ${path} HTTP/1.1\r\n${all.join('\r\n')}\r\n\r\n${body}`
}

/** The answers, each with its head. */
function split(raw: string): string[] {
  return raw.split(/(?=HTTP\/1\.1 \d\d\d )/)
}

const BATCH = post('/recommend/batch', JSON.stringify({ instances: Array.from({ length: 200 }, () => GOOD_BODY) }))
const BROKEN: ReadonlyArray<readonly [what: string, bytes: string]> = [
  ['bytes that are not HTTP', '\0\0\0\0'],
  ['a wish for a tunnel', 'CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['lengths that contradict each other', post('/recommend', ROW, ['Content-Length: 1'])],
  ['a header with a space in its name', 'GET /models HTTP/1.1\r\nHo st: x\r\n\r\n'],
  ['a body in chunks without sizes', 'POST /recommend HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
  ['headers that go on for ever', `GET /models HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(20_000)}`]
]

for (const [what, bytes] of BROKEN) {
  t.test(`requests before ${what} are answered, in order`, async t => {
    const client = await RawClient.open(await build(t))
    client.socket.write(BATCH + post('/recommend', ROW) + bytes)
    // More of it changes nothing.
    setImmediate(() => client.socket.write(bytes))
    await client.closes()
    const answers = split(client.raw)
    t.equal(answers.length, 3)
    t.match(answers[0], /^HTTP\/1\.1 200 .*"predictions":\[.*"failed":\[\]\}$/ms)
    t.match(answers[1], /^HTTP\/1\.1 200 .*"offer_name"/ms)
    t.match(answers[2], /^HTTP\/1\.1 4(?:00|31) /)
  })
}

t.test('a caller who asks for a tunnel and is gone before the answer ends nothing else', async t => {
  const app = await build(t)
  const client = await RawClient.open(app)
  // As a write into a connection that the caller has reset.
  app.server.prependListener('connect', (_request, socket) => {
    socket.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
  })
  client.socket.write('CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n')
  await client.closes()
  t.equal((await app.inject('/health/live')).statusCode, 200)
})

t.test('a caller who breaks off within a request gets the answers to those before it', async t => {
  const client = await RawClient.open(await build(t))
  client.socket.end(BATCH + post('/recommend', ROW).slice(0, -1))
  await client.closes()
  const answers = split(client.raw)
  t.match(answers[0], /^HTTP\/1\.1 200 .*"failed":\[\]\}$/ms)
  t.match(answers[1], NOT_HTTP)
})

t.test('the word to send a body does not get into an answer', async t => {
  const client = await RawClient.open(await build(t))
  const asking = post('/recommend', ROW, ['Expect: 100-continue'])
  client.socket.write(BATCH + asking + asking.slice(0, -ROW.length))
  await client.until(() => client.raw.split('HTTP/1.1 100 Continue\r\n\r\n').length > 1 && split(client.raw).length >= 3)
  client.socket.write(ROW)
  await client.until(() => split(client.raw).filter(answer => answer.startsWith('HTTP/1.1 200')).length === 3)
  for (const answer of split(client.raw)) {
    const [head, body] = answer.split('\r\n\r\n')
    const [, length = '0'] = /\r\ncontent-length: (\d+)/i.exec(head) ?? []
    t.equal(body.length, Number(length), head)
  }
  client.socket.destroy()
})
