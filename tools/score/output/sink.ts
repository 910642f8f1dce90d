/** Where the output goes: a file that gets its name when it is whole, or whoever reads what comes. */
import { open, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { descriptorOf, openDescriptor } from './descriptor.js'
import { ScoreError, wrapIo } from '../shared/score-error.js'

export { openStandardOutput } from './descriptor.js'

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

/** Name of a file that is not whole yet. */
export function partialName(path: string): string {
  return `${path}.partial`
}

/**
 * What a path really is: links are followed, since to rename a file over a link would cut it off.
 * @returns undefined when there is something that is not a file, such as a device, which is written to as it is
 */
export async function resolveFile(path: string): Promise<string | undefined> {
  if (descriptorOf(path) !== undefined) return undefined
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
  const descriptor = descriptorOf(path)
  if (descriptor !== undefined) return openDescriptor(descriptor, path)
  const target = await resolveFile(path)
  try {
    if (target === undefined) return new FileSink(await open(path, 'w'), path, undefined, 0)
    const partial = partialName(target)
    // A file of its own: a run that was thought dead may still write to the old one.
    if (keep === 0) await removeFile(partial)
    const file = await open(partial, keep > 0 ? 'r+' : 'wx')
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
    await this.checkName()
    await this.close()
    if (this.target === undefined) return
    try {
      await rename(this.path, this.target)
      await syncFolder(this.target)
    } catch (error) {
      throw wrapIo(`${this.target} cannot be written`, error)
    }
  }

  /** What gets the output's name is what this run has written, or nothing is. */
  private async checkName(): Promise<void> {
    if (this.target === undefined) return
    const [own, named] = [await this.file.stat(), await stat(this.path).catch(() => undefined)]
    if (named?.ino === own.ino && named.dev === own.dev) return
    throw new ScoreError(
      `${this.target} cannot be written: expected ${this.path} as this run has written it, received ` +
      `${named === undefined ? 'none' : 'another file'}: let no other run write the same output, and start again`
    )
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
