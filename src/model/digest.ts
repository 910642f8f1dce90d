/** The digest of a dump: what it is refused by when anything in it was changed after it was written. */
import { createHash } from 'node:crypto'
import type { Dump } from '../dump/dump.js'
import { DUMP_FORMAT_VERSION } from '../dump/format.js'
import { checkDigestWith, hashContent } from './hash-content.js'

/**
 * SHA-256 over a dump's content, as `hashContent` describes it.
 * @returns 64 hexadecimal digits
 */
export function computeDigest(dump: object): string {
  return hashContent(dump, createHash('sha256'))
}

/** What tells a checked dump from every other: its digest, which those of earlier releases lack. */
export function identifyDump(dump: Dump): string {
  return dump.digest ?? computeDigest(dump)
}

/** The dump as it is written: in the newest format, with its digest. */
export function sealDump(dump: Dump): Dump {
  const { $schema, format, ...rest } = dump
  const head = { ...($schema !== undefined && { $schema }), format }
  const sealed = Object.assign(head, { formatVersion: 0, digest: '' }, rest, { formatVersion: DUMP_FORMAT_VERSION })
  return Object.assign(sealed, { digest: computeDigest(sealed) })
}

/** @throws DumpError as `checkDigestWith` */
export function checkDigest(dump: Dump): void {
  checkDigestWith(dump, computeDigest)
}
