/** Golden rows: the proof that a dump carries of itself. */
import { readFile } from 'node:fs/promises'
import type { Dump, GoldenRow, Input } from '../../src/forest/dump.js'
import { compileEstimator, listFeatures, type CompileForest } from '../../src/forest/estimator.js'
import { predictReference } from '../../src/forest/reference.js'
import { countUlps } from '../../src/forest/ulps.js'
import { createModel } from '../../src/model/create-model.js'
import { InputError } from '../../src/pipeline/input-error.js'
import { compilePipeline } from '../../src/pipeline/pipeline.js'
import { ConvertError } from './pickle/errors.js'

const ROWS = 16

/** A field is refused half the time at most by any transformer there is. */
const MAX_ATTEMPTS = 200

/**
 * Rows of plausible inputs, gaps and unknown text among them where the model takes them, with the answers of the
 * plain reference evaluator. The rows are the same at every conversion.
 */
export function computeGoldenRows(dump: Dump): GoldenRow[] {
  const random = xorshift32(0x9e3779b9)
  const predict = compileReference(dump)
  return Array.from({ length: ROWS }, () => sampleRow(dump, predict, random))
}

/** Draws the fields anew that the model refuses, such as a negative number where it takes logarithms. */
function sampleRow(dump: Dump, predict: (row: GoldenRow['input']) => number[], random: () => number): GoldenRow {
  const input = Object.fromEntries(dump.inputs.map(field => [field.name, sampleValue(field, random)]))
  for (let attempt = 1; ; attempt++) {
    try {
      return { input, values: predict(input) }
    } catch (error) {
      if (!(error instanceof InputError) || attempt === MAX_ATTEMPTS) throw error
      const refused = new Set(error.problems.map(problem => problem.field))
      for (const field of dump.inputs) if (refused.has(field.name)) input[field.name] = sampleValue(field, random)
    }
  }
}

/** The dump's own preprocessing, and the plain evaluator for its forests; refuses what the model refuses. */
function compileReference(dump: Dump): (row: GoldenRow['input']) => number[] {
  const names = listFeatures(dump.model)
  const pipeline = compilePipeline(dump, names)
  const features = new Float64Array(names.length)
  const compile: CompileForest = forest => (row, sums, base) =>
    sums.set(predictReference(base === undefined ? forest : { ...forest, base: [...base] }, row))
  const estimator = compileEstimator(dump.model, names, compile)
  const values = new Float64Array(estimator.nValues)
  const model = createModel({ ...dump, golden: [] })
  return row => {
    model.predict(row)
    pipeline.run(row, features)
    estimator.evaluate(features, values)
    return [...values]
  }
}

function sampleValue(input: Input, random: () => number): GoldenRow['input'][string] {
  const gap = random() < 0.1
  if (input.type === 'category') {
    if (gap && input.fallback?.missing !== undefined) return null
    if (random() < 0.1 && input.fallback?.unknown !== undefined) return 'unheard of'
    return input.categories[Math.floor(random() * input.categories.length)]
  }
  if (gap && input.fallback !== undefined) return null
  if (input.values !== undefined) return input.values[Math.floor(random() * input.values.length)]
  const reach = Math.min(Math.max(3 * Math.abs(input.example ?? 1), 3), Number.MAX_VALUE / 4)
  const low = input.minimum ?? -reach
  const high = input.maximum ?? low + (input.minimum === undefined ? 2 * reach : reach)
  return Number((low + random() * (high - low)).toPrecision(5))
}

/** Marsaglia's 32-bit xorshift: numbers in [0, 1), enough for sample rows. */
function xorshift32(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

/**
 * Golden rows that scikit-learn itself computed: one JSON object a line, with `request` and `probabilities`.
 * @throws ConvertError naming the first row that the reference evaluator does not reproduce bit for bit
 */
export async function readGoldenRows(path: string, dump: Dump): Promise<GoldenRow[]> {
  const lines = (await readLines(path)).filter(line => line.trim() !== '')
  if (lines.length === 0) throw new ConvertError(`${path}: expected golden rows, found an empty file.`)
  const predict = compileReference(dump)
  return lines.map((line, i) => {
    const where = `${path}, line ${i + 1}`
    const { request, probabilities: values } = parseRow(line, where)
    const computed = predictRow(predict, request, where)
    if (values.length !== computed.length) {
      throw new ConvertError(`${where}: expected ${computed.length} probabilities, found ${values.length}.`)
    }
    const wrong = computed.findIndex((value, c) => !Object.is(value, values[c]))
    if (wrong >= 0) {
      throw new ConvertError(
        `${where}: expected ${values[wrong]} for ${nameValue(dump, wrong)}, computed ${computed[wrong]} ` +
        `(${countUlps(values[wrong], computed[wrong])} units in the last place apart).`
      )
    }
    return { input: request, values }
  })
}

async function readLines(path: string): Promise<string[]> {
  try {
    return (await readFile(path, 'utf8')).split('\n')
  } catch (error) {
    throw new ConvertError(
      `${path}: cannot be read (${(error as NodeJS.ErrnoException).code}). --golden names a folder that has a file for each model.`,
      { cause: error }
    )
  }
}

function predictRow(predict: (row: GoldenRow['input']) => number[], row: GoldenRow['input'], where: string): number[] {
  try {
    return predict(row)
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    throw new ConvertError(`${where}: ${error.message}.`, { cause: error })
  }
}

function nameValue({ outputs }: Dump, index: number): string {
  const labels = outputs.flatMap(output => output.classes ?? [])
  return labels[index] === undefined ? `value ${index}` : `the probability of ${labels[index]}`
}

/** Fields that a dump can keep. */
function isRow(request: unknown): request is GoldenRow['input'] {
  return typeof request === 'object' && request !== null && !Array.isArray(request) &&
    Object.values(request).every(value => value === null || typeof value === 'string' || typeof value === 'number')
}

function parseRow(line: string, where: string): { request: GoldenRow['input'], probabilities: number[] } {
  try {
    const { request, probabilities } = JSON.parse(line) as Partial<ReturnType<typeof parseRow>>
    if (isRow(request) && Array.isArray(probabilities)) return { request, probabilities }
  } catch {
    // Told below, like everything else that is no golden row.
  }
  throw new ConvertError(`${where}: expected {"request": {...}, "probabilities": [...]}, found ${line.slice(0, 60)} (each field a number, text or null).`)
}
