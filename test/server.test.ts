import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { runClient } from '../tools/client.js'
import { GOOD_BODY } from './helpers/fake-model.js'
import { freePort, listeners, sleep, startListening, startProcess, until } from './helpers/service-process.js'

const PROGRAM = join(import.meta.dirname, 'helpers', 'serve-fake.js')
const BODY = JSON.stringify(GOOD_BODY)
const POST = 'POST /recommend HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'

// Each test starts processes, which takes as long as the machine is busy.
t.setTimeout(180_000)

/** A request whose body is on its way. */
async function beginRequest(port: number): Promise<{ socket: Socket; finish(): void; received(): string }> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined)
  let received = ''
  socket.on('data', data => { received += String(data) })
  socket.write(`${POST}Content-Length: ${BODY.length}\r\n\r\n${BODY.slice(0, 9)}`)
  await sleep(200)
  return { socket, finish: () => socket.write(BODY.slice(9)), received: () => received }
}

t.test('an orderly stop', async t => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const service = await startListening(t, {}, PROGRAM)
    const request = await beginRequest(service.port)
    const silent = connect(service.port, '127.0.0.1').on('error', () => undefined).resume()
    service.process.kill(signal)
    await until(() => service.output().includes('"stopping"'), service)
    service.process.kill(signal)
    await t.rejects(fetch(`http://127.0.0.1:${service.port}/health/live`), 'nobody new is let in')
    request.finish()
    t.strictSame(await service.exited, { status: 0, signal: null }, signal)
    t.match(request.received(), /^HTTP\/1\.1 200 OK/, 'what is under way is answered')
    silent.destroy()
  }
})

t.test('log lines are seen soon, and none is lost', async t => {
  const service = await startListening(t, {}, PROGRAM)
  const url = `http://127.0.0.1:${service.port}/recommend`
  const ask = async () => (await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: BODY })).text()
  const lines = () => service.log().filter(({ msg }) => msg === 'request')
  await ask()
  t.equal(lines().length, 0, 'they wait for others')
  await until(() => lines().length === 1, service)
  for (let i = 0; i < 300; i++) await ask()
  service.process.kill('SIGTERM')
  await service.exited
  t.equal(lines().length, 301, 'an orderly stop writes what waits')
  const ids = lines().map(({ reqId }) => reqId)
  t.equal(new Set(ids).size, 301)
})

t.test('the lines before a fatal error are not lost', async t => {
  const service = await startListening(t, {}, PROGRAM)
  const headers = { 'content-type': 'application/json', connection: 'close' }
  await (await fetch(`http://127.0.0.1:${service.port}/recommend`, { method: 'POST', headers, body: BODY })).text()
  service.process.kill('SIGUSR2')
  t.strictSame(await service.exited, { status: 1, signal: null })
  t.strictSame(service.log().slice(-2).map(({ msg }) => msg), ['request', 'uncaught error'])
})

t.test('whoever does not finish is cut off in time', async t => {
  const service = await startListening(t, { SHUTDOWN_TIMEOUT_MS: '600' }, PROGRAM)
  const request = await beginRequest(service.port)
  service.process.kill('SIGTERM')
  t.strictSame(await service.exited, { status: 0, signal: null })
  t.equal(request.received(), '')
  t.match(service.log().at(-1), { msg: 'request cut off', route: '/recommend', status: 503 }, 'and logged all the same')
})

t.test('a port in use', async t => {
  const service = await startListening(t, {}, PROGRAM)
  for (const workers of ['1', '2']) {
    const second = startProcess(t, { PORT: String(service.port), WORKERS: workers, LOG_LEVEL: 'silent' }, PROGRAM)
    t.strictSame(await second.exited, { status: 1, signal: null })
    t.equal(
      second.output(),
      `recall-ml: port ${service.port} of 127.0.0.1 is in use. Stop what uses it ` +
      `(lsof -i :${service.port} shows what does), or set PORT to another port\n`,
      'one line, no stack'
    )
  }
})

t.test('an address of another machine', async t => {
  const service = startProcess(t, { HOST: '192.0.2.1', PORT: '0', LOG_LEVEL: 'silent' }, PROGRAM)
  t.equal((await service.exited).status, 1)
  t.match(service.output(), /^recall-ml: 192\.0\.2\.1 is not an address of this machine\. Set HOST to one of them, .*\n$/)
})

t.test('a setting that cannot be used', async t => {
  const service = startProcess(t, { PORT: 'http' }, PROGRAM)
  t.strictSame(await service.exited, { status: 1, signal: null })
  t.equal(service.output(), 'recall-ml: setting PORT: expected a whole number from 0 to 65535, received "http"\n')
})

t.test('with no models at all the service runs and says so', async t => {
  const port = await freePort()
  const service = startProcess(t, { PORT: String(port), MODEL_PATH: '/nonexistent/models' })
  await until(() => listeners(service).length === 1, service)
  const response = await fetch(`http://127.0.0.1:${port}/recommend`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: BODY
  })
  t.equal(response.status, 500)
  t.strictSame(await response.json(), { status: 'error', message: 'Model not loaded', code: 'model_not_loaded' })
  const ready = await fetch(`http://127.0.0.1:${port}/health/ready`)
  t.equal(ready.status, 503)
  const recommend = { name: 'recommend', loaded: false, reason: /recommend\.json/ }
  t.match(await ready.json(), { models: [recommend, { name: 'churn', loaded: false }] })
  t.notMatch(JSON.stringify(await (await fetch(`http://127.0.0.1:${port}/health/ready`)).json()), 'nonexistent')
  const folders = service.log().filter(({ msg }) => msg === 'MODEL_PATH').map(({ folder }) => folder)
  t.strictSame(folders, ['/nonexistent/models'], 'the log has the folder')
  t.equal(service.log().filter(({ level, msg }) => level === 50 && msg === 'model not loaded').length, 2)
})

