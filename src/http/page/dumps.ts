/** The dumps that the page computes with, as they were when the service loaded them. */
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { ModelEntry } from '../../model/types.js'

const compress = promisify(gzip)

/** A dump as it is handed out. */
export interface ServedDump {
  readonly digest: string
  readonly bodies: ReadonlyMap<string, Buffer>
}

/**
 * Hands out the dumps of models that are not larger than a limit. What was read is kept compressed: for those who ask
 * for it so, which is what browsers do, a dump is read once.
 */
export class PageDumps {
  private readonly entries: ReadonlyMap<string, ModelEntry>
  private readonly kept = new Map<string, Promise<Buffer | undefined>>()

  /** @param limit bytes of the largest dump that is handed out; 0: none is */
  constructor(entries: readonly ModelEntry[], private readonly limit: number) {
    this.entries = new Map(entries.map(entry => [entry.name, entry]))
  }

  /** Whether the page may have the model. One without a digest might be another on the disk than in memory. */
  offers(name: string): boolean {
    const entry = this.entries.get(name)
    if (entry?.model === undefined) return false
    return entry.model.digest !== undefined && entry.bytes <= this.limit
  }

  /** @returns undefined where it is not offered, or the file is no longer that of the loaded model */
  async read(name: string, compressed: boolean): Promise<ServedDump | undefined> {
    const entry = this.entries.get(name)
    const digest = entry?.model?.digest
    if (entry === undefined || digest === undefined || !this.offers(name)) return undefined
    if (!compressed) {
      const body = await readUnchanged(entry.path, digest)
      return body && { digest, bodies: new Map([['identity', body]]) }
    }
    let packed = this.kept.get(name)
    if (packed === undefined) {
      packed = readUnchanged(entry.path, digest).then(async body => body && await compress(body))
      this.kept.set(name, packed)
    }
    const body = await packed.catch(() => undefined)
    // A file that was put back is found again.
    if (body === undefined) this.kept.delete(name)
    return body && { digest, bodies: new Map([['gzip', body]]) }
  }
}

/**
 * The page checks the content against the digest that the file has; this one has to be that of the model which answers
 * here.
 */
async function readUnchanged(path: string, digest: string): Promise<Buffer | undefined> {
  const bytes = await readFile(path).catch(() => undefined)
  const found = bytes && /"digest"\s*:\s*"([0-9a-f]{64})"/.exec(bytes.toString('latin1'))
  return found?.[1] === digest ? bytes : undefined
}
