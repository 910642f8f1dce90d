/** `recall-ml`: models from dumps on the disk, and dumps from model files, in a program of Node.js. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DumpError } from '../src/dump/dump-error.js'
import { createModel as compileModel } from '../src/model/create-model.js'
import { checkDump, parseDump } from '../src/model/parse-dump.js'
import { listDumps } from '../src/model/registry.js'
import { convert as convertFiles, type ConvertOptions } from '../tools/convert/convert.js'
import { openModel, type Model } from './model.js'

export { DumpError } from '../src/dump/dump-error.js'
export { InputError, type FieldProblem } from '../src/errors/input-error.js'
export { ConvertError } from '../tools/convert/errors/convert-error.js'
export type { ConvertOptions } from '../tools/convert/convert.js'
export type { Answer, ClassAnswer, OutlierAnswer, ValueAnswer } from './answer.js'
export type { FeatureImportance, Input, InputRow, Label, Model, Output, Provenance } from './model.js'

/**
 * A model from its dump: checked as the service checks it, and proven on its golden rows.
 * @param dump the parsed JSON of a dump
 * @throws DumpError naming the place in the document, what was expected and what came
 */
export function createModel(dump: unknown): Model {
  return openModel(compileModel(checkDump(dump)))
}

/**
 * The model of a dump on the disk.
 * @throws DumpError as `createModel`, with the file; Node.js's own error when the file cannot be read
 */
export async function loadModel(file: string): Promise<Model> {
  const text = await readFile(file, 'utf8')
  try {
    return openModel(compileModel(parseDump(text)))
  } catch (error) {
    if (!(error instanceof DumpError)) throw error
    throw new DumpError(error.path, `${error.problem} (${file})`)
  }
}

/**
 * Every dump in a folder, by the name of its file without `.json`, in the order of these names. JSON Schemas and hidden
 * files are passed over.
 * @throws DumpError as `loadModel`, for the first that is damaged: all of them are loaded, or none
 */
export async function loadModels(folder: string): Promise<Map<string, Model>> {
  // A folder that cannot be read is an error here, and to the service no reason not to start.
  await readdir(folder)
  const models = new Map<string, Model>()
  for (const name of await listDumps(folder)) models.set(name, await loadModel(join(folder, `${name}.json`)))
  return models
}

/** A model file in memory. */
export interface ModelFile {
  /** Its name: errors and the dump's provenance repeat it. */
  readonly name: string
  readonly bytes: Uint8Array
}

/** What a conversion makes. */
export interface ConvertedDump {
  readonly name: string
  /** The dump as text, to be written to `NAME.json`. */
  readonly text: string
  /** The model that it is. */
  readonly model: Model
}

/**
 * Dumps of model files, without executing anything in them.
 * @param files paths of files, archives and folders, or files in memory: all that belong together, in any order
 * @throws ConvertError saying where, what was expected, what came and what to do
 */
export async function convert(
  files: ReadonlyArray<string | ModelFile>, options: ConvertOptions = {}
): Promise<ConvertedDump[]> {
  const converted = await convertFiles(files, options)
  return converted.map(({ dump, text, model }) => ({ name: dump.name, text, model: openModel(model) }))
}
