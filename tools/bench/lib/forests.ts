/** The forests that are measured, in every form that a peer takes. Made once, kept in the cache. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { makeCustomers, type Customer } from './customers.js'
import { provide } from './environments.js'
import { BENCH, CACHE, COMPILED, PROJECT } from './paths.js'
import { run } from './processes.js'
import type { Recorder, Settings } from './types.js'

/** Rows of the largest batch. */
export const MANY_ROWS = 100_000

/** Stays the same while a cache made by an older version of these programs would do. */
const CACHE_VERSION = 1

/** Form of a forest, and the file that it is. */
export const FORMS = {
  dump: 'dump.json', sklearn: 'forest.pkl', onnx: 'forest.onnx', m2cgen: 'forest.js', treelite: 'forest.so',
  ydf: 'ydf.zip', c: 'forest.bin', mljs: 'forest.json'
} as const
export type Form = keyof typeof FORMS

/** Minutes that the making of a form may take: gcc has megabytes of C to compile. */
const FORM_MINUTES: Partial<Record<Form, number>> = { m2cgen: 10, treelite: 30 }

export interface Forest {
  readonly name: string
  /** For tables: '100 trees, 153,304 nodes, 16 classes'. */
  readonly shape: string
  readonly folder: string
  readonly nFeatures: number
  readonly nOutputs: number
  /** Where the file of a form is, made if need be; @throws Error saying why it cannot be had */
  form(form: Form): Promise<string>
}

/** The models behind the two routes: files of scikit-learn, the dumps made from them, what a route is asked. */
export interface Models {
  /** 'shipped', or what BENCH_PICKLES names. */
  readonly name: string
  /** Folder of telco_pipeline_model.pkl and the others. */
  readonly pickles: string
  /** Folder of recommend.json and churn.json. */
  readonly dumps: string
}

/** Dumps alone, for what is compared with no other program. */
export interface Dumps {
  readonly name: string
  readonly folder: string
}

const PICKLES = ['telco_pipeline_model.pkl', 'rf_churn_risk_model.pkl', 'label_encoders.pkl', 'scaler.pkl']

/** The part of a dump that is read here. */
interface DumpHead {
  readonly model: {
    readonly features: string[]
    readonly trees: ReadonlyArray<{ readonly feature: number[] }>
  }
  readonly outputs: ReadonlyArray<{ readonly classes: unknown[] }>
  readonly provenance: { readonly sources: ReadonlyArray<{ readonly file: string, readonly sha256: string }> }
}

/**
 * The sets of models there are: the shipped one, when the scikit-learn files that it was made from are at hand or can
 * be made again, and before it the one whose four files BENCH_PICKLES names the folder of.
 */
export async function findModels(settings: Settings, recorder: Recorder): Promise<Models[]> {
  const found: Models[] = []
  const files = process.env.BENCH_PICKLES
  if (files !== undefined && files !== '') found.push(await convertFiles(settings, files))
  const dumps = join(PROJECT, 'model-json')
  try {
    found.push({ name: 'shipped', pickles: await findShippedPickles(dumps, recorder), dumps })
  } catch (error) {
    recorder.note(`the shipped models beside other programs: ${(error as Error).message}`)
  }
  if (found.length === 0) throw new Error('no models to measure: train them (tools/train) or set BENCH_PICKLES')
  return found
}

/** What BENCH_PICKLES names, else the shipped dumps: needs no Python. */
export async function findDumps(settings: Settings): Promise<Dumps> {
  const files = process.env.BENCH_PICKLES
  if (files === undefined || files === '') return { name: 'shipped', folder: join(PROJECT, 'model-json') }
  const { name, dumps } = await convertFiles(settings, files)
  return { name, folder: dumps }
}

async function convertFiles({ root }: Settings, files: string): Promise<Models> {
  const hash = createHash('sha256')
  for (const file of PICKLES) hash.update(readFileSync(join(files, file)))
  const dumps = join(CACHE, 'dumps', hash.digest('hex').slice(0, 12))
  if (!existsSync(join(dumps, 'churn.json'))) {
    mkdirSync(dumps, { recursive: true })
    const paths = PICKLES.map(file => join(files, file))
    await run({ program: process.execPath, args: [join(root, 'dist', 'tools', 'cli.js'), 'convert', '--out', dumps, ...paths] })
  }
  return { name: 'original', pickles: files, dumps }
}

