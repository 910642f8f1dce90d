/** `node autocannon.js URL BODIES CONNECTIONS SECONDS`: a load, its result as a line of JSON. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { LoadResult } from './load.js'

/** What is used of the package. */
type Autocannon = (options: object) => Promise<{
  requests: { total: number, average: number }
  latency: { p50: number, p99: number }
  non2xx: number
  errors: number
}>

const autocannon = createRequire(import.meta.url)('autocannon') as Autocannon
const [url, bodies, connections, seconds] = process.argv.slice(2)
const requests = readFileSync(bodies, 'utf8').split('\n').map(body => ({ method: 'POST', body }))
const { requests: { total, average }, latency, non2xx, errors } = await autocannon({
  url, connections: Number(connections), duration: Number(seconds), timeout: 30,
  headers: { 'content-type': 'application/json' }, requests
})
process.stdout.write(`${JSON.stringify({
  requests: total, requestsPerSecond: average, p50: latency.p50, p99: latency.p99, errors: non2xx + errors
} satisfies LoadResult)}\n`)
