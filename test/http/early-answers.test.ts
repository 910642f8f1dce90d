/** A caller who is refused while still sending gets to read why. */
import { once } from 'node:events'
import type { Socket } from 'node:net'
import t from 'tap'
import { build } from '../helpers/app.js'
import { RawClient } from '../helpers/raw-client.js'

const PIECE = Buffer.alloc(65_536, 0x20)

const head = (path: string, ...headers: string[]) =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\n${headers.map(header => `${header}\r\n`).join('')}\r\n`

const LONG = 'Content-Length: 2000000'
const EARLY: ReadonlyArray<readonly [what: string, head: string, status: number]> = [
  ['lines with a wrong query', head('/recommend/batch?on_error=x', 'Content-Type: application/x-ndjson', LONG), 400],
  ['no such model', head('/v2/models/nobody/infer', 'Content-Type: application/json', LONG), 404],
  ['no such path', head('/nowhere', 'Content-Type: application/json', LONG), 404],
  ['a type that is not taken', head('/recommend', 'Content-Type: text/plain', LONG), 415],
  ['a body that is too large', head('/recommend', 'Content-Type: application/json', LONG), 413],
  ['a wish that is not met', head('/recommend', 'Expect: magic', LONG), 417],
  ['what is not HTTP', 'POST\r\n\r\n', 400]
]

for (const [what, start, status] of EARLY) {
  t.test(what, async t => {
    const app = await build(t)
    const connected = once(app.server, 'connection') as Promise<[Socket]>
    const client = await RawClient.open(app)
    const [server] = await connected
    const ended = once(server, 'finish')
    // Busy with sending: the answer is read when all is sent.
    client.socket.pause().write(start)
    await ended
    for (let i = 0; i < 30 && !client.socket.destroyed; i++) {
      await new Promise<void>(resolve => { client.socket.write(PIECE, () => resolve()) })
    }
    client.socket.resume()
    await client.closes()
    t.match(client.raw, new RegExp(`^HTTP/1.1 ${status} `))
    t.match(client.raw, /\r\n\r\n\{.*\}$/)
    t.match(client.raw, /^connection: close\r$/im)
  })
}

t.test('one who never ends is cut off', async t => {
  const app = await build(t, { requestTimeoutMs: 1000 })
  const connected = once(app.server, 'connection') as Promise<[Socket]>
  const client = await RawClient.open(app)
  const [server] = await connected
  client.socket.allowHalfOpen = true
  client.socket.write(EARLY[0][1])
  const forever = setInterval(() => client.socket.write(PIECE), 20)
  await once(server, 'close')
  clearInterval(forever)
  t.match(client.raw, /^HTTP\/1\.1 400 /)
})

t.test('a body that cannot be read does not cost those behind it their answers', async t => {
  const app = await build(t)
  for (const bad of ['{', '[1,', '"x"', '\u00ff', '{"a":1}}']) {
    const client = await RawClient.open(app)
    const request = `${head('/predict', 'Content-Type: application/json', `Content-Length: ${Buffer.byteLength(bad)}`)}${bad}`
    const v2 = request.replace('/predict', '/v2/models/churn/infer')
    client.socket.write(`${request}${v2}${request}GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
    await client.closes()
    t.strictSame(client.raw.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 400', 'HTTP/1.1 400', 'HTTP/1.1 400', 'HTTP/1.1 200'], bad)
    t.equal(client.raw.match(/^connection: close/gim)?.length, 1, bad)
  }
})
