/** Golden rows: the proof that a dump carries of itself. */
import { readFile } from 'node:fs/promises'
import type { Dump, GoldenRow } from '../../src/dump/dump.js'
import { countUlps } from '../../src/arithmetic/ulps.js'
import { InputError } from '../../src/errors/input-error.js'
import { chooseRows } from './golden/choose-rows.js'
import { isWithin, SumBounds } from './golden/sum-bounds.js'
import { openProbe, type GoldenInput, type Probe } from './golden/probe.js'
import type { ExampleRow } from './common/signature.js'
import { ConvertError } from './errors/convert-error.js'

/**
 * Rows as `chooseRows` has them, with the answers of the plain reference evaluator.
 * @param examples rows to begin with, as far as the model takes them
 */
export function computeGoldenRows(dump: Dump, examples: readonly ExampleRow[] = []): GoldenRow[] {
  const probe = openProbe(dump)
  const rows = examples.map(example => toInput(example, dump)).filter(row => row !== undefined)
    .filter(row => probe.answers(row))
  return [...rows, ...chooseRows(dump, probe)].map(input => ({ input, values: probe.predict(input) }))
}

/** An example of the model's own, undefined when it is one of other columns. */
function toInput({ names, values }: ExampleRow, { inputs }: Dump): GoldenInput | undefined {
  const places = inputs.map(({ name }, i) => names === undefined ? i : names.indexOf(name))
  if (names === undefined && values.length !== inputs.length) return undefined
  if (places.some(place => place < 0)) return undefined
  return Object.fromEntries(inputs.map(({ name }, i) => [name, values[places[i]]]))
}

/**
 * Golden rows that scikit-learn itself computed: one JSON object per line, with `request` and `probabilities`. The rows
 * have the bits of the reference evaluator, which are scikit-learn's but where a sum of products has several orders.
 * @throws ConvertError naming the first row that is not answered so, bit for bit, or within the bound of such sums
 */
export async function readGoldenRows(path: string, dump: Dump): Promise<GoldenRow[]> {
  const lines = (await readLines(path)).filter(line => line.trim() !== '')
  if (lines.length === 0) throw new ConvertError(`${path}: expected golden rows, found an empty file.`)
  const probe = openProbe(dump)
  const bounded = new SumBounds(dump)
  return lines.map((line, i) => {
    const where = `${path}, line ${i + 1}`
    const { request, probabilities: values } = parseRow(line, where)
    const computed = predictRow(probe, request, where)
    if (values.length !== computed.length) {
      throw new ConvertError(`${where}: expected ${computed.length} probabilities, found ${values.length}.`)
    }
    const { bounds } = bounded.predict(request)
    const wrong = computed.findIndex((value, c) => !isWithin(value, values[c], bounds[c]))
    if (wrong >= 0) {
      const bound = bounds[wrong] === 0 ? '' : `, and beyond the ${bounds[wrong]} that another order of sums explains`
      throw new ConvertError(
        `${where}: expected ${values[wrong]} for ${nameValue(dump, wrong)}, computed ${computed[wrong]} ` +
        `(${countUlps(values[wrong], computed[wrong])} units in the last place apart${bound}).`
      )
    }
    return { input: request, values: computed }
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

function predictRow(probe: Probe, row: GoldenRow['input'], where: string): number[] {
  try {
    return probe.predict(row)
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
    // Told below, like everything else that is not a golden row.
  }
  throw new ConvertError(`${where}: expected {"request": {...}, "probabilities": [...]}, found ${line.slice(0, 60)} (each field a number, text or null).`)
}
