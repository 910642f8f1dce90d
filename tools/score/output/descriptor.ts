/** Outputs that are open already, such as standard output, and paths that stand for them. */
import { fstatSync, statSync, write as writeCallback } from 'node:fs'
import { Socket } from 'node:net'
import { normalize } from 'node:path'
import { promisify } from 'node:util'
import { wrapIo } from '../shared/score-error.js'
import type { Sink } from './sink.js'

const writeDescriptor = promisify(writeCallback)

const STANDARD: Readonly<Record<string, number>> = { '/dev/stdin': 0, '/dev/stdout': 1, '/dev/stderr': 2 }

/**
 * Number of the descriptor that a path stands for. To open such a path would open the file behind it anew, and cut off
 * what is in it; to rename over it would replace that file.
 * @returns undefined for all other paths
 */
export function descriptorOf(path: string): number | undefined {
  const name = normalize(path)
  const number = /^\/(?:dev|proc\/(?:self|thread-self|(\d+)))\/fd\/(\d+)$/.exec(name)
  if (number === null) return Object.hasOwn(STANDARD, name) ? STANDARD[name] : undefined
  const isOwn = number.at(1) === undefined || Number(number[1]) === process.pid
  return isOwn ? Number(number[2]) : undefined
}

/** Whether a path is a descriptor, a device, a pipe or anything else beside which no file belongs. */
export function isSpecial(path: string): boolean {
  if (descriptorOf(path) !== undefined) return true
  try {
    return !statSync(path).isFile()
  } catch {
    return false
  }
}

export function openStandardOutput(): Sink {
  return openDescriptor(1, 'standard output')
}

/**
 * A descriptor. A file or a device is written by its number, which says how much of a block it took; a pipe or a
 * terminal as a stream, since a write that nobody takes could not be given up otherwise.
 * @param name what it is called in messages
 * @throws ScoreError when it is not open
 */
export function openDescriptor(descriptor: number, name: string): Sink {
  const write = findWriter(descriptor, name)
  const nothing = () => Promise.resolve()
  let length = 0
  return {
    get length() {
      return length
    },
    async write(bytes) {
      try {
        await write(bytes)
        length += bytes.length
      } catch (error) {
        throw wrapIo(`${name} cannot be written`, error)
      }
    },
    sync: nothing, finish: nothing, close: nothing, discard: nothing
  }
}

function findWriter(descriptor: number, name: string): (bytes: Uint8Array) => Promise<void> {
  try {
    const kind = fstatSync(descriptor)
    if (descriptor === 1 && (isStream(kind) || process.stdout.isTTY)) return streamWriter(process.stdout)
    if (descriptor === 2 && (isStream(kind) || process.stderr.isTTY)) return streamWriter(process.stderr)
    if (isStream(kind)) return streamWriter(new Socket({ fd: descriptor, readable: false, writable: true }).unref())
  } catch (error) {
    throw wrapIo(`${name} cannot be written`, error)
  }
  return bytes => writeAll(descriptor, bytes)
}

function isStream(kind: { isFIFO(): boolean, isSocket(): boolean }): boolean {
  return kind.isFIFO() || kind.isSocket()
}

function streamWriter(stream: NodeJS.WritableStream): (bytes: Uint8Array) => Promise<void> {
  // Every write tells its own errors.
  stream.on('error', () => {})
  return bytes => new Promise((resolve, reject) => {
    stream.write(bytes, error => error instanceof Error ? reject(error) : resolve())
  })
}

async function writeAll(descriptor: number, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    done += (await writeDescriptor(descriptor, bytes, done)).bytesWritten
  }
}
