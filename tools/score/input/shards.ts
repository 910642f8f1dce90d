/** One of several parts of a file, for machines that work on it together. */
import { basename, dirname, join } from 'node:path'
import type { ByteReader } from './byte-reader.js'
import { RowFinder } from './boundaries.js'
import { ScoreError } from '../shared/score-error.js'

export interface Shard {
  /** From 0. */
  readonly index: number
  readonly count: number
}

/** A row in a file. */
export interface Place {
  /** Offset in bytes. */
  readonly offset: number
  /** Number of its line, from 1. */
  readonly line: number
}

const CHUNK_BYTES = 1_048_576

/** `scored.csv.gz` as `scored-00003-of-00010.csv.gz`: sorted by name, the shards are in order. */
export function shardName(path: string, { index, count }: Shard): string {
  const [stem, extensions] = splitName(basename(path))
  const number = (value: number) => String(value).padStart(5, '0')
  return join(dirname(path), `${stem}-${number(index)}-of-${number(count)}${extensions}`)
}

/** Only what a format is known by is cut off: a date has points too. */
function splitName(name: string): [string, string] {
  const extensions = /(?:(?:\.rejects)?\.(?:csv|tsv|txt|ndjson|jsonl))?(?:\.gz)?$/i.exec(name.slice(1))?.[0] ?? ''
  return [name.slice(0, name.length - extensions.length), extensions]
}

/**
 * The rows of a shard: those whose first byte is in its part when the file's bytes are shared out evenly. Every shard
 * reads the file from its first row on, since only that tells whether a line break is within a quoted cell, and so all
 * agree.
 * @param first the file's first row
 * @param delimiter of CSV; undefined when each line is a row
 * @returns where its rows begin and end
 */
export async function findShard(
  reader: ByteReader, { index, count }: Shard, first: Place, delimiter: number | undefined
): Promise<{ start: Place, end: Place }> {
  const { size } = reader
  if (!reader.isPlainFile || size === undefined) {
    const kind = reader.isGzip ? 'a gzip file' : 'a stream'
    throw new ScoreError(
      `${reader.name} is ${kind}, which can only be read from its beginning: ` +
      `to shard it, ${reader.isGzip ? 'unpack it (gunzip)' : 'write it to a file'} first`
    )
  }
  const finder = new RowFinder(first.offset, first.line, delimiter)
  reader.seek(first.offset, Infinity)
  const chunk = Buffer.alloc(CHUNK_BYTES)
  const find = async (target: number): Promise<Place> => {
    for (;;) {
      const from = finder.offset
      const length = await reader.read(chunk, 0)
      const found = finder.find(chunk.subarray(0, length), target)
      if (found) reader.unread(Buffer.from(chunk.subarray(finder.offset - from, length)))
      if (found || length === 0) return { offset: finder.offset, line: finder.line }
    }
  }
  const bound = (shard: number) => shard === count ? size : Math.floor(size / count * shard)
  const start = await find(bound(index))
  const end = index + 1 === count ? { offset: size, line: Infinity } : await find(bound(index + 1))
  return { start, end }
}
