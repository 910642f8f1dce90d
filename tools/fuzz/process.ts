/** A worker process and what it says. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { LIMIT_BYTES, PATIENCE_MS, SILENCE_MS, type Fault } from './shared/limits.js'
import { readUsed } from './shared/used.js'
import type { WorkerOptions } from './work.js'

const WORKER = fileURLToPath(new URL('worker.js', import.meta.url))
/** V8 counts in MiB. The rest of the limit is for what is not on its heap. */
const HEAP = Math.floor(0.75 * LIMIT_BYTES / 2 ** 20)
const KEPT_STDERR = 2000
const LOOK_EVERY_MS = 2000

/** How a worker ended. */
export interface Ending {
  /** The case that the next worker begins with. */
  readonly next: number
  /** The case that ended it, when one did, and how. */
  readonly broken?: { readonly number: number, readonly fault: Fault }
}

export interface Listener {
  readonly onFault: (number: number, fault: Fault) => void
  readonly onSuspect: (number: number, why: string) => void
  readonly onDone: (outcome: 'accepted' | 'refused') => void
}

/** Runs the cases in a process of their own until they are done, or one ends it. */
export async function runWorker(
  options: WorkerOptions, listener: Listener, script = WORKER
): Promise<Ending> {
  const child = spawn(process.execPath, [`--max-old-space-size=${HEAP}`, script, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'pipe']
  })
  let current = options.from
  let next: number | undefined
  let begun = false
  let silent = false
  let stderr = ''
  let heard = { at: performance.now(), used: 0 }
  const watchdog = setInterval(() => {
    const quiet = performance.now() - heard.at
    // Most of the time there is nothing to look for. To begin takes a while.
    if (quiet < LOOK_EVERY_MS) return
    if ((!begun || readUsed(child.pid) - heard.used < SILENCE_MS) && quiet < PATIENCE_MS) return
    silent = true
    child.kill('SIGKILL')
  }, LOOK_EVERY_MS)
  child.stderr.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-KEPT_STDERR)
  })
  const ended = new Promise<string>(resolve => {
    child.on('close', (code, signal) => resolve(signal ?? `exit status ${code}`))
  })
  for await (const line of createInterface({ input: child.stdout })) {
    const now = performance.now()
    if (!begun || now - heard.at > LOOK_EVERY_MS / 2) heard = { at: now, used: readUsed(child.pid) }
    begun = true
    const [, mark, first, rest = ''] = /^(\w) (\d+) ?(.*)$/.exec(line) ?? []
    if (mark === 'b') current = Number(first)
    else if (mark === 'f') listener.onFault(Number(first), JSON.parse(rest) as Fault)
    else if (mark === 's') listener.onSuspect(Number(first), rest)
    else if (mark === 'a' || mark === 'd') listener.onDone(mark === 'a' ? 'accepted' : 'refused')
    else if (mark === 'r') next = Number(first)
  }
  const how = await ended
  clearInterval(watchdog)
  if (next !== undefined) return { next }
  const what = silent ? 'hangs' : `the process ended: ${how}`
  return { next: current + options.step, broken: { number: current, fault: { what, where: stderr } } }
}
