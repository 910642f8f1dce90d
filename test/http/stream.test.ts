/** Streams of lines over sockets: what is answered, and what happens when one of the two sides does not do its part. */
import { gzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import type { FastifyInstance } from 'fastify'
import { buildApp } from '../../src/app.js'
import type { Config } from '../../src/config.js'
import { HELD_BYTES } from '../../src/http/batch/answer-lines.js'
import { loadEntries } from '../../src/model/registry.js'
import { build, LogCapture, post, testConfig } from '../helpers/app.js'
import { fakeEntries, GOOD_BODY } from '../helpers/fake-model.js'
import { pickSeed } from '../helpers/forests.js'
import { cutAnywhere, seededRandom } from '../helpers/random.js'
import { RawClient } from '../helpers/raw-client.js'
import { answerOneByOne, randomRow, withLine } from '../helpers/rows.js'

const ROW = `${JSON.stringify(GOOD_BODY)}\n`
const PATH = '/recommend/batch'
const sleep = async (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

/** An app that logs. */
async function buildLogging(
  t: Test, overrides: Partial<Config> = {}
): Promise<{ app: FastifyInstance, log: LogCapture }> {
  const log = new LogCapture()
  return { log, app: await build(t, { logLevel: 'info', ...overrides }, fakeEntries(), log) }
}

/** The lines of requests in the log, once there are as many. */
async function requestsOf(log: LogCapture, count: number): Promise<Array<Record<string, unknown>>> {
  const requests = () => log.lines.filter(({ msg }) => String(msg).startsWith('request'))
  for (let i = 0; i < 500 && requests().length < count; i++) await sleep(20)
  // None more.
  await sleep(100)
  return requests()
}

t.test('rows count while the stream goes on', async t => {
  const app = await build(t)
  const client = (await RawClient.open(app)).begin(PATH)
  const count = async (outcome: string) => {
    const metric = `^recall_ml_rows_total\\{model="recommend",api="stream",outcome="${outcome}"\\} (\\d+)$`
    return Number(new RegExp(metric, 'm').exec((await app.inject('/metrics')).body)?.[1])
  }
  for (const pieces of [1, 2]) {
    client.send(`${ROW}5\n${ROW}`)
    await client.until(() => client.lines.length === pieces * 3)
    t.strictSame([await count('success'), await count('error')], [pieces * 2, pieces])
  }
  client.end()
  await client.until(() => client.isWhole)
  t.strictSame([await count('success'), await count('error')], [4, 2])
})

t.test('a stream has the bytes of single answers, however it is cut', async t => {
  const seed = pickSeed()
  t.comment(`seed ${seed}`)
  const random = seededRandom(seed)
  const app = await build(t, {}, await loadEntries(testConfig().modelPath, ['recommend', 'churn']))
  for (const route of ['/recommend', '/predict', '/models/recommend/predict']) {
    for (let round = 0; round < 4; round++) {
      const rows = Array.from({ length: 60 }, () => randomRow(random))
      const singles = await answerOneByOne(app, route, rows)
      // Blank lines in between, and ends of lines of both kinds.
      let text = ''
      let line = 0
      const expected = rows.map((row, i) => {
        const blanks = random(5) === 0 ? 1 + random(3) : 0
        text += `${'\n'.repeat(blanks)}${row}${random(2) === 0 ? '\r\n' : '\n'}`
        return withLine(singles[i], line += blanks + 1)
      })
      const bytes = Buffer.from(random(2) === 0 ? text : text.trimEnd())
      const hasLength = random(2) === 0
      const client = (await RawClient.open(app)).begin(`${route}/batch`, hasLength ? bytes.length : undefined)
      for (const piece of cutAnywhere(bytes, random)) {
        if (hasLength) client.socket.write(piece)
        else client.send(piece)
        if (random(10) === 0) await sleep(1)
      }
      if (!hasLength) client.end()
      await client.until(() => client.isWhole)
      t.match(client.raw, /^HTTP\/1\.1 200 OK\r\nx-request-id: \S+\r\ncontent-type: application\/x-ndjson\r\n/)
      t.strictSame(client.lines, expected, `${route}, round ${round}`)
      client.socket.destroy()
    }
  }
})

t.test('answers come before the stream ends', async t => {
  const app = await build(t)
  const client = (await RawClient.open(app)).begin(PATH)
  await client.until(() => client.raw.includes('\r\n\r\n'))
  for (let i = 1; i <= 3; i++) {
    client.send(ROW)
    await client.until(() => client.lines.length === i)
  }
  client.send(ROW.trimEnd())
  await sleep(50)
  t.equal(client.lines.length, 3, 'a line without end is not one yet')
  client.end()
  await client.until(() => client.isWhole)
  t.equal(client.lines.length, 4)
  // The connection is kept, and its times are the usual ones again.
  client.begin(PATH).end()
  await client.until(() => client.raw.match(/HTTP\/1\.1 200/g)?.length === 2)
  client.socket.destroy()
})

t.test('on_error', async t => {
  const { app, log } = await buildLogging(t)
  const client = (await RawClient.open(app)).begin(`${PATH}?on_error=fail`)
  client.send(`${ROW}\n{"sms_freq":"x"}\n`)
  await client.until(() => client.isWhole)
  // The rest is taken, so that no answer is lost on its way, and has no effect.
  for (let i = 0; i < 50; i++) client.send(ROW.repeat(1000))
  t.equal(client.lines.length, 2)
  t.match(JSON.parse(client.lines[1]), { status: 'error', errors: [{ field: 'sms_freq' }], line: 3 })
  client.end()
  await sleep(100)
  client.begin(`${PATH}?on_error=no`).end()
  await client.until(() => client.raw.includes('HTTP/1.1 400'))
  client.socket.destroy()
  const endless = (await RawClient.open(app)).begin(`${PATH}?on_error=fail`)
  endless.send('5\n')
  await endless.closes()
  t.ok(endless.isWhole, 'a caller who goes on and on is left')
  t.match(await requestsOf(log, 3), [{ status: 200 }, { status: 400 }, { status: 200 }])
  t.equal((await requestsOf(log, 3)).length, 3, 'each is logged once')
})

t.test('hostile lines', async t => {
  const app = await build(t, { bodyLimitBytes: 2000 })
  const bodies: Array<[string, string | Buffer, RegExp[]]> = [
    ['nothing', '', []],
    ['blank lines', '\n\r\n \n', []],
    ['a long line', `${ROW}"${'x'.repeat(3000)}"\n${ROW}`, [/success/, /object in a line of at most 2000 bytes, received a longer line.*"line":2\}/, /success/]],
    ['not UTF-8', Buffer.concat([Buffer.from(`${ROW}{"a":"`), Buffer.of(0xff), Buffer.from(`"}\n${ROW}`)]), [/success/, /not UTF-8.*"line":2\}/, /success/]],
    ['deep', `{"sms_freq":1,"a":${'['.repeat(900)}${']'.repeat(900)}}\n${'['.repeat(1999)}\n`, [/success/, /not JSON/]],
    ['two rows in a line', '{}{}\n{} {}\n', [/not JSON/, /not JSON/]],
    ['a list', `[${ROW.trim()}]\n`, [/a JSON object, received a list of 1 value/]],
    ['a batch', `{"instances":[]}\n`, [/at least one of the model's fields .*, received an object with \\"instances\\"/]]
  ]
  for (const [name, body, expected] of bodies) {
    const response = await post(app, PATH, body, { 'content-type': 'application/x-ndjson' })
    t.equal(response.statusCode, 200, name)
    const lines = response.body.split('\n')
    t.equal(lines.pop(), '', 'a newline at the end')
    t.equal(lines.length, expected.length, name)
    for (const [i, pattern] of expected.entries()) t.match(lines[i], pattern, name)
  }
  const encoded = await post(app, PATH, gzipSync(ROW), { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' })
  t.equal(encoded.statusCode, 415)
  for (const type of ['application/x-ndjson; charset=utf-8', 'Application/X-NDJSON']) {
    t.equal((await post(app, PATH, ROW, { 'content-type': type })).statusCode, 200, type)
  }
  t.equal((await post(app, PATH, ROW, { 'content-type': 'application/x-ndjsonx' })).statusCode, 415)
})

t.test('a stream lasts as long as it moves', async t => {
  const { app, log } = await buildLogging(t, { requestTimeoutMs: 400 })
  const client = (await RawClient.open(app)).begin(PATH)
  // Three times as long as a request may take, and longer than Node takes to look.
  for (let i = 0; i < 20; i++) {
    client.send(ROW)
    await sleep(80)
  }
  client.end()
  await client.until(() => client.isWhole)
  t.equal(client.lines.length, 20)
  client.socket.destroy()

  const idle = (await RawClient.open(app)).begin(PATH)
  idle.send(ROW)
  await idle.closes()
  t.equal(idle.lines.length, 1)
  t.notOk(idle.isWhole, 'one that stands still is cut off')

  // A single request on the same connection has the usual time again.
  const kept = (await RawClient.open(app)).begin(PATH).end()
  await kept.until(() => kept.isWhole)
  kept.socket.write('POST /recommend HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"a')
  await kept.closes()
  t.match(kept.raw, /HTTP\/1\.1 408 /)
  const requests = await requestsOf(log, 4)
  t.match(requests, [
    { msg: 'request', status: 200 }, { msg: 'request cut off', route: PATH, status: 408 },
    { msg: 'request', status: 200 }, { msg: 'request cut off', route: '/recommend', status: 408 }
  ])
  t.equal(requests.length, 4)
})

t.test('a caller who goes away', async t => {
  const { app, log } = await buildLogging(t)
  const gone = { msg: 'request cut off', method: 'POST', route: PATH, status: 499 }
  const client = (await RawClient.open(app)).begin(PATH)
  client.send(`${ROW}{"sms_`)
  await client.until(() => client.lines.length === 1)
  client.socket.destroy()
  t.match(await requestsOf(log, 1), [gone], 'in the middle of a line')

  log.text = ''
  const whole = (await RawClient.open(app)).begin(PATH, ROW.length * 100_000)
  whole.socket.pause()
  whole.socket.write(ROW.repeat(100_000))
  await sleep(300)
  whole.socket.resetAndDestroy()
  t.match(await requestsOf(log, 1), [gone], 'with answers on their way')

  log.text = ''
  const batch = JSON.stringify({ instances: Array(9000).fill(GOOD_BODY) })
  const busy = await RawClient.open(app)
  busy.socket.write(`POST ${PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${batch.length}\r\n\r\n`)
  busy.socket.write(batch, () => busy.socket.resetAndDestroy())
  const [line] = await requestsOf(log, 1)
  t.match(line, gone, 'before the answer to a batch')
  const text = (await app.inject('/metrics')).body
  t.match(text, `http_requests_cut_off_total{method="POST",route="${PATH}",status="499"} 3\n`)
  const rows = Number(/api="batch",outcome="success"\} (\d+)/.exec(text)?.[1])
  t.ok(rows < 9000, `its work ends: ${rows} rows of 9000`)
})

t.test('a caller who does not read', async t => {
  const { app, log } = await buildLogging(t, { requestTimeoutMs: 1500 })
  const client = (await RawClient.open(app)).begin(PATH)
  client.socket.pause()
  const block = ROW.repeat(1000)
  const before = process.memoryUsage().rss
  let sent = 0
  let stuck = false
  while (!stuck && sent < 500_000_000) {
    sent += block.length
    if (client.send(block)) continue
    // Nobody takes more: both buffers are full.
    stuck = await Promise.race([new Promise<false>(resolve => client.socket.once('drain', () => resolve(false))), sleep(500).then(() => true)])
  }
  t.ok(stuck, `no more is read after ${sent} bytes`)
  t.ok(process.memoryUsage().rss - before < 200_000_000, 'and not kept in memory')
  const closed = client.closes()
  await closed
  t.match(await requestsOf(log, 1), [{ msg: 'request cut off', status: 408 }], 'it ends')
})

t.test('a caller who reads only when all is sent', async t => {
  const app = await build(t)
  const client = await RawClient.open(app)
  // As many rows as have answers of what is held for it.
  const answer = (await post(app, '/recommend', GOOD_BODY)).body.length + 1
  const rows = Math.floor(HELD_BYTES / answer)
  client.begin(PATH, rows * ROW.length).socket.pause()
  await new Promise(resolve => client.socket.write(ROW.repeat(rows), resolve))
  client.socket.resume()
  await client.until(() => client.isWhole)
  t.equal(client.lines.length, rows)
  client.socket.destroy()
})

t.test('a caller who pauses finds all answers', async t => {
  const app = await build(t)
  const client = (await RawClient.open(app)).begin(PATH)
  client.socket.pause()
  const blocks = 60
  const sending = (async () => {
    for (let i = 0; i < blocks; i++) {
      if (!client.send(ROW.repeat(1000))) await new Promise(resolve => client.socket.once('drain', resolve))
    }
    client.end()
  })()
  await sleep(500)
  client.socket.resume()
  await sending
  await client.until(() => client.isWhole)
  t.equal(client.lines.length, blocks * 1000)
  client.socket.destroy()
})

t.test('streams and single requests side by side', async t => {
  const app = await build(t)
  const clients = await Promise.all(Array.from({ length: 5 }, async () => (await RawClient.open(app)).begin(PATH)))
  for (const client of clients) {
    for (let i = 0; i < 10; i++) client.send(ROW.repeat(1000))
    client.end()
  }
  let answered = 0
  while (clients.some(client => !client.isWhole)) {
    t.equal((await fetch(`${app.listeningOrigin}/recommend`, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: ROW
    })).status, 200)
    answered++
  }
  for (const client of clients) {
    t.equal(client.lines.length, 10_000)
    client.socket.destroy()
  }
  t.ok(answered > 2, `${answered} single requests were answered meanwhile`)
})

t.test('closing', async t => {
  const app = await buildApp(testConfig(), { entries: fakeEntries() })
  const client = (await RawClient.open(app)).begin(PATH)
  client.send(ROW)
  await client.until(() => client.lines.length === 1)
  const closed = app.close()
  await sleep(100)
  client.send(ROW)
  await client.until(() => client.lines.length === 2)
  client.end()
  await closed
  await client.closes()
  t.ok(client.isWhole, 'a stream that is under way goes on, and its connection ends with it')
})

t.test('no length and no chunks', async t => {
  const app = await build(t)
  await app.listen({ host: '127.0.0.1', port: 0 })
  const url = `${app.listeningOrigin}${PATH}`
  const empty = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/x-ndjson' } })
  t.equal(empty.status, 200)
  t.equal(await empty.text(), '', 'a stream of no lines')
  const nothing = await fetch(url, { method: 'POST' })
  t.equal(nothing.status, 400)
  t.match(await nothing.json(), { status: 'error', errors: [{ field: 'body', received: 'no body at all' }] })
})

t.test('a stream has a route of its own, which takes nothing else', async t => {
  const app = await build(t)
  for (const route of ['/recommend', '/predict', '/models/churn/predict']) {
    const lines = `${ROW}{"sms_freq":"x"}\n`
    const headers = { 'content-type': 'application/x-ndjson; charset=utf-8' }
    const [own, beside] = await Promise.all([post(app, `${route}/stream`, lines, headers), post(app, `${route}/batch`, lines, headers)])
    t.equal(own.statusCode, 200, route)
    t.equal(own.headers['content-type'], 'application/x-ndjson')
    t.equal(own.body, beside.body, 'the answers are those of the route of a batch')
    for (const type of ['application/json', 'text/plain', 'application/x-ndjsonx']) {
      const refused = await post(app, `${route}/stream`, ROW, { 'content-type': type })
      t.equal(refused.statusCode, 415, type)
      t.match(refused.json(), { code: 'unsupported_media_type', message: /^Content-Type must be application\/x-ndjson, received / })
    }
  }
  const missing = await build(t, {}, [{ name: 'recommend', path: '/x/recommend.json', model: undefined, reason: 'it is gone' }])
  t.match((await post(missing, '/recommend/stream', ROW)).json(), { code: 'model_not_loaded' })
})