/** Files whose SHA-256 the shipped dumps have: in tools/train/out, else trained here, which takes a minute. */
async function findShippedPickles(dumps: string, recorder: Recorder): Promise<string> {
  const train = join(PROJECT, 'tools', 'train')
  const own = join(CACHE, 'shipped')
  for (const folder of [join(train, 'out'), own]) if (isSourceOf(folder, dumps)) return folder
  const python = await provide('python')
  recorder.progress('training the shipped models again')
  mkdirSync(own, { recursive: true })
  await run({ program: python, args: ['make_data.py', '--out', join(own, 'customers.csv')], cwd: train })
  await run({ program: python, args: ['train.py', '--data', join(own, 'customers.csv'), '--out', own], cwd: train })
  if (isSourceOf(own, dumps)) return own
  throw new Error('tools/train makes other files here than those that model-json/ was made from')
}

function isSourceOf(folder: string, dumps: string): boolean {
  const sources = ['recommend.json', 'churn.json'].flatMap(file => readDump(join(dumps, file)).provenance.sources)
  return sources.every(({ file, sha256 }) => {
    const path = join(folder, file)
    return existsSync(path) && createHash('sha256').update(readFileSync(path)).digest('hex') === sha256
  })
}

function readDump(path: string): DumpHead {
  return JSON.parse(readFileSync(path, 'utf8')) as DumpHead
}

/** The two forests of a set of models, and their rows. */
export async function prepareForests(settings: Settings, { name, pickles, dumps }: Models): Promise<Forest[]> {
  const customers = makeCustomers(MANY_ROWS)
  const forests = [['offers', 'recommend.json', PICKLES[0]], ['churn', 'churn.json', PICKLES[1]]] as const
  return await Promise.all(forests.map(([task, dump, pickle]) =>
    prepareForest(settings, `${name} ${task}`, join(dumps, dump), customers, join(pickles, pickle))))
}

/** A small forest that ml-random-forest trained. */
export async function prepareMljs(settings: Settings): Promise<Forest> {
  const folder = join(CACHE, 'mljs')
  const json = join(folder, FORMS.mljs)
  if (!existsSync(json)) {
    mkdirSync(folder, { recursive: true })
    await run({ program: process.execPath, args: [join(COMPILED, 'prepare', 'train-mljs.js'), json] })
  }
  const dump = join(folder, 'mljs.json')
  await run({ program: process.execPath, args: [join(settings.root, 'dist', 'tools', 'cli.js'), 'convert', '--out', folder, '--name', 'mljs', json] })
  const forest = await prepareForest(settings, 'mljs', dump, makeCustomers(MANY_ROWS), undefined)
  writeFileSync(join(forest.folder, FORMS.mljs), readFileSync(json))
  return forest
}

async function prepareForest(
  { root }: Settings, name: string, dumpPath: string, customers: Customer[], pickle: string | undefined
): Promise<Forest> {
  const text = readFileSync(dumpPath)
  const stamp = createHash('sha256').update(`${CACHE_VERSION}`).update(text).digest('hex').slice(0, 12)
  const folder = join(CACHE, 'forests', `${name.replace(' ', '-')}-${stamp}`)
  const dump = JSON.parse(text.toString()) as DumpHead
  const { features, trees } = dump.model
  const nOutputs = dump.outputs[0].classes.length
  if (!existsSync(join(folder, 'rows.f64'))) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, FORMS.dump), text)
    writeFileSync(join(folder, 'rows.f64'), new Uint8Array((await toRows(root, dump, customers)).buffer))
  }
  const nNodes = trees.reduce((sum, tree) => sum + tree.feature.length, 0)
  const depth = 2 * Math.ceil(Math.log2(nNodes / trees.length))
  return {
    name,
    shape: `${trees.length} trees, ${nNodes.toLocaleString('en')} nodes, ${nOutputs} classes`,
    folder,
    nFeatures: features.length,
    nOutputs,
    form: form => makeForm(folder, form, pickle, { nFeatures: features.length, nTrees: trees.length, depth })
  }
}

