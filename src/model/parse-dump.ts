import { DumpError } from '../dump/dump-error.js'
import type { Dump } from '../dump/dump.js'
import { checkContent } from './check-content.js'
import { checkDigest } from './digest.js'

/**
 * A dump from its text, checked down to the structure of every tree.
 * @throws DumpError naming the place in the document, what was expected and what came
 */
export function parseDump(text: string): Dump {
  return checkDump(parseJson(text))
}

/**
 * The same for a document that is parsed already.
 * @throws DumpError as {@link parseDump}
 */
export function checkDump(document: unknown): Dump {
  const dump = checkContent(document)
  checkDigest(dump)
  return dump
}

/**
 * JSON as people put it where a dump should be, with or without a byte order mark.
 * @throws DumpError when it is none
 */
export function parseJson(text: string): unknown {
  if (/^\uFEFF?[^\s{[]/.test(text)) throw new DumpError('', describeForeign(text))
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw new DumpError('', `not JSON (${(error as Error).message.slice(0, 120)}): the file is truncated or no dump`)
  }
}

/** What people put where a dump should be. */
function describeForeign(text: string): string {
  if (text.startsWith('version https://git-lfs')) return 'a Git LFS pointer, which stands for the dump: run git lfs pull'
  return 'not JSON: a .pkl or .joblib file has to be converted first (npm run convert)'
}
