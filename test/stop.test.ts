/**
 * A stop under full load loses no request. `STOP_ROUNDS=20 npx tap dist/test/stop.test.js` is the long form.
 */
import { connect } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { keepSending, type BusyOptions, type Sent } from './helpers/busy-client.js'
import { GOOD_BODY } from './helpers/fake-model.js'
import { RawClient } from './helpers/raw-client.js'
import { sleep, startListening, until } from './helpers/service-process.js'

const PROGRAM = join(import.meta.dirname, 'helpers', 'serve-fake.js')
const ROUNDS = Number(process.env.STOP_ROUNDS ?? 1)
const CLIENTS = 64
const GET = 'GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n'

// Each test starts processes, which takes as long as the machine is busy.
t.setTimeout(120_000 + ROUNDS * 120_000)

/** A client that gets no time on a busy machine has not gone. */
const PATIENT = { SHUTDOWN_GRACE_MS: '600000', SHUTDOWN_TIMEOUT_MS: '600000' }

const KINDS: ReadonlyArray<readonly [string, Record<string, string>, BusyOptions]> = [
  ['one process', {}, {}],
  ['two processes', { WORKERS: '2' }, {}],
  ['callers who pause', {}, { pauseMs: 50 }],
  ['callers who send several requests at once', {}, { atOnce: 3 }],
  ['a delay', { WORKERS: '2', SHUTDOWN_DELAY_MS: '300' }, { pauseMs: 50 }]
]

for (const [name, env, options] of KINDS) {
  t.test(`no request is lost: ${name}`, async t => {
    for (let round = 0; round < ROUNDS; round++) {
      const service = await startListening(t, { LOG_LEVEL: 'info', ...PATIENT, ...env }, PROGRAM)
      const clients = Array.from({ length: CLIENTS }, async () => keepSending(service.port, options))
      await sleep(500)
      service.process.kill('SIGTERM')
      const sent = sum(await Promise.all(clients))
      t.strictSame(await service.exited, { status: 0, signal: null })
      t.ok(sent.answered >= CLIENTS)
      t.strictSame({ lost: sent.lost, bad: sent.bad }, { lost: 0, bad: 0 }, `${name}, of ${sent.answered}`)
      t.comment(`round ${round + 1}: ${sent.answered} answered`)
    }
  })
}

function sum(all: readonly Sent[]): Sent {
  const total = { answered: 0, lost: 0, bad: 0 }
  for (const one of all) {
    total.answered += one.answered
    total.lost += one.lost
    total.bad += one.bad
  }
  return total
}

// What a test waits for may take long on a busy machine: no step of it races a setting of the service.

t.test('during the delay the service answers and is not ready', async t => {
  for (const workers of ['1', '2']) {
    const service = await startListening(t, { WORKERS: workers, SHUTDOWN_DELAY_MS: '600000' }, PROGRAM)
    service.process.kill('SIGTERM')
    await until(() => service.log().filter(({ msg }) => msg === 'stopping').length === Number(workers), service)
    const origin = `http://127.0.0.1:${service.port}`
    const ready = await fetch(`${origin}/health/ready`)
    t.equal(ready.status, 503)
    t.equal(ready.headers.get('connection'), 'close')
    t.equal((await fetch(`${origin}/health/live`)).status, 200)
    t.equal((await fetch(`${origin}/recommend`, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(GOOD_BODY)
    })).status, 200)
    const lines = (await RawClient.connect(service.port)).begin('/recommend/batch')
    lines.send(`${JSON.stringify(GOOD_BODY)}\n`)
    lines.end()
    await lines.closes()
    t.match(lines.raw, /^connection: close\r$/im, 'a stream says it too')
    t.ok(lines.isWhole)
    service.process.kill('SIGKILL')
    await service.exited
  }
})

t.test('after the delay nobody new is let in, and a connection that was open has its moment', async t => {
  for (const workers of ['1', '2']) {
    const service = await startListening(t, { ...PATIENT, WORKERS: workers, SHUTDOWN_DELAY_MS: '100' }, PROGRAM)
    const open = await RawClient.connect(service.port)
    service.process.kill('SIGTERM')
    await until(async () => fetch(`http://127.0.0.1:${service.port}/health/live`).then(() => false, () => true), service)
    open.socket.write(GET)
    await open.closes()
    t.match(open.raw, /^HTTP\/1\.1 200 OK\r\n/, 'it was answered')
    t.strictSame(await service.exited, { status: 0, signal: null })
  }
})

t.test('a stream that ends while the service stops leaves its connection a moment', async t => {
  const service = await startListening(t, PATIENT, PROGRAM)
  const client = (await RawClient.connect(service.port)).begin('/recommend/batch')
  client.send(`${JSON.stringify(GOOD_BODY)}\n`)
  await client.until(() => client.lines.length === 1)
  service.process.kill('SIGTERM')
  await until(() => service.output().includes('"stopping"'), service)
  client.end()
  await client.until(() => client.isWhole)
  client.socket.write(GET)
  await client.until(() => client.raw.includes('{"status":"success"}'))
  t.match(client.raw, /^connection: close\r$/im)
  t.strictSame(await service.exited, { status: 0, signal: null })
})

t.test('callers who have connected and were not let in yet are answered', async t => {
  for (const workers of ['1', '2']) {
    const service = await startListening(t, { SHUTDOWN_TIMEOUT_MS: '600000', WORKERS: workers }, PROGRAM)
    service.process.kill('SIGSTOP')
    const sockets = Array.from({ length: 50 }, () => connect(service.port, '127.0.0.1').on('error', () => undefined))
    const answers = sockets.map(async socket => new Promise<string>(resolve => {
      let text = ''
      socket.write(GET)
      socket.on('data', data => { text += String(data) }).on('close', () => resolve(text))
    }))
    await Promise.all(sockets.map(async socket => new Promise(resolve => socket.once('connect', resolve))))
    service.process.kill('SIGTERM')
    service.process.kill('SIGCONT')
    const whole = (await Promise.all(answers)).filter(text => text.startsWith('HTTP/1.1 200 OK'))
    t.equal(whole.length, sockets.length, `${workers} processes`)
    t.strictSame(await service.exited, { status: 0, signal: null })
  }
})

t.test('an idle connection does not hold up the end beyond its moment', async t => {
  const service = await startListening(t, { SHUTDOWN_GRACE_MS: '300', SHUTDOWN_TIMEOUT_MS: '600000' }, PROGRAM)
  const client = await RawClient.connect(service.port)
  client.socket.write(GET)
  await client.until(() => client.raw.includes('{"status":"success"}'))
  service.process.kill('SIGTERM')
  await client.closes()
  t.notMatch(client.raw, /^connection: close\r$/im, 'it was idle before')
  t.strictSame(await service.exited, { status: 0, signal: null })
})
