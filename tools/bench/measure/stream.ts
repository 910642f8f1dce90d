/** Streams of rows: how fast they are, what they do to single requests, and what they leave in memory. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { SERVERS } from '../lib/cases.js'
import { makeCustomers } from '../lib/customers.js'
import type { Dumps } from '../lib/forests.js'
import { runLoad } from '../lib/load.js'
import { CACHE, COMPILED } from '../lib/paths.js'
import { freePort, pin, residentMb, run, startServer } from '../lib/processes.js'
import { ROUTES, until, type RouteName } from '../lib/served.js'
import type { StreamResult } from '../lib/stream-client.js'
import type { Recorder, Settings } from '../lib/types.js'
import { splitCores } from './http.js'

/** What is measured of streams. */
export const STREAM_CASES = [{ name: 'speed' }, { name: 'delay' }, { name: 'memory' }] as const

export const STREAM = 'stream'
export const BARE = 'bare loop'
/** How the tasks are called in the results. */
export const describeSpeed = (route: RouteName) => `/${route}/batch, 1 stream`
export const describeDelay = (connections: number) => `/predict, ${connections} connections`
export const MEMORY = 'memory of a stream'

/** Connections of single requests beside a stream. */
export const DELAY_CONNECTIONS = [1, 8, 32]

/** Longer than any measurement. */
const ENDLESS = 1e9

/** One process that serves, and a file of rows. */
interface Running {
  readonly pid: number
  readonly url: string
  readonly rows: string
}

export async function measureStreams(dumps: Dumps, settings: Settings, recorder: Recorder): Promise<void> {
  const wants = (name: typeof STREAM_CASES[number]['name']) => settings.wants('stream', name)
  for (let round = 1; round <= settings.rounds && (wants('speed') || wants('delay')); round++) {
    recorder.progress(`stream: round ${round} of ${settings.rounds}`)
    if (wants('speed')) await withServer(dumps, settings, service => measureSpeed(service, dumps, settings, recorder))
    if (wants('delay')) await withServer(dumps, settings, service => measureDelay(service, settings, recorder))
  }
  if (!wants('memory')) return
  recorder.progress(`stream: memory, ${settings.streamRows.toLocaleString('en')} rows`)
  await withServer(dumps, settings, service => measureMemory(service, settings, recorder))
}

/** The stream and the bare loop one after the other, on the same core. */
async function measureSpeed(service: Running, dumps: Dumps, settings: Settings, recorder: Recorder): Promise<void> {
  for (const route of ROUTES) {
    await stream(service, route, settings.quick ? 1 : 3)
    const { rowsPerSecond } = await stream(service, route, settings.loadSeconds)
    const loop = pin({
      program: process.execPath,
      args: [join(COMPILED, 'peers', 'bare-loop.js'), settings.root, dumps.folder, route, service.rows, String(settings.loadSeconds * 1000)]
    }, splitCores(1).server)
    recorder.add('stream', STREAM, describeSpeed(route), 'rows per second', rowsPerSecond)
    recorder.add('stream', BARE, describeSpeed(route), 'rows per second', Number(await run(loop, 600_000)))
  }
}

async function measureDelay(service: Running, settings: Settings, recorder: Recorder): Promise<void> {
  const load = { url: `${service.url}/predict`, bodies: service.rows, cores: splitCores(1).client, seconds: settings.loadSeconds }
  await runLoad({ ...load, connections: 8, seconds: settings.quick ? 1 : 3 })
  await stream(service, 'predict', settings.quick ? 1 : 3)
  for (const connections of DELAY_CONNECTIONS) {
    const alone = await runLoad({ ...load, connections })
    const streaming = stream(service, 'predict', settings.loadSeconds + 1)
    await sleep(500)
    const beside = await runLoad({ ...load, connections })
    const { rowsPerSecond } = await streaming
    const task = describeDelay(connections)
    recorder.add('stream', 'no stream', task, 'p99, ms', alone.p99)
    recorder.add('stream', STREAM, task, 'p99, ms', beside.p99)
    recorder.add('stream', 'no stream', task, 'requests per second', alone.requestsPerSecond)
    recorder.add('stream', STREAM, task, 'requests per second', beside.requestsPerSecond)
    recorder.add('stream', STREAM, task, 'rows per second', rowsPerSecond)
  }
}

async function measureMemory(service: Running, settings: Settings, recorder: Recorder): Promise<void> {
  let highest = 0
  const watch = setInterval(() => {
    highest = Math.max(highest, residentMb(service.pid))
  }, 1000)
  try {
    const { rows } = await stream(service, 'predict', ENDLESS, settings.streamRows)
    highest = Math.max(highest, residentMb(service.pid))
    recorder.add('stream', STREAM, MEMORY, 'rows', rows)
    recorder.add('stream', STREAM, MEMORY, 'highest MB', highest)
  } finally {
    clearInterval(watch)
  }
}

/** @param seconds after which it ends, or after so many rows */
async function stream(service: Running, route: RouteName, seconds: number, rows = ENDLESS): Promise<StreamResult> {
  const args = [join(COMPILED, 'lib', 'stream-client.js'), `${service.url}/${route}/batch`, service.rows, String(seconds), String(rows)]
  const said = await run(pin({ program: process.execPath, args }, splitCores(1).client))
  return JSON.parse(said.trim().split('\n').at(-1) ?? '') as StreamResult
}

async function withServer(dumps: Dumps, settings: Settings, use: (service: Running) => Promise<void>): Promise<void> {
  const folder = join(CACHE, 'stream')
  mkdirSync(folder, { recursive: true })
  const rows = join(folder, 'rows.ndjson')
  writeFileSync(rows, makeCustomers(500).map(customer => JSON.stringify(customer)).join('\n'))
  const port = await freePort()
  const command = SERVERS[0].command({
    root: settings.root, program: process.execPath, port, processes: 1, pickles: '', dumps: dumps.folder, served: folder
  })
  const server = startServer(pin(command, splitCores(1).server))
  try {
    const url = `http://127.0.0.1:${port}`
    const failed = () => server.ended() ? server.complaints() : undefined
    await until(async () => (await fetch(`${url}/health/ready`)).ok, failed)
    await use({ pid: server.pid, url, rows })
  } finally {
    await server.stop()
  }
}
