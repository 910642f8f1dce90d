/** `recall-ml score`: a file of rows, each with the model's answer at its end. */
import { existsSync } from 'node:fs'
import { ConfigError, readConfig } from '../../src/config.js'
import { checkpointName } from './output/checkpoint.js'
import { isSpecial } from './output/descriptor.js'
import { formatTime, say } from './shared/words.js'
import type { Job } from './job.js'
import { lockOutput, type Lock } from './output/lock.js'
import { describeProvenance } from './describe-provenance.js'
import { readOptions, type ScoreCommandOptions } from './options.js'
import { listReasons } from './output/reasons.js'
import { runJob, type Outcome } from './run.js'
import { BusyError, PipeClosedError, ResumeError, ScoreError, UsageError } from './shared/score-error.js'
import { resolveFile } from './output/sink.js'

/** Exit statuses. Those of signals are the shell's: 128 and the signal's number. */
export const EXIT = { done: 0, failed: 1, usage: 2, rejected: 3, SIGINT: 130, SIGPIPE: 141, SIGTERM: 143 } as const

/** Reasons for rejections that the summary has. */
const REASONS = 5

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

export type { ScoreCommandOptions } from './options.js'

/**
 * Scores and says on standard error what came of it.
 * @param input path; undefined or `-`: standard input
 * @returns the exit status, see {@link EXIT}
 */
export async function runScore(input: string | undefined, options: ScoreCommandOptions): Promise<number> {
  const stopper = new AbortController()
  let stoppedBy: typeof SIGNALS[number] | undefined
  const stop = (signal: typeof SIGNALS[number]) => {
    // The second time, nothing is waited for.
    if (stoppedBy !== undefined) process.exit(EXIT[signal])
    stoppedBy = signal
    stopper.abort()
  }
  for (const signal of SIGNALS) process.on(signal, stop)
  const startedAt = performance.now()
  let job: Job | undefined
  let lock: Lock | undefined
  try {
    job = readOptions(input, options, readConfig(), process.env)
    lock = await lockFile(job)
    if (job.input === undefined && process.stdin.isTTY) say('reading standard input, up to Ctrl-D')
    const outcome = await runJob(job, stopper.signal)
    const seconds = (performance.now() - startedAt) / 1000
    if (outcome.interrupted) {
      say(`stopped by ${stoppedBy} after ${describeRows(outcome)}${howToResume(job)}`)
      return EXIT[stoppedBy ?? 'SIGTERM']
    }
    const tooMany = exceeds(outcome, job)
    if (!job.quiet || tooMany) summarize(outcome, job, seconds)
    return tooMany ? EXIT.rejected : EXIT.done
  } catch (error) {
    if (error instanceof PipeClosedError) return EXIT.SIGPIPE
    if (stoppedBy !== undefined) {
      say(`stopped by ${stoppedBy}`)
      return EXIT[stoppedBy]
    }
    if (error instanceof UsageError || error instanceof ConfigError) {
      say(error.message)
      return EXIT.usage
    }
    if (!(error instanceof ScoreError)) throw error
    say(error.message)
    if (job?.out !== undefined && !(error instanceof BusyError)) {
      say(describeUnwritten(job.out) + (error instanceof ResumeError ? '' : howToResume(job)))
    }
    return EXIT.failed
  } finally {
    await lock?.release()
    for (const signal of SIGNALS) process.off(signal, stop)
  }
}

/** No other run may write the same file meanwhile. */
async function lockFile({ out }: Job): Promise<Lock | undefined> {
  const target = out === undefined ? undefined : await resolveFile(out)
  return target === undefined ? undefined : await lockOutput(target)
}

/** What stands under the output's name is of an earlier run. */
function describeUnwritten(out: string): string {
  const isOld = !isSpecial(out) && existsSync(out)
  return `${out} was not written${isOld ? `; an older ${out} is still there` : ''}`
}

function exceeds({ totals: { rows, rejected } }: Outcome, { limit }: Job): boolean {
  return 'rows' in limit ? rejected > limit.rows : rejected > (rows + rejected) * limit.percent / 100
}

function summarize(outcome: Outcome, job: Job, seconds: number): void {
  const { totals: { rejected, defaulted, blank, reasons = {} }, provenance, resumedAfter } = outcome
  const parts = [`${describeRows(outcome)} in ${formatSeconds(seconds)}`]
  if (rejected > 0) parts.push(`${count(rejected)} rejected (${job.rejects})`)
  if (defaulted > 0) parts.push(`${count(defaulted)} with fields that counted as their fallback`)
  if (blank > 0) parts.push(`${count(blank)} empty lines passed over`)
  if (resumedAfter > 0) parts.push(`${count(resumedAfter)} of them done before`)
  parts.push(`${count(Math.round((total(outcome) - resumedAfter) / seconds))} rows/s`)
  say(parts.join(', '))
  for (const [reason, times] of listReasons(reasons, REASONS)) say(`rejected, ${countRows(times)}: ${reason}`)
  say(describeProvenance(job.model, provenance))
}

function total({ totals: { rows, rejected } }: Outcome): number {
  return rows + rejected
}

function describeRows({ totals: { rows } }: Outcome): string {
  return `${countRows(rows)} scored`
}

function countRows(rows: number): string {
  return `${count(rows)} ${rows === 1 ? 'row' : 'rows'}`
}

function count(number: number): string {
  return number.toLocaleString('en')
}

function formatSeconds(seconds: number): string {
  return seconds < 60 ? `${seconds.toFixed(1)} s` : formatTime(seconds)
}

function howToResume({ out }: Job): string {
  return out !== undefined && existsSync(checkpointName(out)) ? '; go on from there with --resume' : ''
}
