import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { isUint8Array } from 'node:util/types'
import { PACKAGE_VERSION } from '../../src/config.js'
import { DumpError } from '../../src/dump/dump-error.js'
import { DUMP_FORMAT, DUMP_FORMAT_VERSION, NAME_PATTERN, type Dump, type Provenance } from '../../src/dump/dump.js'
import { describeValue } from '../../src/errors/describe-value.js'
import { validatePredictors } from '../../src/evaluator/validate-estimator.js'
import { createModel } from '../../src/model/create-model.js'
import { sealDump } from '../../src/model/digest.js'
import { InputError, type Model } from '../../src/model/types.js'
import { parseDump } from '../../src/model/parse-dump.js'
import { checkFinite } from './check-finite.js'
import { checkSize, limitLength } from './dump-size.js'
import { computeGoldenRows, readGoldenRows } from './golden.js'
import { ConvertError, prefixFile } from './errors/convert-error.js'
import { matchRecipeFile, matchRecipes, type Match } from './match-recipes.js'
import { RecipeFile } from './recipe-syntax/recipe-file.js'
import type { Converted } from './common/recipe.js'
import type { Progress } from './common/estimator.js'
import { describeUse, typeBySignature, type Signature } from './common/signature.js'
import { pruneTerms } from './prune-terms.js'
import type { FileFacts, SourceFile } from './common/source-file.js'
import { describeFile, readModelFile, type ModelFile } from './sources/open-file.js'
import { parseSources, readSources } from './sources/read-sources.js'
import type { Tracking } from './tracking/server.js'
import { stringifyDump } from './stringify-dump.js'

const PROGRAM = `recall-ml ${PACKAGE_VERSION}`

export interface ConvertOptions {
  /** Name of the one model, instead of the recipe's. */
  readonly name?: string
  /** The name of a recipe, the path of a recipe file, or such a file in memory; else the files are recognised. */
  readonly recipe?: string | ModelFile
  /** Folder with NAME.golden.ndjson files: rows and answers that scikit-learn computed. */
  readonly golden?: string
  /** Per model name, what was measured when it was trained. */
  readonly quality?: Readonly<Record<string, Provenance['quality']>>
  /** Where MLflow's server or store is, for files that are addresses such as models:/churn@champion. */
  readonly tracking?: Tracking | undefined
  readonly onProgress?: (model: string, ...progress: Parameters<Progress>) => void
}

export interface ConvertFilesOptions extends ConvertOptions {
  /** Folder for the dumps; made when it does not exist. */
  readonly out: string
}

/** A dump that has proven itself. */
export interface ConvertedModel {
  readonly dump: Dump
  /** The dump as it is written. */
  readonly text: string
  readonly model: Model
  readonly sources: readonly SourceFile[]
}

/** What was written, for a summary. */
export interface WrittenModel extends Omit<ConvertedModel, 'text'> {
  readonly path: string
  readonly bytes: number
}

/**
 * Turns model files into dumps, and proves each one.
 * @param files paths of files, archives and folders, or files in memory: all that belong together, in any order
 * @throws ConvertError saying where, what was expected, what came and what to do
 */
export async function convert(
  files: ReadonlyArray<string | ModelFile>, options: ConvertOptions = {}
): Promise<ConvertedModel[]> {
  checkName(options)
  return convertSources(await readAll(files, options), options)
}

async function readAll(files: ReadonlyArray<string | ModelFile>, { tracking }: ConvertOptions): Promise<SourceFile[]> {
  assertFiles(files)
  const sources: SourceFile[] = []
  for (const file of files) {
    sources.push(...typeof file === 'string' ? await readSources(file, tracking) : parseSources(file))
  }
  return sources
}

/** Programs without types may give anything. */
function assertFiles(files: unknown): asserts files is ReadonlyArray<string | ModelFile> {
  const expected = 'expected a path, or a name with its bytes as a Uint8Array'
  if (!Array.isArray(files)) throw new ConvertError(`files: expected a list of files, received ${describeValue(files)}.`)
  if (files.length === 0) throw new ConvertError('files: expected at least one file, received none.')
  for (const [i, file] of (files as unknown[]).entries()) {
    if (typeof file === 'string') continue
    if (typeof file !== 'object' || file === null) throw new ConvertError(`files[${i}]: ${expected}, received ${describeValue(file)}.`)
    const { name, bytes } = file as Partial<ModelFile>
    if (typeof name !== 'string') throw new ConvertError(`files[${i}].name: expected a text, received ${describeValue(name)}.`)
    // Of any realm, as test runners have several.
    if (!isUint8Array(bytes)) throw new ConvertError(`files[${i}].bytes: expected a Uint8Array, received ${describeValue(bytes)}.`)
  }
}

