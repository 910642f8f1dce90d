/** Streams to real processes: several workers, memory, and the end of the service. */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { makeRandom, pickSeed } from '../helpers/forests.js'
import { RawClient } from '../helpers/raw-client.js'
import { listeners, startListening, until, type Service } from '../helpers/service-process.js'

const PATH = '/predict/batch'
const ROW = '{"monthly_spend":65000}\n'
const MIB = 2 ** 20

t.setTimeout(300_000)

/** Lines of the log that are about streams. */
const streamsOf = (service: Service) =>
  service.log().filter(({ msg, route }) => route === PATH && String(msg).startsWith('request'))

async function scrape(port: number): Promise<string> {
  return (await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { connection: 'close' } })).text()
}

/** Streams on connections of their own, which the workers take in turn. */
const openStreams = async (port: number, count: number) =>
  Promise.all(Array.from({ length: count }, async () => (await RawClient.connect(port)).begin(PATH)))

t.test('streams in several workers', async t => {
  const seed = pickSeed()
  t.comment(`seed ${seed}`)
  const random = makeRandom(seed)
  const service = await startListening(t, { WORKERS: '2' })
  const { port } = service
  const headers = { 'content-type': 'application/json', connection: 'close' }
  const askOne = async (body: string) =>
    (await fetch(`http://127.0.0.1:${port}/predict`, { method: 'POST', headers, body })).text()

  const spends = Array.from({ length: 20 }, () => Math.floor(random() * 200_000))
  const singles = await Promise.all(spends.map(async spend => askOne(`{"monthly_spend":${spend}}`)))
  const clients = await openStreams(port, 6)
  const rows = 3000
  const sending = clients.map(async (client, own) => {
    for (let i = 0; i < rows; i += 100) {
      const lines = Array.from({ length: 100 }, (_, j) => `{"monthly_spend":${spends[(own + i + j) % 20]}}\n`)
      if (!client.send(lines.join(''))) await new Promise(resolve => client.socket.once('drain', resolve))
    }
    client.end()
  })
  t.equal(await askOne(`{"monthly_spend":${spends[0]}}`), singles[0], 'a single request meanwhile')
  await Promise.all(sending)
  for (const [own, client] of clients.entries()) {
    await client.until(() => client.isWhole)
    t.strictSame(client.lines, Array.from({ length: rows }, (_, i) => singles[(own + i) % 20]))
    client.socket.destroy()
  }
  await until(() => streamsOf(service).length === 6, service)
  t.match(streamsOf(service).map(({ status }) => status), Array(6).fill(200))
  t.equal(new Set(streamsOf(service).map(({ pid }) => pid)).size, 2, 'both serve')
  t.match(await scrape(port), `recall_ml_rows_total{model="churn",api="stream",outcome="success"} ${6 * rows}\n`)
})

t.test('callers who go away, of several workers', async t => {
  const service = await startListening(t, { WORKERS: '2' })
  const { port } = service
  const clients = await openStreams(port, 8)
  for (const client of clients) client.send(`${ROW}{"monthly_`)
  for (const client of clients) await client.until(() => client.lines.length === 1)
  for (const client of clients) client.socket.resetAndDestroy()
  await until(() => streamsOf(service).length === 8, service)
  t.match(streamsOf(service), Array(8).fill({ msg: 'request cut off', status: 499 }))
  t.equal(new Set(streamsOf(service).map(({ pid }) => pid)).size, 2)
  t.match(await scrape(port), `http_requests_cut_off_total{method="POST",route="${PATH}",status="499"} 8\n`)
  const others = await openStreams(port, 4)
  for (const client of others) {
    client.send(ROW)
    client.end()
    await client.until(() => client.isWhole)
    t.equal(client.lines.length, 1)
    client.socket.destroy()
  }
  t.equal(listeners(service).length, 2, 'by the same workers')
})

t.test('a line without end', async t => {
  const service = await startListening(t)
  const client = await RawClient.connect(service.port)
  const peak = () => Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${service.process.pid}/status`, 'utf8'))?.[1]) / 1024
  const block = Buffer.alloc(MIB, 'x')
  const blocks = 700
  const last = ROW.trimEnd()
  client.begin(PATH, ROW.length + blocks * MIB + 1 + last.length)
  client.socket.write(ROW)
  await client.until(() => client.lines.length === 1)
  const before = process.platform === 'linux' ? peak() : 0
  let early: boolean | undefined
  for (let i = 0; i < blocks; i++) {
    if (!client.socket.write(block)) await new Promise(resolve => client.socket.once('drain', resolve))
    if (i === blocks / 2) early = client.raw.includes('received a longer line')
  }
  client.socket.write(`\n${last}`)
  await client.until(() => client.isWhole)
  t.ok(early, 'it is refused long before it ends')
  t.equal(client.lines.length, 3)
  t.match(client.lines[1], /"received":"a longer line"\}\],"line":2\}$/, 'in its place')
  t.equal(client.lines[2], client.lines[0], 'and those after it are answered')
  if (process.platform === 'linux') t.ok(peak() - before < 150, `${blocks} MiB took ${Math.round(peak() - before)} MiB of memory`)
  client.socket.destroy()
})

t.test('streams when the service is told to stop', async t => {
  for (const workers of ['1', '2']) {
    const service = await startListening(t, { WORKERS: workers, SHUTDOWN_TIMEOUT_MS: '3000' })
    const [ends, standsStill, ...going] = await openStreams(service.port, 5)
    const all = [ends, standsStill, ...going]
    for (const client of all) client.send(ROW)
    for (const client of all) await client.until(() => client.lines.length === 1)
    const pump = setInterval(() => {
      for (const client of going) if (client.socket.writable) client.send(ROW)
    }, 5)
    service.process.kill('SIGTERM')
    await until(() => service.log().filter(({ msg }) => msg === 'stopping').length === Number(workers), service)
    const answered = going.map(client => client.lines.length)
    ends.send(ROW)
    await ends.until(() => ends.lines.length === 2)
    ends.end()
    await ends.closes()
    t.ok(ends.isWhole, 'one that ends in time is answered to its end')

    t.strictSame(await service.exited, { status: 0, signal: null }, 'the others hold nobody up')
    clearInterval(pump)
    for (const [i, client] of going.entries()) {
      await client.closes()
      t.ok(client.lines.length > answered[i] + 10, `it went on: ${answered[i]} answers, then ${client.lines.length}`)
    }
    await standsStill.closes()
    for (const client of [standsStill, ...going]) t.notOk(client.isWhole, 'its caller sees that it was cut off')
    const ended = streamsOf(service)
    t.match(ended, [{ msg: 'request', status: 200 }, ...Array<object>(4).fill({ msg: 'request cut off', status: 503 })])
    t.equal(ended.length, 5)
  }
})
