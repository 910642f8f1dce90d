/**
 * The cases of one process, one after the other. It says on standard output which it begins, so that whoever started it
 * knows what it was at when it dies or hangs.
 *
 * Lines: `b NUMBER` begins a case, `f NUMBER JSON` found a fault, `a NUMBER` took it, `d NUMBER` declined
 * it, `s NUMBER WHY` suspects it of having taken too long or too much memory, `r NUMBER` ends before that case,
 * with which another process goes on.
 */
import { writeSync } from 'node:fs'
import type { Fuzzer, Kind } from './shared/fuzzer.js'
import { LIMIT_BYTES, LIMIT_MS, type Fault } from './shared/limits.js'

export interface WorkerOptions {
  readonly kind: Kind
  readonly seed: number
  /** Cases `from`, `from + step` and so on, up to and without `to`. */
  readonly from: number
  readonly to: number
  readonly step: number
  readonly corpus: readonly string[]
  /** Folder of the texts that are mutated, with dumps. */
  readonly dumps: string
}

/** Beyond this it is the garbage of many cases, and a fresh process costs less than to look for it. */
const RESTART_BYTES = 0.75 * LIMIT_BYTES
const STDOUT = 1

export async function work(fuzzer: Fuzzer, options: WorkerOptions): Promise<void> {
  for (let number = options.from; number < options.to; number += options.step) {
    say(`b ${number}`)
    const began = process.cpuUsage()
    try {
      const made = fuzzer.make(number)
      say(`${await made.run() === 'accepted' ? 'a' : 'd'} ${number}`)
    } catch (error) {
      say(`f ${number} ${JSON.stringify(describeFault(error))}`)
    }
    if (fuzzer.isApart === true) continue
    const { user, system } = process.cpuUsage(began)
    const peak = process.resourceUsage().maxRSS * 1024
    if ((user + system) / 1000 > LIMIT_MS) say(`s ${number} took more than ${LIMIT_MS / 1000} s`)
    if (peak > LIMIT_BYTES) say(`s ${number} took more than ${LIMIT_BYTES / 2 ** 20} MiB`)
    if (peak > RESTART_BYTES) {
      say(`r ${number + options.step}`)
      return
    }
  }
  say(`r ${options.to}`)
}

/** Not process.stdout, whose lines may wait for a iteration of the event loop that never comes. */
function say(line: string): void {
  writeSync(STDOUT, `${line}\n`)
}

function describeFault(error: unknown): Fault {
  if (!(error instanceof Error)) return { what: `threw ${String(error)}`, where: '' }
  const [, ...frames] = (error.stack ?? '').split('\n    at ')
  return { what: `${error.name}: ${error.message.slice(0, 300)}`, where: frames.slice(0, 6).join('\n') }
}
