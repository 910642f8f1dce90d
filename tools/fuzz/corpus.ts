/** What is mutated: model files of any folder, and the dumps that they are converted to. */
import { readFile, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PACKAGE_ROOT } from '../../src/config.js'
import { DUMP_FORMAT } from '../../src/dump/dump.js'
import { convert } from '../convert/convert.js'
import { openContainer, type Container } from '../convert/containers/container.js'
import { ConvertError } from '../convert/errors/convert-error.js'

/** Where there is always something. */
export const FIXTURES = join(PACKAGE_ROOT, 'test', 'fixtures')

/** Larger ones take too long for what they add. */
const MAX_BYTES = 100_000
/** What stands beside models: their rows and answers. */
const BESIDE = /expected|\brows-|manifest|\bcase\.json$/
const MODEL_FILE = /\.(?:pkl|pickle|joblib|sav|skops|zip|json|ubj|cbm|txt|model|deprecated|onnx|gz|z|bz2|xz|lzma|lz4|gzip|zlib|bin)$/i

export interface CorpusFile {
  readonly path: string
  readonly bytes: Uint8Array
  readonly container: Container
  /** Its content, decompressed. */
  readonly payload: Uint8Array
}

/**
 * Files of the folders and those below them, in an order that depends on their names only.
 * @throws Error when there are none
 */
export async function readCorpus(folders: readonly string[]): Promise<CorpusFile[]> {
  const files: CorpusFile[] = []
  for (const folder of folders) {
    const names = await readdir(folder, { recursive: true })
    for (const name of names.filter(name => MODEL_FILE.test(name) && !BESIDE.test(name)).sort()) {
      const path = join(folder, name)
      const found = await stat(path)
      if (!found.isFile() || found.size === 0 || found.size > MAX_BYTES) continue
      files.push({ path, ...openFile(await readFile(path)) })
    }
  }
  if (files.length === 0) throw new Error(`no model files in ${folders.join(', ')}`)
  return files
}

/** Damaged ones are as good as others, but for what is in them. */
function openFile(bytes: Uint8Array): Omit<CorpusFile, 'path'> {
  try {
    return { bytes, ...openContainer(bytes, { maxBytes: 20 * MAX_BYTES, allowOthers: true }) }
  } catch (error) {
    if (!(error instanceof ConvertError)) throw error
    return { bytes, payload: bytes, container: 'raw' }
  }
}

/**
 * Writes the dumps of all files that can be converted, and those files that are dumps, to a folder.
 * @returns how many
 */
export async function writeDumps(corpus: readonly CorpusFile[], out: string): Promise<number> {
  let count = 0
  for (const { path, payload } of corpus) {
    for (const text of await convertToTexts(path, payload)) {
      if (text.length <= MAX_BYTES) await writeFile(join(out, `${String(count++).padStart(5, '0')}.json`), text)
    }
  }
  return count
}

async function convertToTexts(path: string, payload: Uint8Array): Promise<string[]> {
  const start = Buffer.from(payload.subarray(0, 2000)).toString()
  if (start.includes(`"${DUMP_FORMAT}"`)) return [Buffer.from(payload).toString()]
  try {
    return (await convert([{ name: path, bytes: payload }])).map(({ text }) => text)
  } catch {
    // The same fault is found, and said, when the file is a case.
    return []
  }
}

/** The texts that {@link writeDumps} wrote. */
export async function readDumps(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter(name => name.endsWith('.json')).sort()
  return Promise.all(names.map(name => readFile(join(folder, name), 'utf8')))
}
