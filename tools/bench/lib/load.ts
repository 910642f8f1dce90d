/** Requests over kept connections, from a client in a process of its own: wrk where there is one, else autocannon. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { BENCH, COMPILED } from './paths.js'
import { has, pin, run } from './processes.js'

export interface Load {
  readonly url: string
  /** File of JSON bodies, one a line. */
  readonly bodies: string
  readonly connections: number
  readonly seconds: number
  /** Cores of the client, as taskset has it; undefined: all. */
  readonly cores?: string | undefined
}

export interface LoadResult {
  readonly requests: number
  readonly requestsPerSecond: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  /** Answers that were not 2xx, and connections that failed. */
  readonly errors: number
}

export const CLIENT = has('wrk') ? 'wrk' : 'autocannon'

/** @throws Error when the client fails, or any answer was none */
export async function runLoad(load: Load): Promise<LoadResult> {
  const result = CLIENT === 'wrk' ? await runWrk(load) : await runAutocannon(load)
  if (result.errors > 0) throw new Error(`${result.errors} of ${result.requests} requests failed`)
  return result
}

async function runWrk({ url, bodies, connections, seconds, cores }: Load): Promise<LoadResult> {
  const args = ['-t', '1', '-c', String(connections), '-d', `${seconds}s`, '--timeout', '30s', '-s', join(BENCH, 'lib', 'wrk.lua'), url]
  const command = pin({ program: 'wrk', args, env: { BODIES: bodies } }, cores)
  const said = await run(command, (seconds + 60) * 1000)
  return JSON.parse(said.trim().split('\n').at(-1) ?? '') as LoadResult
}

async function runAutocannon({ url, bodies, connections, seconds, cores }: Load): Promise<LoadResult> {
  readFileSync(bodies)
  const args = [join(COMPILED, 'lib', 'autocannon.js'), url, bodies, String(connections), String(seconds)]
  const said = await run(pin({ program: process.execPath, args }, cores), (seconds + 60) * 1000)
  return JSON.parse(said.trim().split('\n').at(-1) ?? '') as LoadResult
}
