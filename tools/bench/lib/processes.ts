/** Programs: run to their end, or started, watched and stopped. Only what was started here is ever stopped. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { availableParallelism } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Command {
  readonly program: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) killGroup(child, 'SIGKILL')
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

/** Whether two cores and `taskset` allow to give programs cores of their own. */
export const CAN_PIN = availableParallelism() > 1 && has('taskset')

/** Whether the shell finds a program. */
export function has(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0
}

/** @returns what it printed; @throws Error with the end of what it complained about */
export async function run({ program, args, env, cwd }: Command, timeoutMs = 3_600_000): Promise<string> {
  // A group of its own, so that its compilers and workers end with it.
  const child = spawn(program, args, {
    cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: true
  })
  running.add(child)
  let printed = ''
  let complaints = ''
  let isLate = false
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-2000)
  })
  const timer = setTimeout(() => {
    isLate = true
    killGroup(child, 'SIGKILL')
  }, timeoutMs)
  try {
    const [status] = await once(child, 'close') as [number | null]
    if (status === 0) return printed
    const said = complaints.split('\n').filter(line => line.trim() !== '').slice(-3).join(' / ')
    const reason = isLate ? `no end after ${timeoutMs / 1000} s` : said === '' ? `status ${status}` : said
    throw new Error(`${program.split('/').at(-1)}: ${reason.slice(-400)}`)
  } finally {
    clearTimeout(timer)
    running.delete(child)
  }
}

/** The same command on these cores only, where that can be had. */
export function pin(command: Command, cores: string | undefined): Command {
  if (cores === undefined || !CAN_PIN) return command
  return { ...command, program: 'taskset', args: ['-c', cores, command.program, ...command.args] }
}

/** A server, in a process group of its own with whatever it starts. */
export interface Server {
  readonly pid: number
  readonly startedAt: number
  /** What it complained about so far, and whether it has ended. */
  complaints(): string
  ended(): boolean
  stop(): Promise<void>
}

export function startServer({ program, args, env, cwd }: Command): Server {
  const startedAt = performance.now()
  const child = spawn(program, args, {
    cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'], detached: true
  })
  running.add(child)
  let complaints = ''
  child.stderr.on('data', (data: Buffer) => {
    complaints = (complaints + data.toString()).slice(-2000)
  })
  child.on('error', error => {
    complaints += error.message
  })
  const ended = () => child.exitCode !== null || child.signalCode !== null || child.pid === undefined
  return {
    pid: child.pid ?? 0,
    startedAt,
    complaints: () => complaints.trim(),
    ended,
    async stop() {
      if (!ended()) {
        const gone = once(child, 'exit')
        child.kill('SIGTERM')
        if (await Promise.race([gone, sleep(8000, 'late')]) === 'late') {
          killGroup(child, 'SIGKILL')
          await gone
        }
      }
      // Workers whose parent went first.
      killGroup(child, 'SIGKILL')
      running.delete(child)
    }
  }
}

function killGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal)
  } catch {
    // Nobody is left.
  }
}

/** A port that is free, as are the two behind it, which MLServer takes as well. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = await listen(0)
    if (port !== undefined && await listen(port + 1) !== undefined && await listen(port + 2) !== undefined) return port
  }
}

/** @returns the port, closed again; undefined when it is in use, or is none */
async function listen(wanted: number): Promise<number | undefined> {
  if (wanted > 65_535) return undefined
  const server = createServer().listen(wanted, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch {
    return undefined
  }
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Resident memory in MB of a process and all that it started: pages that several share are counted for each. */
export function residentMb(pid: number): number {
  const table = spawnSync('ps', ['-e', '-o', 'pid=,ppid=,rss='], { encoding: 'utf8' }).stdout
  const processes = (existsSync('/proc') && table === '' ? readProc(pid) : table).trim().split('\n')
    .map(line => line.trim().split(/\s+/).map(Number))
  const family = new Set([pid])
  for (let before = 0; before !== family.size;) {
    before = family.size
    for (const [id, parent] of processes) if (family.has(parent)) family.add(id)
  }
  return processes.filter(([id]) => family.has(id)).reduce((sum, [, , kb]) => sum + kb, 0) / 1024
}

/** For machines without `ps`: the process alone. */
function readProc(pid: number): string {
  const rss = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0'
  return `${pid} 0 ${rss}`
}
