/**
 * Hostile loads against a service with a small heap: `node dist/test/helpers/trickle-load.js`. For each it prints the
 * memory before, at its peak and half a minute later, and the 99th percentile of another caller's times before and
 * during it.
 */
import { fork, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort, SERVER } from './service-process.js'

const ROW = '{"monthly_spend":65000,"complaint_count":2,"plan_type":"Prepaid"}'
const HEAP_MB = 256
const BASELINE_MS = 5000
const DURING_MS = 15_000

/** A body in chunks of one byte each. @returns its first line, when the service answers */
async function trickle(port: number, path: string, bytes: number): Promise<string> {
  const body = path.endsWith('/batch') ? `{"instances":[${ROW}]}` : ROW
  const socket = connect(port, '127.0.0.1').on('error', () => undefined)
  socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`)
  let text = ''
  socket.on('data', data => { text += String(data) })
  const closed = new Promise(resolve => socket.once('close', resolve))
  const send = async (part: string) => {
    if (!socket.write(part)) await Promise.race([new Promise(resolve => socket.once('drain', resolve)), closed])
  }
  const blanks = '1\r\n \r\n'.repeat(10_000)
  for (let i = 0; i < bytes && !socket.destroyed; i += 10_000) await send(blanks)
  await send(`${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`)
  for (let i = 0; i < 600 && text === '' && !socket.destroyed; i++) await sleep(100)
  socket.destroy()
  return text.split('\r\n')[0]
}

async function inferJson(port: number, data: string): Promise<string> {
  const length = data.split(',').length
  const body = `{"inputs":[{"name":"monthly_spend","shape":[${length}],"datatype":"FP64","data":[${data}]}]}`
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`http://127.0.0.1:${port}/v2/models/churn/infer`, { method: 'POST', headers, body })
  await response.arrayBuffer()
  return `HTTP/1.1 ${response.status}`
}

const times = async <T>(count: number, make: () => Promise<T>) => Promise.all(Array.from({ length: count }, make))
const NUMBERS = '1,'.repeat(500_000).slice(0, -1)
const BRACKETS = `${'['.repeat(500_000)}${']'.repeat(500_000)}`

const LOADS: Readonly<Record<string, (port: number) => Promise<string[]>>> = {
  'a batch of 5.7 MB in chunks of one byte': async port => [await trickle(port, '/predict/batch', 5_700_000)],
  '20 rows of 1 MB in chunks of one byte': async port => times(20, async () => trickle(port, '/predict', 1_000_000)),
  '60 MB of inferences in JSON': async port => times(60, async () => inferJson(port, NUMBERS)),
  '60 MB of brackets': async port => times(60, async () => inferJson(port, BRACKETS))
}

/** Milliseconds of requests, one after the other, until told to stop. */
function ask(port: number): { times: number[], stop: () => void } {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const taken: number[] = []
  let goesOn = true
  const one = async () => new Promise<void>((resolve, reject) => {
    const headers = { 'content-type': 'application/json' }
    const asked = request({ agent, host: '127.0.0.1', port, path: '/predict', method: 'POST', headers }, response => {
      response.resume().on('end', () => resolve())
    })
    asked.on('error', reject).end(ROW)
  })
  void (async () => {
    while (goesOn) {
      const start = performance.now()
      await one()
      taken.push(performance.now() - start)
      await sleep(1)
    }
  })()
  return { times: taken, stop: () => { goesOn = false } }
}

function p99(taken: readonly number[]): number {
  return [...taken].sort((a, b) => a - b)[Math.floor(taken.length * 0.99)]
}

function memoryMb(pid: number): number {
  return Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024)
}

/** In a process of its own, so that whoever measures does not wait for it. */
async function runApart(name: string, port: number): Promise<string> {
  const child = fork(import.meta.filename, [name, String(port)], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  let text = ''
  child.stdout?.on('data', data => { text += String(data) })
  await new Promise(resolve => child.once('close', resolve))
  return text
}

const [only, at] = process.argv.slice(2)
if (at !== undefined) {
  process.stdout.write([...new Set(await LOADS[only](Number(at)))].join(', '))
  process.exit()
}

for (const name of Object.keys(LOADS)) {
  const port = await freePort()
  const env = { PATH: process.env.PATH, HOST: '127.0.0.1', PORT: String(port), LOG_LEVEL: 'silent' }
  const service = spawn(process.execPath, [`--max-old-space-size=${HEAP_MB}`, SERVER], { env, stdio: 'inherit' })
  while (!await fetch(`http://127.0.0.1:${port}/health/ready`).then(({ ok }) => ok, () => false)) await sleep(100)
  const pid = service.pid ?? 0
  const before = ask(port)
  await sleep(BASELINE_MS)
  before.stop()
  const start = memoryMb(pid)
  let peak = start
  const watch = setInterval(() => { peak = Math.max(peak, memoryMb(pid)) }, 50)
  const during = ask(port)
  const loading = runApart(name, port)
  await Promise.race([loading, sleep(DURING_MS)])
  during.stop()
  const answers = await loading
  clearInterval(watch)
  await sleep(30_000)
  const [was, is] = [p99(before.times), p99(during.times)]
  process.stdout.write(`${name}: ${start} MB, peak ${peak} MB, 30 s later ${memoryMb(pid)} MB; p99 ${was.toFixed(1)} ms, ` +
    `during it ${is.toFixed(1)} ms (${(is / was).toFixed(1)} times); ${answers}\n`)
  service.kill('SIGKILL')
}
