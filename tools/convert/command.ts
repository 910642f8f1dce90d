/** `recall-ml convert`: the conversion as a person at a terminal sees it. */
import { readFile } from 'node:fs/promises'
import { SingleBar } from 'cli-progress'
import type { Dump, Label, Provenance } from '../../src/dump/dump.js'
import { isLargeInteger } from '../../src/model/large-integer.js'
import { listFeatures, listPredictors, listReaders } from '../../src/dump/list-forests.js'
import { escapeText } from '../terminal/escape.js'
import { convertFiles, type ConvertOptions, type WrittenModel } from './convert.js'
import { ConvertError } from './errors/convert-error.js'

export interface ConvertCommandOptions {
  readonly out: string
  readonly name?: string
  readonly recipe?: string
  readonly golden?: string
  readonly quality?: string
  readonly trackingUri?: string
}

/**
 * Converts and prints a summary; the errors too.
 * @returns the exit status: 0, or 1 when a file could not be converted and nothing was written
 */
export async function runConvert(paths: readonly string[], options: ConvertCommandOptions): Promise<number> {
  const bar = process.stderr.isTTY ? new ProgressBar() : undefined
  const start = performance.now()
  try {
    const { quality, trackingUri, ...rest } = options
    const models = await convertFiles(paths, {
      ...rest,
      tracking: readTracking(process.env, trackingUri),
      ...(quality === undefined ? {} : { quality: await readQuality(quality) }),
      onProgress: (recipe, done, total) => bar?.update(recipe, done, total)
    })
    bar?.stop()
    for (const model of models) console.log(escapeLines(summarize(model)))
    console.log(`\n${models.length} ${models.length === 1 ? 'model' : 'models'} in ${seconds(performance.now() - start)}`)
    return 0
  } catch (error) {
    bar?.stop()
    if (!(error instanceof ConvertError)) throw error
    console.error(escapeLines(`recall-ml convert: ${error.message}\nNothing was written.`))
    return 1
  }
}

/** As MLflow's own client reads it. */
function readTracking(env: NodeJS.ProcessEnv, uri = env.MLFLOW_TRACKING_URI): ConvertOptions['tracking'] {
  return uri === undefined || uri === '' ? undefined : {
    uri,
    token: env.MLFLOW_TRACKING_TOKEN,
    username: env.MLFLOW_TRACKING_USERNAME,
    password: env.MLFLOW_TRACKING_PASSWORD
  }
}

async function readQuality(path: string): Promise<Record<string, Provenance['quality']>> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Record<string, Provenance['quality']>
  } catch (error) {
    throw new ConvertError(`${path}: expected JSON, a flat object per model (${(error as Error).message}).`, { cause: error })
  }
}

/** One bar, on standard error, a model after the other. */
class ProgressBar {
  private readonly bar = new SingleBar({
    format: '{recipe} [{bar}] {value}/{total} trees',
    clearOnComplete: true,
    hideCursor: true,
    stream: process.stderr
  })

  private current = ''

  update(recipe: string, done: number, total: number): void {
    if (recipe !== this.current) {
      this.stop()
      this.bar.start(total, 0, { recipe })
      this.current = recipe
    }
    this.bar.update(done)
  }

  stop(): void {
    this.bar.stop()
  }
}

function summarize({ path, bytes, dump, sources }: WrittenModel): string {
  const { provenance } = dump
  const readers = listPredictors(dump).flatMap(listReaders)
  const trees = readers.flatMap(reader => reader.kind === 'forest' ? reader.trees : [])
  const coefficients = readers.flatMap(reader => reader.kind === 'linear' ? reader.coef.flat() : [])
  const nodes = trees.reduce((sum, tree) => sum + tree.feature.length, 0)
  const features = count(new Set(listPredictors(dump).flatMap(listFeatures)).size, 'feature')
  const version = provenance.sklearnVersion === undefined ? '' : `, scikit-learn ${provenance.sklearnVersion}`
  const row = (label: string, text: string): [string, string] => [label, text]
  const rows: Array<[string, string]> = [
    ...sources.map((source): [string, string] =>
      ['from', `${source.file}, ${size(source.bytes)}, ${source.container}, SHA-256 ${source.sha256}`]),
    ['recipe', provenance.recipe],
    ['estimator', provenance.estimator + version],
    ...(provenance.beside ?? []).map(({ key, use }): [string, string] => ['beside', `${key}: ${use}`]),
    ...(trees.length === 0 ? [] : [row('forest', `${count(trees.length, 'tree')}, ${count(nodes, 'node')}, ${features}`)]),
    ...(coefficients.length === 0 ? [] : [row('linear', `${count(coefficients.length, 'coefficient')}, ${features}`)]),
    ...dump.outputs.map(({ classes }): [string, string] =>
      classes === undefined ? ['output', 'a number'] : ['classes', `${classes.length}: ${classes.join(', ')}${noteLarge(classes)}`]),
    ['inputs', describeInputs(dump)],
    ['golden', `${count(dump.golden.length, 'row')}, the same bits again (computed by ${provenance.golden})`]
  ]
  return `${path}  ${size(bytes)}\n${rows.map(([label, text]) => `  ${label.padEnd(10)}${text}`).join('\n')}`
}

/** JSON numbers are float64 to most who read them. */
function noteLarge(classes: readonly Label[]): string {
  return classes.some(isLargeInteger) ? ' (integers beyond 2^53 are answered as text)' : ''
}

function describeInputs({ inputs }: Dump): string {
  const names = inputs.map(input => input.type === 'category' ? `${input.name} (${input.categories.join(' | ')})` : input.name)
  return `${inputs.length}: ${names.join(', ')}`
}

function count(n: number, noun: string): string {
  return `${n.toLocaleString('en')} ${noun}${n === 1 ? '' : 's'}`
}

function size(bytes: number): string {
  return bytes < 1e4 ? `${bytes} bytes` : bytes < 1e6 ? `${(bytes / 1e3).toFixed(0)} kB` : `${(bytes / 1e6).toFixed(2)} MB`
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`
}

/** Names come from files that nobody vouches for: what a terminal could act on is shown as an escape. */
function escapeLines(text: string): string {
  return text.split('\n').map(escapeText).join('\n')
}
