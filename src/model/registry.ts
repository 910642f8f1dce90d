import { readFile, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { DumpError } from '../forest/dump-error.js'
import { createModel } from './create-model.js'
import { parseDump } from './parse-dump.js'
import type { ModelSlot } from './types.js'

/**
 * Loads `NAME.json` from a folder for each name. A model that is missing or damaged becomes a slot with the reason:
 * the others are served all the same.
 */
export async function loadModels(folder: string, names: readonly string[]): Promise<ModelSlot[]> {
  const slots: ModelSlot[] = []
  for (const name of names) slots.push(await loadModel(join(folder, `${name}.json`), name))
  return slots
}

/** One model from its dump. Never throws: a reason takes the model's place. */
export async function loadModel(path: string, name: string): Promise<ModelSlot> {
  const start = performance.now()
  try {
    const text = await readFile(path, 'utf8')
    const model = createModel(parseDump(text))
    return { name, path, model, bytes: Buffer.byteLength(text), loadMs: performance.now() - start }
  } catch (error) {
    return { name, path, model: undefined, reason: await describeFailure(error, path) }
  }
}

/** Names the file, not its folder: readiness shows the reason to outsiders. */
async function describeFailure(error: unknown, path: string): Promise<string> {
  const file = basename(path)
  if (error instanceof DumpError) return `${file} is damaged: ${error.message}`
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ENOENT') return `${file} does not exist${await hintAtPickles(path)}`
  if (code !== undefined) return `${file} cannot be read (${code})`
  return `${file} cannot be loaded: ${(error as Error).message}`
}

/** The team's habit is to drop .pkl files where the service looks. */
async function hintAtPickles(path: string): Promise<string> {
  const files = await readdir(join(path, '..')).catch(() => undefined)
  if (files === undefined) return ': MODEL_PATH is not a folder that can be read'
  const pickles = files.filter(file => /\.(pkl|joblib)$/.test(file))
  if (pickles.length === 0) return ''
  return `; convert the .pkl files beside it first: npm run convert -- --out FOLDER ${pickles.join(' ')}`
}
