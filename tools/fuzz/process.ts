/** A worker process and what it says. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { LIMIT_BYTES, SILENCE_MS, type Fault } from './limits.js'
import type { WorkerOptions } from './work.js'

const WORKER = fileURLToPath(new URL('worker.js', import.meta.url))
/** V8 counts in MiB. The rest of the limit is for what is not on its heap. */
const HEAP = Math.floor(0.75 * LIMIT_BYTES / 2 ** 20)
const KEPT_STDERR = 2000

/** How a worker ended. */
export interface Ending {
  /** The case that the next worker begins with. */
  readonly next: number
  /** The case that ended it, when one did, and how. */
  readonly broken?: { readonly number: number, readonly fault: Fault }
}

export interface Listener {
  readonly onFault: (number: number, fault: Fault) => void
  readonly onSuspect: (number: number) => void
  readonly onCounts: (accepted: number, refused: number) => void
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
  let silent = false
  let stderr = ''
  const kill = () => {
    silent = true
    child.kill('SIGKILL')
  }
  const watchdog = setTimeout(kill, SILENCE_MS)
  child.stderr.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-KEPT_STDERR)
  })
  const ended = new Promise<string>(resolve => {
    child.on('close', (code, signal) => resolve(signal ?? `exit status ${code}`))
  })
  for await (const line of createInterface({ input: child.stdout })) {
    watchdog.refresh()
    const [, mark, first, rest = ''] = /^(\w) (\d+) ?(.*)$/.exec(line) ?? []
    if (mark === 'b') current = Number(first)
    else if (mark === 'f') listener.onFault(Number(first), JSON.parse(rest) as Fault)
    else if (mark === 's') listener.onSuspect(Number(first))
    else if (mark === 'c') listener.onCounts(Number(first), Number(rest))
    else if (mark === 'r') next = Number(first)
  }
  const how = await ended
  clearTimeout(watchdog)
  if (next !== undefined) return { next }
  const what = silent ? `no answer within ${SILENCE_MS / 1000} s` : `the process ended: ${how}`
  return { next: current + options.step, broken: { number: current, fault: { what, where: stderr } } }
}
