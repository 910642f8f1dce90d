/**
 * How long `/predict` takes while a batch of 1,000 rows is explained: its p99 may at most double.
 *
 *   npm run build && node tools/bench/explain-latency.mjs [SECONDS]
 *
 * One caller asks one row at a time, at an even pace, first alone and then beside batches that follow each other without
 * a gap, plain ones and explained ones. Nothing else should run meanwhile.
 */
import { spawn } from 'node:child_process'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const SECONDS = Number(process.argv[2] ?? 10)
const PACE_MS = 2
const PORT = 5871
const ROW = { pct_video_usage: 0.4, monthly_spend: 65_000, travel_score: 0.1, complaint_count: 2, plan_type: 'Prepaid' }
const BATCH = JSON.stringify({
  instances: Array.from({ length: 1000 }, (_, i) => ({ ...ROW, monthly_spend: 1000 + i * 200, complaint_count: i % 5 }))
})

const root = join(import.meta.dirname, '..', '..')
const service = spawn(process.execPath, [join(root, 'dist', 'src', 'server.js')], {
  env: { ...process.env, PORT: String(PORT), HOST: '127.0.0.1', LOG_LEVEL: 'error', WORKERS: '1' }, stdio: 'inherit'
})
const agent = new Agent({ keepAlive: true })

function post(path, body) {
  return new Promise((resolve, reject) => {
    const sent = request({
      agent, host: '127.0.0.1', port: PORT, path, method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    }, answer => answer.resume().on('end', () => {
      if (answer.statusCode === 200) resolve()
      else reject(new Error(`${path} answered ${answer.statusCode}`))
    }))
    sent.on('error', reject).end(body)
  })
}

async function untilReady() {
  for (let tries = 0; tries < 200; tries++) {
    try {
      return await post('/predict', JSON.stringify(ROW))
    } catch {
      await sleep(50)
    }
  }
  throw new Error('the service does not start')
}

/** @returns milliseconds of each request, in ascending order */
async function measure(seconds) {
  const row = JSON.stringify(ROW)
  const times = []
  const end = performance.now() + seconds * 1000
  while (performance.now() < end) {
    const start = performance.now()
    await post('/predict', row)
    times.push(performance.now() - start)
    await sleep(Math.max(0, PACE_MS - (performance.now() - start)))
  }
  return times.sort((a, b) => a - b)
}

async function beside(path) {
  let goesOn = path !== undefined
  let batches = 0
  const load = (async () => {
    while (goesOn) {
      await post(path, BATCH)
      batches++
    }
  })()
  const times = await measure(SECONDS)
  goesOn = false
  await load
  const at = share => times[Math.floor(times.length * share)].toFixed(3).padStart(9)
  const name = path ?? 'alone'
  console.log(`${name.padEnd(32)}${at(0.5)}${at(0.99)}${at(0.999)}${String(times.length).padStart(9)}${String(batches).padStart(9)}`)
  return times[Math.floor(times.length * 0.99)]
}

try {
  await untilReady()
  for (const path of ['/predict/batch', '/predict/batch?explain=3', '/recommend/batch?explain=3']) await post(path, BATCH)
  await measure(2)
  console.log(`${'beside'.padEnd(32)}   p50 ms   p99 ms p99.9 ms requests  batches`)
  const alone = await beside()
  await beside('/predict/batch')
  const churn = await beside('/predict/batch?explain=3')
  const offers = await beside('/recommend/batch?explain=3')
  console.log(`p99 beside explained batches: ${(churn / alone).toFixed(2)} and ${(offers / alone).toFixed(2)} times that alone`)
} finally {
  service.kill()
}
