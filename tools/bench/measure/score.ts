/** A file of customers from start to end: read, prepared, scored, written. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { SCORERS, type FileScorer } from '../lib/cases.js'
import { makeCustomers } from '../lib/customers.js'
import { provide } from '../lib/environments.js'
import type { Models } from '../lib/forests.js'
import { CACHE } from '../lib/paths.js'
import { pin, residentMb, startServer } from '../lib/processes.js'
import type { Recorder, Settings } from '../lib/types.js'

export const SCORED_MODELS = ['recommend', 'churn'] as const
export const SECONDS = 'seconds'
export const PEAK_MB = 'MB at most'

/** Which file, with which model. */
export function describeFile(rows: number, model: string): string {
  return `${rows.toLocaleString('en')} customers, ${model}`
}

export function countFileRows(quick: boolean): number {
  return quick ? 100_000 : 1_000_000
}

export async function measureScore(models: Models, settings: Settings, recorder: Recorder): Promise<void> {
  const rows = countFileRows(settings.quick)
  const input = makeFile(rows)
  const peers = new Set(SCORERS.filter(({ name }) => settings.wants('score', name)))
  // Round 0 fills the caches of the disk.
  for (let round = 0; round <= settings.rounds; round++) {
    for (const model of SCORED_MODELS) {
      for (const peer of peers) {
        recorder.progress(`score: ${peer.name}, ${model}, round ${round} of ${settings.rounds}`)
        try {
          const { seconds, peakMb } = await runScorer(peer, model, rows, input, models, settings)
          if (round === 0) continue
          recorder.add('score', peer.name, describeFile(rows, model), SECONDS, seconds)
          recorder.add('score', peer.name, describeFile(rows, model), PEAK_MB, peakMb)
        } catch (error) {
          peers.delete(peer)
          recorder.note(`a file scored with ${peer.title}: ${(error as Error).message}`)
        }
      }
    }
  }
}

/** The same file every time. */
function makeFile(rows: number): string {
  const path = join(CACHE, 'score', `customers-${rows}.csv`)
  if (existsSync(path)) return path
  mkdirSync(join(CACHE, 'score'), { recursive: true })
  const customers = makeCustomers(rows)
  const lines = customers.map(customer => Object.values(customer).join(','))
  writeFileSync(path, `${Object.keys(customers[0]).join(',')}\n${lines.join('\n')}\n`)
  return path
}

async function runScorer(
  peer: FileScorer, model: string, rows: number, input: string, models: Models, { root }: Settings
): Promise<{ seconds: number, peakMb: number }> {
  const program = await provide(peer.needs)
  const output = join(CACHE, 'score', `${peer.name}.csv`)
  rmSync(output, { force: true })
  const command = peer.command({ root, program, model, input, output, pickles: models.pickles, dumps: models.dumps })
  const run = startServer(pin(command, '0,1'))
  let peakMb = 0
  while (!run.ended()) {
    peakMb = Math.max(peakMb, readPeakMb(run.pid))
    await sleep(10)
  }
  const seconds = (performance.now() - run.startedAt) / 1000
  const lines = existsSync(output) ? readFileSync(output).reduce((sum, byte) => byte === 10 ? sum + 1 : sum, 0) : 0
  if (lines !== rows + 1) throw new Error(`${lines} lines instead of ${rows + 1}: ${run.complaints().split('\n').at(-1)}`)
  return { seconds, peakMb }
}

/** The most that a process ever had, where the system keeps count of it; else what it has. */
function readPeakMb(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
  } catch {
    return existsSync('/proc/self') ? 0 : residentMb(pid)
  }
}