/** The same for files on the disk. It writes all dumps, or nothing when there is any error. */
export async function convertFiles(paths: readonly string[], options: ConvertFilesOptions): Promise<WrittenModel[]> {
  const { out } = options
  if (out === '') throw new ConvertError('--out: expected a folder, received nothing.')
  checkName(options)
  const entries = (await convertSources(await readAll(paths, options), options)).map(model => ({ path: join(out, `${model.dump.name}.json`), model }))
  const source = entries.find(({ path }) => paths.some(given => resolve(given) === resolve(path)))
  if (source !== undefined) throw new ConvertError(`${source.path}: would be replaced by its own dump: choose another --out or --name.`)
  await writeAll(out, entries.map(({ path, model }) => [path, model.text]))
  return entries.map(({ path, model: { text, ...model } }) => ({ path, bytes: Buffer.byteLength(text), ...model }))
}

function checkName({ name }: ConvertOptions): void {
  if (name !== undefined && !NAME_PATTERN.test(name)) {
    throw new ConvertError(`--name ${JSON.stringify(name)}: expected letters, digits and . _ -, beginning with a letter or digit.`)
  }
}

async function convertSources(files: readonly SourceFile[], options: ConvertOptions): Promise<ConvertedModel[]> {
  const matches = await chooseRecipes(files, options.recipe)
  if (options.name !== undefined && matches.length !== 1) {
    throw new ConvertError(`--name "${options.name}" fits one model, these files make ${matches.length}.`)
  }
  const models: ConvertedModel[] = []
  for (const match of matches) {
    const dump = await buildDump(match, options)
    asConvertError(() => checkFinite(dump.golden, 'golden'), match.files)
    const text = limitLength(() => stringifyDump(sealDump(dump)))
    const model = asConvertError(() => createModel(parseDump(text)), match.files)
    models.push({ dump, text, model, sources: match.files })
  }
  const twice = models.find(({ dump }, i) => models.some((other, j) => j < i && other.dump.name === dump.name))
  if (twice !== undefined) throw new ConvertError(`Two models would be called "${twice.dump.name}": convert them one by one.`)
  return models
}

/** Files of recipes are told from names by how they end. */
const RECIPE_FILE = /\.(ya?ml|json)$/i

async function chooseRecipes(files: readonly SourceFile[], given: ConvertOptions['recipe']): Promise<Match[]> {
  if (given === undefined || (typeof given === 'string' && !RECIPE_FILE.test(given))) return matchRecipes(files, given)
  const written = typeof given === 'string' ? await readModelFile(given) : given
  assertFiles([written])
  const facts = describeFile(written, 'raw')
  const matches = matchRecipeFile(RecipeFile.parse(facts.file, written.bytes), files)
  return matches.map(match => ({ ...match, written: facts }))
}

async function buildDump({ recipe, files, written }: Match, options: ConvertOptions): Promise<Dump> {
  checkSize(files)
  const progress: Progress = (done, total) => options.onProgress?.(recipe.name, done, total)
  const converted = buildNamed(() => recipe.build(files, progress), files, written)
  const signature = files.length === 1 ? files[0].signature : undefined
  const name = options.name ?? nameByTitle(files) ?? converted.name
  const { frame, description, task, outputs, model, featureImportances } = converted
  const dump: Dump = pruneTerms({
    format: DUMP_FORMAT,
    formatVersion: DUMP_FORMAT_VERSION,
    name,
    description,
    provenance: describeProvenance(converted, recipe.name, withRecipe(files, written), options.quality?.[name]),
    inputs: typeBySignature(frame.allInputs, signature),
    steps: frame.steps,
    task,
    ...(featureImportances === undefined ? {} : { featureImportances }),
    outputs: [...outputs],
    golden: [],
    model
  })
  // Checked before anything is computed with it: a pickle can hold a tree with a cycle.
  asConvertError(() => {
    checkFinite(dump)
    validatePredictors(dump)
  }, files)
  if (signature !== undefined) noteSignature(dump, signature)
  for (const { origin } of files) if (origin !== undefined) addNote(dump, 'registry', origin)
  if (options.golden === undefined) {
    return { ...dump, golden: asConvertError(() => computeGoldenRows(dump, signature?.examples ?? []), files) }
  }
  const golden = await readGoldenRows(join(options.golden, `${name}.golden.ndjson`), dump)
  dump.provenance.golden = `scikit-learn ${converted.sklearnVersion ?? ''}`.trim()
  return { ...dump, golden }
}

