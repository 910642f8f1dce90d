/** A file beside an output that says who is writing it, so that no other run does. */
import { open, readFile, stat, utimes, type FileHandle } from 'node:fs/promises'
import { hostname } from 'node:os'
import { BusyError, wrapIo } from '../shared/score-error.js'
import { removeFile } from './sink.js'

/** How often a run shows that it is alive: machines that share a disk do not see each other's processes. */
const BEAT_MS = 10_000

/** A lock that shows no life for so long is of a run that has ended. */
const STALE_MS = 60_000

/** Runs that may end or begin while one looks for a free moment. */
const ATTEMPTS = 5

interface Holder {
  readonly pid: number
  readonly host: string
}

/** Held until it is released or its process has ended. */
export interface Lock {
  release(): Promise<void>
}

/**
 * Locks an output. A lock that a killed run has left is taken over.
 * @throws BusyError when another run is writing it
 */
export async function lockOutput(target: string): Promise<Lock> {
  const path = lockName(target)
  for (let i = 0; i < ATTEMPTS; i++) {
    const file = await create(path, target)
    if (file !== undefined) return await hold(file, path)
    if (await isHeld(target)) break
    await removeFile(path)
  }
  const other = describeHolder(await readHolder(path))
  throw new BusyError(
    `${target}: another run${other} is writing this: wait for it, or name another file; ` +
    `if there is no such run, remove ${path}`
  )
}

/** Whether a run that is alive, another than this one, has locked an output. */
export async function isHeld(target: string): Promise<boolean> {
  const path = lockName(target)
  const touched = await stat(path).then(({ mtimeMs }) => mtimeMs, () => undefined)
  if (touched === undefined || Date.now() - touched > STALE_MS) return false
  const holder = await readHolder(path)
  return holder?.host !== hostname() || isAlive(holder.pid)
}

function lockName(target: string): string {
  return `${target}.lock`
}

/** @returns undefined when there is a lock */
async function create(path: string, target: string): Promise<FileHandle | undefined> {
  try {
    const file = await open(path, 'wx')
    await file.writeFile(`${JSON.stringify({ pid: process.pid, host: hostname() } satisfies Holder)}\n`)
    return file
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined
    throw wrapIo(`${target} cannot be written`, error)
  }
}

async function hold(file: FileHandle, path: string): Promise<Lock> {
  const { ino } = await file.stat()
  const isOwn = () => stat(path).then(now => now.ino === ino, () => false)
  const timer = setInterval(() => {
    const now = new Date()
    void isOwn().then(own => own ? utimes(path, now, now) : undefined).catch(() => {})
  }, BEAT_MS).unref()
  await file.close()
  return {
    async release() {
      clearInterval(timer)
      if (await isOwn()) await removeFile(path)
    }
  }
}

function describeHolder(holder: Holder | undefined): string {
  if (holder === undefined) return ''
  const { pid, host } = holder
  return `, process ${pid}${host === hostname() ? '' : ` on ${host}`},`
}

/** @returns undefined for a lock that is being written, or is gone */
async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    const value = JSON.parse(await readFile(path, 'utf8')) as Partial<Holder> | null
    const { pid, host } = value ?? {}
    return typeof pid === 'number' && typeof host === 'string' ? { pid, host } : undefined
  } catch {
    return undefined
  }
}

/** A lock with this process's own number is of an earlier one: in containers, all have the number 1. */
function isAlive(pid: number): boolean {
  if (pid === process.pid) return false
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
