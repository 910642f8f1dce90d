/** Bytes of a file or a stream, asked for as they are needed. */
import { constants, createReadStream, open as openCallback } from 'node:fs'
import { open, stat as statFile, type FileHandle } from 'node:fs/promises'
import { Socket } from 'node:net'
import { Readable, pipeline } from 'node:stream'
import { promisify } from 'node:util'
import { createGunzip } from 'node:zlib'
import { ScoreError, wrapIo } from '../shared/score-error.js'

const GUNZIP_CHUNK = 262_144

const openDescriptor = promisify(openCallback)

/** Input that is read once, from its beginning or, of a plain file, from anywhere. */
export interface ByteReader {
  /** What it is called in messages. */
  readonly name: string
  /** Bytes of the file as it is stored; undefined for a stream. */
  readonly size: number | undefined
  readonly isGzip: boolean
  /** Whether it can be read from anywhere. */
  readonly isPlainFile: boolean
  /** Bytes read so far, as they are stored. */
  readonly stored: number
  /**
   * Fills `target` from `start` on.
   * @returns where the bytes in `target` end: its length, unless the input has ended
   */
  read(target: Buffer, start: number): Promise<number>
  /** Puts bytes back, to be read next. */
  unread(bytes: Buffer): void
  /** Goes on with `[start, end)` of a plain file. */
  seek(start: number, end: number): void
  /** Ends the input at once, even while it is waited for. */
  close(): Promise<void>
}

/**
 * Opens an input; gzip is known by its first two bytes.
 * @param path of a file; undefined: standard input
 * @param signal ends a stream whose first bytes are waited for
 * @throws ScoreError when it cannot be read
 */
export async function openReader(path: string | undefined, signal: AbortSignal): Promise<ByteReader> {
  if (path === undefined) return await openStream('standard input', process.stdin, signal)
  try {
    const stat = await statFile(path)
    // A read of a pipe by way of the thread pool could not be given up when the run is stopped.
    if (stat.isFIFO()) {
      const fd = await openPipe(path, signal)
      return await openStream(path, new Socket({ fd, readable: true, writable: false }), signal)
    }
    if (!stat.isFile()) return await openStream(path, createReadStream(path), signal)
    const file = await open(path)
    const magic = Buffer.alloc(2)
    await file.read(magic, 0, 2, 0)
    if (!isGzipMagic(magic)) return new FileReader(path, file, stat.size)
    return await openStream(path, file.createReadStream({ start: 0, highWaterMark: GUNZIP_CHUNK }), signal, stat.size)
  } catch (error) {
    throw wrapIo(`${path} cannot be read`, error)
  }
}

/** Opens a named pipe, which waits for somebody to write to it: when the run is stopped, it is this run itself. */
async function openPipe(path: string, signal: AbortSignal): Promise<number> {
  const { O_WRONLY, O_NONBLOCK } = constants
  const stop = () => void open(path, O_WRONLY | O_NONBLOCK).then(file => file.close()).catch(() => {})
  signal.addEventListener('abort', stop)
  try {
    return await openDescriptor(path, 'r')
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

function isGzipMagic(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

/** Bytes that were put back. */
class Ahead {
  private pieces: Buffer[] = []

  put(bytes: Buffer): void {
    if (bytes.length > 0) this.pieces.unshift(bytes)
  }

  clear(): void {
    this.pieces = []
  }

  /** @returns where the bytes in `target` end */
  take(target: Buffer, start: number): number {
    let at = start
    while (at < target.length && this.pieces.length > 0) {
      const taken = this.pieces[0].copy(target, at)
      at += taken
      if (taken === this.pieces[0].length) this.pieces.shift()
      else this.pieces[0] = this.pieces[0].subarray(taken)
    }
    return at
  }
}

class FileReader implements ByteReader {
  readonly isGzip = false
  readonly isPlainFile = true
  stored = 0
  private readonly ahead = new Ahead()
  private position = 0
  private end = Infinity

  constructor(readonly name: string, private readonly file: FileHandle, readonly size: number) {}

  async read(target: Buffer, start: number): Promise<number> {
    let at = this.ahead.take(target, start)
    try {
      while (at < target.length && this.position < this.end) {
        const wanted = Math.min(target.length - at, this.end - this.position)
        const { bytesRead } = await this.file.read(target, at, wanted, this.position)
        if (bytesRead === 0) break
        at += bytesRead
        this.position += bytesRead
        this.stored += bytesRead
      }
    } catch (error) {
      throw wrapIo(`${this.name} cannot be read further`, error)
    }
    return at
  }

  unread(bytes: Buffer): void {
    this.ahead.put(bytes)
  }

  seek(start: number, end: number): void {
    this.ahead.clear()
    this.position = start
    this.end = end
    this.stored = 0
  }

  async close(): Promise<void> {
    await this.file.close()
  }
}

async function openStream(name: string, stream: Readable, signal: AbortSignal, size?: number): Promise<ByteReader> {
  if (signal.aborted) stream.destroy()
  else signal.addEventListener('abort', () => stream.destroy(), { once: true })
  const counter = { stored: 0 }
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  const first: Buffer[] = []
  const next = async (): Promise<Buffer | undefined> => {
    try {
      const result = await chunks.next()
      if (result.done === true) return undefined
      counter.stored += result.value.length
      return result.value
    } catch (error) {
      throw wrapIo(`${name} cannot be read`, error)
    }
  }
  while (Buffer.concat(first).length < 2) {
    const chunk = await next()
    if (chunk === undefined) break
    first.push(chunk)
  }
  const start = Buffer.concat(first)
  async function* all(): AsyncGenerator<Buffer> {
    yield start
    for (let chunk = await next(); chunk !== undefined; chunk = await next()) yield chunk
  }
  const isGzip = isGzipMagic(start)
  const bytes = isGzip ? unzip(name, all()) : all()
  return new StreamReader(name, size, isGzip, bytes, counter, stream)
}

async function* unzip(name: string, stored: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: GUNZIP_CHUNK })
  // Errors of either end come out of the loop.
  pipeline(Readable.from(stored, { objectMode: false }), gunzip, () => {})
  try {
    for await (const chunk of gunzip) yield chunk as Buffer
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException
    if (!code.startsWith('Z_') && code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
    throw new ScoreError(
      `${name} is a damaged or cut-off gzip file (${message}): the rows before that place are all there is; fetch it again`,
      { cause: error }
    )
  }
}

class StreamReader implements ByteReader {
  readonly isPlainFile = false
  private readonly ahead = new Ahead()

  constructor(
    readonly name: string, readonly size: number | undefined, readonly isGzip: boolean,
    private readonly bytes: AsyncGenerator<Buffer>, private readonly counter: { readonly stored: number },
    private readonly stream: Readable
  ) {}

  get stored(): number {
    return this.counter.stored
  }

  async read(target: Buffer, start: number): Promise<number> {
    let at = this.ahead.take(target, start)
    while (at < target.length) {
      const result = await this.bytes.next()
      if (result.done === true) break
      const taken = result.value.copy(target, at)
      at += taken
      this.ahead.put(result.value.subarray(taken))
    }
    return at
  }

  unread(bytes: Buffer): void {
    this.ahead.put(bytes)
  }

  seek(): void {
    throw new ScoreError(`${this.name} is not a plain file: it can only be read from its beginning`)
  }

  async close(): Promise<void> {
    this.stream.destroy()
    await Promise.resolve()
  }
}
