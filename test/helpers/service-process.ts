/** Real processes of the service, for tests of what only a process does. */
import { spawn, type ChildProcess } from 'node:child_process'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Test } from 'tap'

export const SERVER = join(import.meta.dirname, '..', '..', 'src', 'server.js')

export interface Service {
  readonly process: ChildProcess
  /** What it has written to both outputs. */
  readonly output: () => string
  /** Parsed log lines. */
  readonly log: () => Array<Record<string, unknown>>
  readonly exited: Promise<{ status: number | null, signal: string | null }>
}

/** Starts a program of the service, with nothing of this process's settings. Killed after the test. */
export function startProcess(t: Test, env: Record<string, string>, program = SERVER, args: string[] = []): Service {
  const child = spawn(process.execPath, [program, ...args], {
    env: { PATH: process.env.PATH, HOST: '127.0.0.1', ...env }, stdio: ['ignore', 'pipe', 'pipe']
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', data => { output += String(data) })
  }
  const exited = new Promise<{ status: number | null, signal: string | null }>(resolve => {
    child.on('close', (status, signal) => resolve({ status, signal }))
  })
  t.teardown(() => child.kill('SIGKILL'))
  const parse = (line: string) => JSON.parse(line) as Record<string, unknown>
  const log = () => output.split('\n').filter(line => line.startsWith('{')).map(parse)
  return { process: child, output: () => output, log, exited }
}

export const sleep = async (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

/** Waits until something holds. Fails with what the service has said. */
export async function until(check: () => unknown, service: Service): Promise<void> {
  for (let i = 0; i < 2400; i++) {
    if (await check()) return
    await sleep(25)
  }
  throw new Error(`it never came: ${service.output()}`)
}

/** Log lines of the processes that have begun to listen. */
export function listeners(service: Service): Array<Record<string, unknown>> {
  return service.log().filter(({ msg }) => String(msg).startsWith('Server listening'))
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

/** A service that listens, in as many processes as it was told to. */
export async function startListening(
  t: Test, env: Record<string, string> = {}, program = SERVER
): Promise<Service & { port: number }> {
  const port = await freePort()
  const service = startProcess(t, { PORT: String(port), ...env }, program)
  await until(() => listeners(service).length === Number(env.WORKERS ?? 1), service)
  return { ...service, port }
}
