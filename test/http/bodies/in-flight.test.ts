/** Many batches at once. */
import { ServerResponse, IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import t from 'tap'
import type { FastifyInstance } from 'fastify'
import { answerBatch, type AnswerRows } from '../../../src/http/batch/answer-batch.js'
import { InFlight } from '../../../src/http/bodies/in-flight.js'
import { type Answer, build, post } from '../../helpers/app.js'
import { makeDump } from '../../helpers/dumps.js'
import { fakeEntries, GOOD_BODY } from '../../helpers/fake-model.js'
import { infer, entryOf } from '../../helpers/open-inference.js'
import { RawClient } from '../../helpers/raw-client.js'

const PATH = '/recommend/batch'
const BODY = JSON.stringify({ instances: [GOOD_BODY] })
const BUSY = /^The batches of other callers take the 5000 bytes that all may take together: send this one again/
const LINES = { 'content-type': 'application/x-ndjson' }

/** A batch whose headers have arrived. */
async function begin(app: FastifyInstance, framing: string): Promise<RawClient> {
  const client = await RawClient.open(app)
  const headers = ['Host: x', 'Content-Type: application/json', 'Expect: 100-continue', framing]
  client.socket.write(`POST ${PATH} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`)
  await client.until(() => client.raw.startsWith('HTTP/1.1 100 Continue'))
  return client
}

/** Asks for something again and again until it holds. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 1000; i++) {
    if (await holds()) return
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  throw new Error('it never came')
}

t.test('a batch that has no room may come again', async t => {
  const app = await build(t, { batchInFlightBytes: 5000 })
  const scrape = async () => /^recall_ml_in_flight_bytes (\d+)$/m.exec((await app.inject('/metrics')).body)?.[1]
  t.equal(await scrape(), '0')
  const first = await begin(app, `Content-Length: ${4900 + BODY.length}`)
  t.equal(await scrape(), String(4900 + BODY.length), 'what is announced counts')
  const refused = await post(app, PATH, BODY)
  t.equal(refused.statusCode, 503)
  t.equal(refused.headers['retry-after'], '1')
  t.strictSame(Object.keys(refused.json()), ['status', 'message', 'code'])
  t.match(refused.json<Answer>().message, BUSY)
  t.equal((await post(app, '/predict/batch', BODY)).statusCode, 503, 'on any route')
  t.equal((await post(app, '/recommend', GOOD_BODY)).statusCode, 200, 'a single row has room')
  t.equal((await post(app, PATH, JSON.stringify(GOOD_BODY), LINES)).statusCode, 200, 'and so has a stream')
  const announced = await begin(app, 'Content-Length: 500000')
  await announced.closes()
  t.match(announced.raw, /^HTTP\/1\.1 503 .*\r\nretry-after: 1\r\n/ms, 'before it is read')

  first.socket.write(`${BODY}${' '.repeat(4900)}`)
  await first.until(() => first.raw.endsWith('"failed":[]}'))
  for (let i = 0; i < 3; i++) t.equal((await post(app, PATH, BODY)).statusCode, 200)
  first.socket.destroy()
  t.equal(await scrape(), '0', 'until it is answered')
})

t.test('inferences of the Open Inference Protocol count as well', async t => {
  const app = await build(t, { batchInFlightBytes: 5000 }, [...fakeEntries(), entryOf('made', makeDump())])
  const rows = 50
  const inputs = [{ name: 'f0', datatype: 'FP64', shape: [rows], data: Array.from({ length: rows }, (_, i) => i) }]
  const body = JSON.stringify({ inputs })
  const ask = async () => infer(app, 'made', body)
  const alone = await ask()
  t.equal(alone.statusCode, 200)
  for (const [left, what] of [[body.length - 1, 'the body'], [body.length + 100, 'the answer']] as const) {
    const first = await begin(app, `Content-Length: ${5000 - left}`)
    const refused = await ask()
    t.equal(refused.statusCode, 503, what)
    t.equal(refused.headers['retry-after'], '1')
    t.match(refused.json(), { error: BUSY })
    first.socket.destroy()
    await until(async () => (await ask()).statusCode === 200)
  }
  t.ok(alone.body.length > 100)
})

t.test('one alone has room, however large', async t => {
  const app = await build(t, { batchInFlightBytes: 5000 })
  for (const size of [50_000, 1_000_000]) {
    t.equal((await post(app, PATH, BODY + ' '.repeat(size))).statusCode, 200)
    const client = await begin(app, 'Transfer-Encoding: chunked')
    client.send(BODY + ' '.repeat(size))
    client.end()
    await client.until(() => client.raw.includes('"failed":[]}'))
    client.socket.destroy()
  }
})

t.test('a body that does not say how large it is counts as it comes', async t => {
  const app = await build(t, { batchInFlightBytes: 5000, batchBodyLimitBytes: 20_000 })
  const first = await begin(app, 'Transfer-Encoding: chunked')
  first.send(' '.repeat(4000))
  const second = await begin(app, 'Transfer-Encoding: chunked')
  await until(() => {
    second.send(' '.repeat(100))
    return second.raw.includes('503')
  })
  await second.closes()
  t.match(second.raw, /^HTTP\/1\.1 503 .*"The batches of other callers take/ms)

  for (let i = 0; i < 50; i++) first.send(' '.repeat(1000))
  await first.closes()
  t.match(first.raw, /^HTTP\/1\.1 413 /m, 'one that is too large is refused for that')
  t.equal((await post(app, PATH, BODY)).statusCode, 200, 'and leaves room')
})

t.test('a caller who goes away leaves room', async t => {
  const app = await build(t, { batchInFlightBytes: 5000 })
  for (const framing of ['Content-Length: 4990', 'Transfer-Encoding: chunked']) {
    const client = await begin(app, framing)
    client.socket.write(`1360\r\n${' '.repeat(4900)}`)
    const status = async () => (await post(app, PATH, BODY)).statusCode
    await until(async () => await status() === 503)
    client.socket.destroy()
    await until(async () => await status() === 200)
    t.pass(framing)
  }
})

t.test('a caller who goes away leaves room, with all answers that wait behind another', async t => {
  const app = await build(t)
  const client = await RawClient.open(app)
  const rows = JSON.stringify({ instances: Array.from({ length: 5000 }, () => GOOD_BODY) })
  const head = `POST ${PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${rows.length}\r\n\r\n`
  client.socket.write((head + rows).repeat(4))
  const count = async () => Number(/^recall_ml_in_flight_bytes (\d+)$/m.exec((await app.inject('/metrics')).body)?.[1])
  await until(async () => await count() > 3 * rows.length)
  client.socket.resetAndDestroy()
  await until(async () => await count() === 0)
})

t.test('answers count as well', async t => {
  const inFlight = new InFlight(10_000)
  const [oldest, other] = [1, 2].map(() => new ServerResponse(new IncomingMessage(new Socket())))
  inFlight.hold(oldest, 100)
  inFlight.hold(other, 100)
  function* rows(): Generator<() => unknown> {
    for (let i = 0; i < 1000; i++) yield () => i
  }
  const answerAll: AnswerRows = function* (items) {
    for (const item of items) yield { item, answered: `"${'x'.repeat(100)}"` }
  }
  const answerFor = async (response: ServerResponse) => answerBatch(rows(), answerAll, {
    limit: 1000, failOnError: false, hold: bytes => inFlight.hold(response, bytes), isGone: () => false
  })
  await t.rejects(answerFor(other), { statusCode: 503, message: /^The batches of other callers/ })
  other.emit('close')
  t.ok((await answerFor(oldest))?.length, 'the oldest gets through')
  t.throws(() => inFlight.hold(other, 1), { statusCode: 503, message: /^The batches of other callers/ })
  oldest.emit('close')
  inFlight.hold(other, 10_000)
  other.destroy()
})
