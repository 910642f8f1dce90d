/** Golden rows: the proof that a dump carries of itself. */
import { readFile } from 'node:fs/promises'
import type { Dump, GoldenRow, Input } from '../../src/forest/dump.js'
import { predictReference } from '../../src/forest/reference.js'
import { compilePipeline } from '../../src/pipeline/pipeline.js'
import { ConvertError } from './pickle/errors.js'

const ROWS = 16
const float64Bits = new BigInt64Array(new Float64Array([0]).buffer)

/**
 * Rows of plausible inputs, gaps and unknown text among them where the model takes them, with the answers of the
 * plain reference evaluator. The rows are the same at every conversion.
 */
export function computeGoldenRows(dump: Dump): GoldenRow[] {
  const random = xorshift32(0x9e3779b9)
  const pipeline = compilePipeline(dump)
  const features = new Float64Array(dump.forest.features.length)
  return Array.from({ length: ROWS }, () => {
    const input = Object.fromEntries(dump.inputs.map(field => [field.name, sampleValue(field, random)]))
    pipeline.run(input, features)
    return { input, probabilities: [...predictReference(dump.forest, features)] }
  })
}

function sampleValue(input: Input, random: () => number): GoldenRow['input'][string] {
  const gap = random() < 0.1
  if (input.type === 'category') {
    if (gap && input.fallback?.missing !== undefined) return null
    if (random() < 0.1 && input.fallback?.unknown !== undefined) return 'unheard of'
    return input.categories[Math.floor(random() * input.categories.length)]
  }
  if (gap && input.fallback !== undefined) return null
  const reach = Math.max(3 * Math.abs(input.example ?? 1), 3)
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
  const lines = (await readFile(path, 'utf8')).split('\n').filter(line => line.trim() !== '')
  const pipeline = compilePipeline(dump)
  const features = new Float64Array(dump.forest.features.length)
  return lines.map((line, i) => {
    const { request, probabilities } = parseRow(line, `${path}, line ${i + 1}`)
    pipeline.run(request, features)
    const computed = predictReference(dump.forest, features)
    const wrong = computed.findIndex((value, c) => !Object.is(value, probabilities[c]))
    if (wrong >= 0 || probabilities.length !== computed.length) {
      throw new ConvertError(
        `${path}, line ${i + 1}: expected probability ${probabilities[wrong]} of class ${dump.classes[wrong]}, ` +
        `computed ${computed[wrong]} (${countUlps(probabilities[wrong], computed[wrong])} units in the last place apart).`
      )
    }
    return { input: request, probabilities }
  })
}

function parseRow(line: string, where: string): { request: GoldenRow['input'], probabilities: number[] } {
  try {
    const { request, probabilities } = JSON.parse(line) as Partial<ReturnType<typeof parseRow>>
    if (typeof request === 'object' && Array.isArray(probabilities)) return { request, probabilities }
  } catch {
    // Told below, like everything else that is no golden row.
  }
  throw new ConvertError(`${where}: expected {"request": {...}, "probabilities": [...]}, found ${line.slice(0, 60)}.`)
}

/** How many float64 lie between two positive numbers. */
export function countUlps(a: number, b: number): number {
  return Math.abs(Number(bitsOf(a) - bitsOf(b)))
}

function bitsOf(value: number): bigint {
  new Float64Array(float64Bits.buffer)[0] = value
  return float64Bits[0]
}