t.test('workers', async t => {
  const service = await startListening(t, { WORKERS: '3' }, PROGRAM)
  const pids = new Set(listeners(service).map(({ pid }) => Number(pid)))
  t.equal(pids.size, 3)
  const origin = `http://127.0.0.1:${service.port}`
  const post = async () => fetch(`${origin}/recommend`, {
    method: 'POST', headers: { 'content-type': 'application/json', connection: 'close' }, body: '{}'
  })
  for (let i = 0; i < 12; i++) t.equal((await post()).status, 200)

  const answered = () => service.log().filter(({ route }) => route === '/recommend')
  await until(() => answered().length === 12, service)
  const served = new Set(answered().map(({ pid }) => pid))
  t.ok(served.size > 1, 'several of them serve')
  const text = await (await fetch(`${origin}/metrics`)).text()
  t.match(text, /http_request_duration_seconds_count\{[^}]*route="\/recommend"[^}]*\} 12\n/, 'one scrape counts all')
  t.match(text, /recall_ml_model_loaded\{model="churn"\} 1\n/)

  // Several at once: a worker that hangs keeps whoever comes to it waiting.
  const scrapeOnce = async () => fetch(`${origin}/metrics`, { headers: { connection: 'close' } })
  const scrape = async () => Promise.any([scrapeOnce(), scrapeOnce(), scrapeOnce()])
  const [victim, hanging] = pids
  process.kill(hanging, 'SIGSTOP')
  const partial = await scrape()
  t.equal(partial.status, 200, 'a scrape goes on without a worker that hangs')
  t.match(await partial.text(), /recall_ml_model_loaded\{model="churn"\} 1\n/)
  process.kill(hanging, 'SIGCONT')

  process.kill(victim, 'SIGKILL')
  t.equal((await scrape()).status, 200, 'and without one that is being replaced')
  await until(() => listeners(service).length === 4, service)
  t.match(service.output(), `recall-ml: worker ${victim} ended (SIGKILL), starting another in 100 ms`)
  for (let i = 0; i < 6; i++) t.equal((await post()).status, 200)

  const request = await beginRequest(service.port)
  service.process.kill('SIGTERM')
  await until(() => service.log().filter(({ msg }) => msg === 'stopping').length === 3, service)
  request.finish()
  t.strictSame(await service.exited, { status: 0, signal: null })
  t.match(request.received(), /^HTTP\/1\.1 200 OK/)
  for (const { pid } of listeners(service)) t.throws(() => process.kill(Number(pid), 0), 'no worker is left behind')
})

t.test('workers end when the primary is killed', async t => {
  const service = await startListening(t, { WORKERS: '2' }, PROGRAM)
  service.process.kill('SIGKILL')
  await service.exited
  const isGone = (pid: number) => {
    try {
      return !process.kill(pid, 0)
    } catch {
      return true
    }
  }
  await until(() => listeners(service).every(({ pid }) => isGone(Number(pid))), service)
})

t.test('workers that never get to serve are given up', async t => {
  const service = startProcess(t, { PORT: '0', WORKERS: '2', FAKE_DIE: '1' }, PROGRAM)
  t.strictSame(await service.exited, { status: 1, signal: null })
  t.match(service.output(), /5 in a row did not get to serve, giving up/)
})

t.test('the client', async t => {
  const run = async (url: string, colours = false) => {
    let text = ''
    const status = await runClient({ url, out: { write: chunk => { text += chunk }, hasColors: () => colours } })
    return { status, text }
  }
  const { port } = await startListening(t, {}, PROGRAM)
  const origin = `http://127.0.0.1:${port}`
  const plain = await run(`${origin}/`)
  t.equal(plain.status, 0)
  t.match(plain.text, /^Recommendation\n {2}Heavy Video Streamer +Roaming Pass +90\.00% +[\d.]+ ms\n/)
  t.match(plain.text, /Churn\n {2}Heavy Video Streamer +MEDIUM +0\.3500 +[\d.]+ ms\n/)
  t.match(plain.text, /20 requests, one after the other\n {2}min .* ms {2}median .* ms {2}p95 .* ms {2}max .* ms\n$/)
  t.notMatch(plain.text, '\u001b')
  t.match((await run(origin, true)).text, '\u001b[', 'coloured in a terminal')

  const nobody = await run(`http://127.0.0.1:${await freePort()}`)
  t.equal(nobody.status, 1)
  t.match(nobody.text, /failed: nothing listens at http.*npm start/)
  const elsewhere = await run(`${origin}/docs`)
  t.equal(elsewhere.status, 1)
  t.match(elsewhere.text, /failed: POST .*\/docs\/recommend for Heavy Video Streamer: 404 Nothing is served/)
  t.match((await run('http://[::bad')).text, /failed: http:\/\/\[::bad cannot be reached/)
})
