/**
 * Runs the file that `npm run build` puts the service into. A large part of a start is V8 reading and compiling code,
 * so what it compiled at the build is kept beside the file. Where V8 does not take that, as from another release of
 * Node.js or with flags of its own such as `--max-old-space-size`, it compiles again, and all else is the same.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { Script } from 'node:vm'
import { crc32 } from 'node:zlib'

/** What goes around the code, for packages written as CommonJS. */
export const BUNDLE_START = '(function (exports, require, module, __filename, __dirname) {'
export const BUNDLE_END = '})'

type Run = (exports: object, require: NodeJS.Require, module: object, filename: string, folder: string) => void

export interface Bundle {
  readonly file: string
  readonly script: Script
  /** What its entry exports. */
  readonly exports: object
}

/**
 * V8 lets new objects have 1 MB at first, and twice as much whenever as many bytes have outlived a collection, up to 16
 * MB; the last of these steps would come after some 25,000 requests. Grown at once, memory is after the first of them
 * what it will be, and 10 MB more until then. With Node.js 24, where the limit is 64 MB, it grows to 32, and a million
 * requests do not bring the step that is left. The first collection after half a minute of rest goes back to 1 MB.
 */
const GROW_AT_ONCE = '--semi-space-growth-factor=32'

/** @param file path of a bundle, absolute */
export function loadBundle(file: string): Bundle {
  // Before anything is compiled: V8 takes no code that was kept under other flags.
  setFlagsFromString(GROW_AT_ONCE)
  const text = readFileSync(file)
  const script = new Script(text.toString(), { filename: file, cachedData: readCode(file, text) })
  const module = { exports: {} }
  const run = script.runInThisContext() as Run
  run(module.exports, createRequire(file), module, file, dirname(file))
  return { file, script, exports: module.exports }
}

/** Keeps what V8 has compiled of a bundle so far. */
export function keepCode({ file, script }: Bundle): void {
  const checksum = Buffer.alloc(CHECKSUM_BYTES)
  checksum.writeUInt32LE(crc32(readFileSync(file)))
  writeFileSync(codeFileOf(file), Buffer.concat([script.createCachedData(), checksum]))
}

export function dropCode(file: string): void {
  rmSync(codeFileOf(file), { force: true })
}

function codeFileOf(file: string): string {
  return `${file}.code`
}

/** The bundle's checksum stands at the end of its code: V8 itself compares no more of the two than their lengths. */
const CHECKSUM_BYTES = 4

/** @returns undefined when there is none of this very text */
function readCode(file: string, text: Buffer): Buffer | undefined {
  try {
    const kept = readFileSync(codeFileOf(file))
    const end = kept.length - CHECKSUM_BYTES
    return kept.readUInt32LE(end) === crc32(text) ? kept.subarray(0, end) : undefined
  } catch {
    return undefined
  }
}
