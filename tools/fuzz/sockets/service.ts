/** The service itself, in a process of its own with a small heap, and what can be seen of it from outside. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { PACKAGE_ROOT } from '../../../src/config.js'
import { LIMIT_BYTES } from '../shared/limits.js'
import { readUsed } from '../shared/used.js'

const SERVER = join(PACKAGE_ROOT, 'dist', 'src', 'server.js')
const LEASH = new URL('leash.js', import.meta.url).href
const HEAP_MIB = 256
/** Long beside anything that a case waits for, also where other programs leave the callers little time. */
const REQUEST_TIMEOUT_MS = 30_000
const START_MS = 120_000
const LOOK_EVERY_MS = 50
const ERROR_LEVEL = 50

export class Service {
  /** What it has done that it never should, the first thing. */
  fault: string | undefined
  port = 0
  private watch: NodeJS.Timeout | undefined
  private line = ''

  private constructor(private readonly child: ChildProcess) {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => this.hear(text))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => this.blame(`standard error: ${text.slice(0, 2000)}`))
    child.on('exit', (code, signal) => this.blame(`the process ended: ${signal ?? `exit status ${code}`}`))
  }

  static async start(): Promise<Service> {
    const child = spawn(process.execPath, [`--max-old-space-size=${HEAP_MIB}`, '--import', LEASH, SERVER], {
      env: { PATH: process.env.PATH, HOST: '127.0.0.1', PORT: '0', REQUEST_TIMEOUT_MS: String(REQUEST_TIMEOUT_MS) },
      stdio: ['pipe', 'pipe', 'pipe']
    })
    const service = new Service(child)
    for (const start = performance.now(); service.port === 0; await sleep(LOOK_EVERY_MS)) {
      if (service.fault !== undefined) throw new Error(service.fault)
      if (performance.now() - start > START_MS) throw new Error('the service does not start')
    }
    service.watch = setInterval(() => service.measure(), LOOK_EVERY_MS)
    return service
  }

  async stop(): Promise<void> {
    clearInterval(this.watch)
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    this.fault ??= 'stopped'
    this.child.kill('SIGKILL')
    await once(this.child, 'exit')
  }

  /** Milliseconds of processor time that it has used. */
  get used(): number {
    return readUsed(this.child.pid)
  }

  private blame(what: string): void {
    this.fault ??= what
  }

  private hear(text: string): void {
    const lines = (this.line + text).split('\n')
    this.line = lines.pop() ?? ''
    for (const line of lines) {
      const { level, msg } = JSON.parse(line) as { level: number, msg: unknown }
      const [, port] = /^Server listening at .*:(\d+)$/.exec(String(msg)) ?? []
      if (port !== undefined) this.port = Number(port)
      if (level >= ERROR_LEVEL) this.blame(`logged: ${line.slice(0, 2000)}`)
    }
  }

  private measure(): void {
    const bytes = residentBytes(this.child.pid)
    if (bytes > LIMIT_BYTES) this.blame(`took ${Math.round(bytes / 2 ** 20)} MiB, more than ${LIMIT_BYTES / 2 ** 20}`)
  }
}

/** Memory that a process has; 0 where the system does not say. */
function residentBytes(pid: number | undefined): number {
  try {
    return 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  } catch {
    return 0
  }
}