/** Customers through the dump's own preprocessing. */
async function toRows(root: string, dump: DumpHead, customers: Customer[]): Promise<Float64Array> {
  interface Pipeline {
    run(row: Customer, features: Float64Array): unknown
  }
  interface Pipelines {
    readonly compilePipeline: (dump: DumpHead, features: string[], tools?: unknown) => Pipeline
  }
  interface StepTools {
    readonly createStepTools?: () => unknown
  }
  const { features } = dump.model
  const urlOf = (...path: string[]) => pathToFileURL(join(root, 'dist', 'src', ...path)).href
  const { compilePipeline: compile } = await import(urlOf('pipeline', 'pipeline.js')) as Pipelines
  // Earlier commits have no such file, and need none.
  const { createStepTools } = await import(urlOf('model', 'create-step-tools.js')).catch(() => ({})) as StepTools
  const pipeline = compile(dump, features, createStepTools?.())
  const rows = new Float64Array(customers.length * features.length)
  customers.forEach((customer, i) => {
    // An ml-random-forest dump has columns x0, x1, ... instead of a customer's.
    const row = features[0] === 'x0' ? Object.fromEntries(numbersOf(customer).map((value, f) => [`x${f}`, value])) : customer
    pipeline.run(row, rows.subarray(i * features.length, (i + 1) * features.length))
  })
  return rows
}

/** A customer's numbers in the order of the fields. */
export function numbersOf(customer: Customer): number[] {
  return Object.values(customer).filter(value => typeof value === 'number')
}

interface Shape {
  readonly nFeatures: number
  readonly nTrees: number
  readonly depth: number
}

async function makeForm(folder: string, form: Form, pickle: string | undefined, shape: Shape): Promise<string> {
  const path = join(folder, FORMS[form])
  if (existsSync(path)) return path
  // What failed once takes as long to fail again.
  const failed = `${path}.failed`
  if (existsSync(failed)) throw new Error(`${readFileSync(failed, 'utf8')} (remembered: rm '${failed}' to try again)`)
  const timeout = 60_000 * (FORM_MINUTES[form] ?? 5)
  try {
    await runMaker(folder, form, pickle, shape, timeout)
  } catch (error) {
    writeFileSync(failed, (error as Error).message)
    rmSync(path, { force: true })
    throw error
  }
  return path
}

async function runMaker(
  folder: string, form: Form, pickle: string | undefined, shape: Shape, timeout: number
): Promise<void> {
  const dump = join(folder, FORMS.dump)
  const rows = join(folder, 'rows.f64')
  if (form === 'c') {
    await run({ program: process.execPath, args: [join(COMPILED, 'reference', 'export.js'), dump, join(folder, FORMS.c)] }, timeout)
    return
  }
  if (pickle === undefined) throw new Error(`this forest has no ${form} form`)
  if (form === 'ydf') {
    await makeForm(folder, 'sklearn', pickle, shape)
    const numbers = [String(shape.nTrees), String(shape.depth)]
    const args = ['train_ydf.py', rows, String(shape.nFeatures), join(folder, 'classes.i32'), ...numbers, folder]
    const size = await run({ program: await provide('ydf'), args, cwd: join(BENCH, 'prepare') }, timeout)
    writeFileSync(join(folder, 'ydf.size'), size)
    return
  }
  const args = ['export_forest.py', pickle, rows, folder, form]
  await run({ program: await provide('python'), args, cwd: join(BENCH, 'prepare') }, timeout)
}

/** A reference program in C, built for this machine. @returns its path */
export async function buildReference(name: 'plain' | 'ranked'): Promise<string> {
  const source = join(BENCH, 'reference', `${name}.c`)
  const stamp = createHash('sha256')
  for (const file of readdirSync(join(BENCH, 'reference')).filter(file => /\.[ch]$/.test(file)).sort()) {
    stamp.update(readFileSync(join(BENCH, 'reference', file)))
  }
  const program = join(CACHE, 'reference', `${name}-${stamp.digest('hex').slice(0, 12)}`)
  if (existsSync(program)) return program
  mkdirSync(join(CACHE, 'reference'), { recursive: true })
  await run({ program: await provide('c'), args: ['-O3', '-march=native', '-o', program, source, '-lm'] })
  return program
}
