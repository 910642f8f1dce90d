import { isAscii } from 'node:buffer'
import { readFile, readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { DumpError } from '../dump/dump-error.js'
import type { Dump } from '../dump/dump.js'
import { createModel } from './create-model.js'
import { identifyDump } from './digest.js'
import { parseDump } from './parse-dump.js'
import type { ModelEntry } from './types.js'

/** What a model may be called: its name is a part of paths. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/

/** How many names of files a reason has. */
const LISTED = 10

/** Whether a model of this name can have a path of its own. */
export function isModelName(name: string): boolean {
  return NAME.test(name)
}

/**
 * Loads every dump in a folder: `NAME.json` is the model NAME, whatever it is called inside. A model that is missing
 * or damaged becomes an entry with the reason, as does a JSON file that is not a dump: all others are served.
 * JSON Schemas (`*.schema.json`) and hidden files are passed over.
 * @param own names of models that belong together: where one of them is, or nothing at all, those that are not there
 * have an entry with the reason. A folder that has only other models is meant to have no more.
 * @returns the own ones in their order, then the others by name
 */
export async function loadEntries(folder: string, own: readonly string[]): Promise<ModelEntry[]> {
  const found = await listDumps(folder)
  const expected = found.length === 0 || own.some(name => found.includes(name)) ? own : []
  const entries: ModelEntry[] = []
  for (const name of new Set([...expected, ...found])) {
    entries.push(await loadEntry(join(folder, `${name}.json`), name))
  }
  return entries
}

/** Names of the dumps in a folder, none when it cannot be read. Links count: that is how Kubernetes mounts files. */
export async function listDumps(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  return entries
    .filter(entry => !entry.isDirectory() && /^[^.].*(?<!\.schema)\.json$/.test(entry.name))
    .map(entry => basename(entry.name, '.json'))
    .sort()
}

/** One model from its dump. Never throws: a reason takes the model's place. */
export async function loadEntry(path: string, name: string): Promise<ModelEntry> {
  const start = performance.now()
  const read = await readDump(path, name, dump => ({ model: createModel(dump), digest: identifyDump(dump) }))
  if ('reason' in read) return { name, path, model: undefined, reason: read.reason }
  return { name, path, ...read.made, bytes: read.bytes, loadMs: performance.now() - start }
}

/**
 * Makes something of a dump.
 * @param make takes the checked dump; a DumpError that it throws becomes the reason
 * @returns what was made and the size of the dump, or the reason why there is nothing
 */
export async function readDump<T>(
  path: string, name: string, make: (dump: Dump) => T
): Promise<{ readonly made: T, readonly bytes: number } | { readonly reason: string }> {
  if (!isModelName(name)) return { reason: whyNoName(path) }
  try {
    // Reading a pipe or a device may never end.
    if (!(await stat(path)).isFile()) return { reason: `${basename(path)} is not a file` }
    const bytes = await readFile(path)
    return { made: make(parseDump(decode(bytes))), bytes: bytes.length }
  } catch (error) {
    return { reason: await describeFailure(error, path) }
  }
}

/** UTF-8, which takes Node.js several times as long as what is ASCII: all numbers, and most texts, of a dump. */
function decode(bytes: Buffer): string {
  return isAscii(bytes) ? bytes.toString('latin1') : bytes.toString()
}

function whyNoName(path: string): string {
  return `${basename(path)} has a name that does not fit into a path: ` +
    'rename it, to letters, digits and . _ - with a letter or a digit first, at most 100 in all'
}

/** Names the file, not its folder: readiness shows the reason to outsiders. */
async function describeFailure(error: unknown, path: string): Promise<string> {
  const file = basename(path)
  if (error instanceof DumpError) return `${file} is damaged: ${error.message}`
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ENOENT') return `${file} does not exist${await hintAtFiles(path)}`
  if (code !== undefined) return `${file} cannot be read (${code})`
  return `${file} cannot be loaded: ${(error as Error).message}`
}

/** What is there instead. The team's habit is to drop .pkl files where the service looks. */
async function hintAtFiles(path: string): Promise<string> {
  const files = await readdir(join(path, '..')).catch(() => undefined)
  if (files === undefined) return ': MODEL_PATH is not a folder that can be read'
  const pickles = files.filter(file => /\.(pkl|joblib)$/.test(file))
  const dumps = (await listDumps(join(path, '..'))).map(name => `${name}.json`)
  const rest = dumps.length > LISTED ? ` and ${dumps.length - LISTED} more` : ''
  const found = dumps.length === 0
    ? '; no .json file is in its folder'
    : `; the .json files in its folder are ${dumps.slice(0, LISTED).join(', ')}${rest}`
  if (pickles.length === 0) return found
  return `${found}; convert the .pkl files beside it first: npm run convert -- --out FOLDER ${pickles.join(' ')}`
}