/** The recipe that somebody wrote is one of the files that a model came from. */
function withRecipe(files: readonly SourceFile[], written: FileFacts | undefined): readonly FileFacts[] {
  return written === undefined ? files : [...files, written]
}

/** A folder's name, as a model may have it. */
function nameByTitle([{ title }, ...others]: readonly SourceFile[]): string | undefined {
  const name = title?.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '').slice(0, 100)
  return others.length > 0 || name === '' ? undefined : name
}

/** Says in the provenance what was made of what an MLflow folder says of the inputs. */
function noteSignature(dump: Dump, signature: Signature): void {
  if (signature.columns.length === 0) return
  addNote(dump, 'signature', describeUse(signature, dump.inputs))
}

function addNote({ provenance }: Dump, key: string, use: string): void {
  provenance.beside = [...provenance.beside ?? [], { key, use }]
}

function describeProvenance(
  converted: Converted, recipe: string, files: readonly FileFacts[], quality: Provenance['quality']
): Provenance {
  return {
    converter: PROGRAM,
    recipe,
    estimator: converted.estimator,
    ...(converted.sklearnVersion === undefined ? {} : { sklearnVersion: converted.sklearnVersion }),
    sources: files.flatMap(file => [file, ...file.companions ?? []])
      .map(({ file, bytes, sha256 }) => ({ file, bytes, sha256 })),
    ...(converted.beside === undefined || converted.beside.length === 0 ? {} : { beside: converted.beside }),
    golden: `${PROGRAM}, reference evaluator`,
    ...(quality === undefined ? {} : { quality })
  }
}

/**
 * Errors inside one of several files name it. A file's parts can be of kinds that no converter thought of: what then
 * fails is the file, not this program.
 */
function buildNamed<T>(build: () => T, files: readonly SourceFile[], written?: FileFacts): T {
  try {
    return build()
  } catch (error) {
    if (error instanceof ConvertError) {
      throw namesFile(error, withRecipe(files, written)) ? error : prefixFile(error, nameFiles(files))
    }
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error
    throw new ConvertError(`${nameFiles(files)}: damaged, or built as no version of scikit-learn builds it ` +
      `(${error.message}).`, { cause: error })
  }
}

/** Whether an error says already which of several files it is about. */
function namesFile({ problem }: ConvertError, files: readonly FileFacts[]): boolean {
  return files.length > 1 && files.some(({ file }) => problem.startsWith(file))
}

function asConvertError<T>(check: () => T, files: readonly SourceFile[]): T {
  try {
    return check()
  } catch (error) {
    if (error instanceof InputError) {
      throw new ConvertError(`${nameFiles(files)}: no row could be made that the model takes (${error.message}).`, {
        hint: 'Give rows with --golden.', cause: error
      })
    }
    if (error instanceof ConvertError) throw prefixFile(error, nameFiles(files))
    if (!(error instanceof DumpError)) throw error
    throw new ConvertError(`${nameFiles(files)}: ${error.message}.`, { hint: 'The file is damaged.', cause: error })
  }
}

function nameFiles(files: readonly SourceFile[]): string {
  return files.map(file => file.file).join(', ')
}

/** Each file appears whole or not at all, and none appears unless all could be written. */
async function writeAll(folder: string, entries: ReadonlyArray<readonly [path: string, text: string]>): Promise<void> {
  const part = (path: string) => `${path}.${process.pid}.part`
  try {
    await mkdir(folder, { recursive: true })
    for (const [path] of entries) await checkTarget(path)
    for (const [path, text] of entries) await writeFile(part(path), text)
    for (const [path] of entries) await rename(part(path), path)
  } catch (error) {
    for (const [path] of entries) await rm(part(path), { force: true }).catch(() => undefined)
    if (error instanceof ConvertError) throw error
    const { code, message } = error as NodeJS.ErrnoException
    const reason = code === 'EEXIST' || code === 'ENOTDIR' ? 'is a file, expected a folder' : `cannot be written to (${message})`
    throw new ConvertError(`--out ${JSON.stringify(folder)}: ${reason}.`, { cause: error })
  }
}

/** A dump may replace a file, and nothing else. */
async function checkTarget(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined)
  if (found !== undefined && !found.isFile()) throw new ConvertError(`${path}: is there already, and no file.`)
}
