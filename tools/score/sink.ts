/** Where the output goes: a file that gets its name when it is whole, or whoever reads what comes. */
import { fstatSync, write as writeCallback } from 'node:fs'
import { open, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { wrapIo } from './score-error.js'

/** Takes bytes in order. Errors are ScoreErrors, or PipeClosedError when nobody reads any longer. */
export interface Sink {
  /** Bytes that were written, with those that a resumed run kept. */
  readonly length: number
  write(bytes: Uint8Array): Promise<void>
  /** Has everything that was written on the disk. */
  sync(): Promise<void>
  /** The output is whole. */
  finish(): Promise<void>
  /** Lets go of it as it is. */
  close(): Promise<void>
  /** Lets go of it, and removes what nobody can use. */
  discard(): Promise<void>
}

const writeDescriptor = promisify(writeCallback)

/** Name of a file that is not whole yet. */
export function partialName(path: string): string {
  return `${path}.partial`
}

/**
 * What a path really is: links are followed, since to rename a file over a link would cut it off.
 * @returns undefined when there is something that is no file, such as a device, which is written to as it is
 */
export async function resolveFile(path: string): Promise<string | undefined> {
  try {
    return (await stat(path)).isFile() ? await realpath(path) : undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return path
    throw wrapIo(`${path} cannot be written`, error)
  }
}

/**
 * Opens an output file.
 * @param keep bytes of the unfinished file that stay, of a run that is taken up again
 */
export async function openFileSink(path: string, keep: number): Promise<Sink> {
  const target = await resolveFile(path)
  try {
    if (target === undefined) return new FileSink(await open(path, 'w'), path, undefined, 0)
    const partial = partialName(target)
    const file = await open(partial, keep > 0 ? 'r+' : 'w')
    await file.truncate(keep)
    return new FileSink(file, partial, target, keep)
  } catch (error) {
    throw wrapIo(`${path} cannot be written`, error)
  }
}

class FileSink implements Sink {
  length: number

  /**
   * @param path that is written to
   * @param target that it becomes; undefined when it is what it is
   */
  constructor(
    private readonly file: FileHandle, private readonly path: string, private readonly target: string | undefined,
    start: number
  ) {
    this.length = start
  }

  async write(bytes: Uint8Array): Promise<void> {
    try {
      for (let done = 0; done < bytes.length;) {
        const place = this.target === undefined ? null : this.length
        const { bytesWritten } = await this.file.write(bytes, done, bytes.length - done, place)
        done += bytesWritten
        this.length += bytesWritten
      }
    } catch (error) {
      throw wrapIo(`${this.path} cannot be written`, error)
    }
  }

  async sync(): Promise<void> {
    if (this.target === undefined) return
    try {
      await this.file.datasync()
    } catch (error) {
      throw wrapIo(`${this.path} cannot be written`, error)
    }
  }

  async finish(): Promise<void> {
    await this.sync()
    await this.close()
    if (this.target === undefined) return
    try {
      await rename(this.path, this.target)
      await syncFolder(this.target)
    } catch (error) {
      throw wrapIo(`${this.target} cannot be written`, error)
    }
  }

  async close(): Promise<void> {
    await this.file.close()
  }

  async discard(): Promise<void> {
    await this.close()
    if (this.target !== undefined) await removeFile(this.path)
  }
}

/** Has the names in a file's folder on the disk. Not every system can; then they will be there in a while. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), 'r').catch(() => undefined)
  await folder?.sync().catch(() => {})
  await folder?.close()
}

/** Removes a file, if there is one. */
export async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true })
}

/**
 * Standard output. A file or a device is written by its descriptor, which says how much of a block it took; a pipe or
 * a terminal as a stream, since a write that nobody takes could not be given up otherwise.
 */
export function openStandardOutput(): Sink {
  const kind = fstatSync(1)
  const write = kind.isFIFO() || kind.isSocket() || process.stdout.isTTY ? writeToStream : writeToDescriptor
  // Every write tells its own errors.
  process.stdout.on('error', () => {})
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
        throw wrapIo('standard output cannot be written', error)
      }
    },
    sync: nothing, finish: nothing, close: nothing, discard: nothing
  }
}

function writeToStream(bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(bytes, error => error instanceof Error ? reject(error) : resolve())
  })
}

async function writeToDescriptor(bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    done += (await writeDescriptor(1, bytes, done)).bytesWritten
  }
}
