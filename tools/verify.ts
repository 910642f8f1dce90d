/** `recall-ml verify`: does a dump still give the bits that it should? */
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { parse } from 'csv-parse'
import { ConfigError, readConfig } from '../src/config.js'
import { DumpError } from '../src/forest/dump-error.js'
import type { Dump, Label } from '../src/forest/dump.js'
import { countUlps } from '../src/forest/ulps.js'
import { createModel } from '../src/model/create-model.js'
import { parseDump } from '../src/model/parse-dump.js'
import { InputError, findOriginals, type Model, type Prediction, type Row } from '../src/model/types.js'
import type { AnswerColumn } from './score/answer-columns.js'
import { listNames } from './score/list-names.js'
import { listRouteColumns } from './score/served-model.js'

export interface VerifyOptions {
  /** A CSV file of inputs and expected answers, instead of the dump's golden rows. */
  readonly csv?: string
  /** How many units in the last place an answer may be off. */
  readonly ulps?: string
}

/** A dump or a CSV file that cannot be used. */
class VerifyError extends Error {}

/**
 * Verifies a dump against its golden rows, or against a CSV file, and prints what was found.
 * @returns exit status: 0, or 1 when a row differs or a file cannot be used
 */
export async function runVerify(path: string, options: VerifyOptions): Promise<number> {
  try {
    const dump = parseDump(await read(path))
    if (options.csv === undefined) return verifyGoldenRows(path, dump)
    const model = createModel(dump)
    const own = listRouteColumns(path, model, readConfig()) ?? []
    return await verifyCsv(model, own, options.csv, readTolerance(options.ulps))
  } catch (error) {
    if (!(error instanceof VerifyError || error instanceof DumpError || error instanceof ConfigError)) throw error
    console.error(`recall-ml verify: ${error instanceof DumpError ? `${basename(path)}: ` : ''}${error.message}`)
    return 1
  }
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new VerifyError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code})`)
  }
}

function readTolerance(text = '0'): number {
  const ulps = Number(text)
  if (Number.isInteger(ulps) && ulps >= 0) return ulps
  throw new VerifyError(`--ulps: expected a whole number, received ${text}`)
}

/** Loading a model compares its golden rows bit for bit, and names the first that differs. */
function verifyGoldenRows(path: string, dump: Dump): number {
  createModel(dump)
  const n = dump.golden.length
  if (n === 0) throw new VerifyError(`${basename(path)} has no golden rows: name a file of expected answers with --csv`)
  console.log(`${basename(path)}: ${n} golden rows, the same bits (computed by ${dump.provenance.golden})`)
  return 0
}

/** A column of the CSV file with what the model should answer. */
interface Expectation {
  readonly column: string
  readonly actual: (answer: Answer) => number | Label
}

interface Answer {
  readonly prediction: Prediction
  readonly values: Float64Array
  readonly labels: readonly Label[]
}

async function verifyCsv(
  model: Model, own: readonly AnswerColumn[], path: string, tolerance: number
): Promise<number> {
  const rows = createReadStream(path).pipe(parse({ columns: true, bom: true, skip_empty_lines: true }))
  let columns: string[] = []
  let originals = new Map<string, string>()
  let expectations: Expectation[] | undefined
  let count = 0
  let worst = 0
  try {
    for await (const record of rows as AsyncIterable<Record<string, string>>) {
      count++
      if (expectations === undefined) {
        columns = Object.keys(record)
        originals = findOriginals(model.inputs, columns)
        expectations = findExpectations(model, own, columns, path)
      }
      const answer = predict(model, toRow(model, record, originals), `${path}, row ${count}`)
      for (const { column, actual } of expectations) {
        const ulps = compare(record[column], actual(answer))
        worst = Math.max(worst, ulps)
        if (ulps > tolerance) {
          console.error(
            `${path}, row ${count}: ${column}: expected ${record[column]}, computed ${actual(answer)}` +
            (Number.isFinite(ulps) ? ` (${ulps} units in the last place apart)` : '')
          )
          return 1
        }
      }
    }
  } catch (error) {
    if (error instanceof VerifyError) throw error
    throw new VerifyError(`${path} cannot be read as CSV (${(error as Error).message})`)
  }
  if (count === 0) throw new VerifyError(`${path} has no rows`)
  const compared = expectations?.map(({ column }) => column) ?? []
  const taken = new Set([...compared, ...model.inputs.map(({ name }) => originals.get(name) ?? name)])
  const left = columns.filter(name => !taken.has(name))
  console.log(
    `${path}: ${count} rows, ${worst === 0 ? 'the same bits' : `at most ${worst} units in the last place apart`} ` +
    `in ${listNames(compared)}${left.length === 0 ? '' : `; not compared: ${listNames(left)}`}`
  )
  return 0
}

/**
 * The columns that are answers: `prediction` for a label, `probability_LABEL` for each class, `value` for a number,
 * `score` and `decision` of an outlier detector; of several outputs `prediction_0`, `value_1` and so on. Of a model
 * with a route of its own, that route's fields too.
 */
function findExpectations(
  model: Model, own: readonly AnswerColumn[], columns: readonly string[], path: string
): Expectation[] {
  const known = new Map<string, Expectation['actual']>()
  const several = model.outputs.length > 1
  let start = 0
  model.outputs.forEach(({ classes }, output) => {
    const suffix = several ? `_${output}` : ''
    const first = start
    if (model.task === 'outlier-detector') {
      known.set('score', ({ values }) => values[0]).set('decision', ({ values }) => values[1])
    } else if (classes === undefined) known.set(`value${suffix}`, ({ values }) => values[first])
    else classes.forEach((label, c) => known.set(`probability${suffix}_${label}`, ({ values }) => values[first + c]))
    if (classes !== undefined) known.set(`prediction${suffix}`, ({ labels }) => labels[output])
    start += classes?.length ?? 1
  })
  for (const { name, read } of own) if (!known.has(name)) known.set(name, ({ prediction }) => read(prediction))
  const found = columns.flatMap(column => {
    const actual = known.get(column)
    return actual === undefined ? [] : [{ column, actual }]
  })
  if (found.length > 0) return found
  throw new VerifyError(`${path} has no expected answers: name columns ${[...known.keys()].slice(0, 6).join(', ')}`)
}

/** Cells are text: numbers become numbers, empty ones null. */
function toRow(
  model: Model, record: Readonly<Record<string, string>>, originals: ReadonlyMap<string, string>
): Row {
  const row: Row = {}
  for (const { name, type } of model.inputs) {
    const cell = record[originals.get(name) ?? name] as string | undefined
    if (cell === undefined || cell === '') row[name] = null
    else row[name] = type === 'number' ? toNumber(cell) : cell
  }
  return row
}

/** Flags are spelled as Python or JSON spells them. */
function toNumber(cell: string): number {
  return /^true$/i.test(cell) ? 1 : /^false$/i.test(cell) ? 0 : Number(cell)
}

function predict(model: Model, row: Row, where: string): Answer {
  try {
    const prediction = model.predict(row)
    const { values, classIndexes } = prediction
    return { prediction, values, labels: model.outputs.map(({ classes }, output) => classes?.[classIndexes[output]] ?? '') }
  } catch (error) {
    if (error instanceof InputError) throw new VerifyError(`${where}: ${error.message}`)
    throw error
  }
}

/** Units in the last place between two numbers; 0 or infinity for labels. */
function compare(expected: string, actual: number | Label): number {
  if (typeof actual === 'number' && expected !== '' && !Number.isNaN(Number(expected))) {
    return countUlps(Number(expected), actual)
  }
  if (typeof actual === 'boolean') return expected.toLowerCase() === String(actual) ? 0 : Infinity
  return expected === String(actual) ? 0 : Infinity
}
