/** Compares a model's answers with a table of inputs and expected answers. */
import { createReadStream } from 'node:fs'
import { parse } from 'csv-parse'
import type { Label } from '../src/dump/dump.js'
import { countUlps } from '../src/arithmetic/ulps.js'
import type { BoundedAnswer } from './convert/golden/sum-bounds.js'
import { findOriginals, InputError, type Model, type Prediction, type Row } from '../src/model/types.js'
import { escapeText } from './terminal/escape.js'
import type { AnswerColumn } from '../src/http/rows/answer-columns.js'
import { listNames } from './terminal/list-names.js'

/** A dump or a table that cannot be used, or an answer that differs. */
export class VerifyError extends Error {}

/** A row with another answer than it should have. */
class Difference extends VerifyError {}

export interface TableOptions {
  /** Units in the last place that an answer may be off. */
  readonly tolerance: number
  /** Decimals that a service rounds its answers to; undefined where the bits count. */
  readonly decimals?: number
  /** What the model calls the answers in columns that have other names, by these. */
  readonly answers?: ReadonlyMap<string, string>
  /** How far the answers to a row may be off where sums of products have several orders. */
  readonly bounds: (row: Row) => BoundedAnswer
  /** Columns that are nothing to compare. */
  readonly ignored: readonly string[]
  /** Whether columns that look like answers, but are none of this model's, are left out rather than an error. */
  readonly partial: boolean
}

/** A column of the table with what the model should answer. */
interface Expectation {
  readonly column: string
  readonly actual: (answer: Answer) => number | Label
}

interface Answer {
  readonly prediction: Prediction
  readonly values: Float64Array
  readonly labels: readonly Label[]
}

/** More than any row has, and what a file that is not a table may have before its first line ends. */
const MOST_CHARACTERS = 2 ** 24

/** What people call answers, whatever the model calls its own. */
const LOOKS_LIKE_ANSWER =
  /^(predict(ions?|ed|s)?|preds?|y_?(pred|proba|hat)|prob(a|as|s|ability|abilities)?|expected|answers?|values?|scores?|decisions?|risk|confidence|offer|outputs?)([_. -].*)?$|[_. -](pred(icted|ictions?)?|proba(bility|bilities)?)$/i

/**
 * A row whose expected answers are all empty is one for which the library raised: the model must refuse it.
 * @param own further answers, of a model with a route of its own
 * @param path of a CSV file
 * @returns what was compared, for people
 * @throws VerifyError with the first difference and how many rows agree, or for what cannot be compared
 */
export async function verifyTable(
  model: Model, own: readonly AnswerColumn[], path: string, options: TableOptions
): Promise<string> {
  const known = listAnswers(model, own)
  let table: Table | undefined
  let count = 0
  let refused = 0
  let worst = 0
  let bounded = 0
  let wrong = 0
  let first: Difference | undefined
  for await (const record of readRecords(path)) {
    table ??= openTable(model, known, Object.keys(record), path, options)
    let found: ReturnType<typeof verifyRow>
    try {
      found = verifyRow(model, table, record, `${path}, row ${++count}`, options)
    } catch (error) {
      if (!(error instanceof Difference)) throw error
      first ??= error
      wrong++
      continue
    }
    if (found === undefined) refused++
    else {
      worst = Math.max(worst, found.ulps)
      bounded += found.bounded
    }
  }
  if (table === undefined) throw new VerifyError(`${path} has no rows`)
  if (first !== undefined) throw new VerifyError(`${first.message} (${count - wrong} of ${count} rows agree)`)
  const { expectations, notCompared, absent } = table
  const same = options.decimals !== undefined ? `the same to ${options.decimals} decimals`
    : worst === 0 ? 'the same bits' : `at most ${worst} units in the last place apart`
  return `${path}: ${count} rows, ${same} ` +
    `in ${listNames(expectations.map(({ column }) => column))}` +
    (bounded === 0 ? '' : `; ${bounded} answers have other last bits, as another order of sums gives`) +
    (refused === 0 ? '' : `; refused, as expected: ${refused}`) +
    (notCompared.length === 0 ? '' : `; not compared: ${listNames(notCompared)}`) +
    (absent.length === 0 ? '' : `; inputs that it has no column for: ${listNames(absent)}`)
}

async function* readRecords(path: string): AsyncGenerator<Record<string, string>> {
  const file = createReadStream(path)
  const columns = (header: string[]) => checkHeader(header, path)
  const rows = file.pipe(parse({ columns, bom: true, skip_empty_lines: true, max_record_size: MOST_CHARACTERS }))
  // What `pipe` connects does not share errors.
  file.on('error', error => rows.destroy(error))
  try {
    yield* rows as AsyncIterable<Record<string, string>>
  } catch (error) {
    if (error instanceof VerifyError) throw error
    const { code, message } = error as NodeJS.ErrnoException
    if (code !== undefined && /^E[A-Z]+$/.test(code)) throw new VerifyError(`${path} cannot be read (${code})`)
    throw new VerifyError(`${path} cannot be read as CSV (${escapeText(message).slice(0, 200)})`)
  } finally {
    file.destroy()
  }
}

function checkHeader(header: readonly string[], path: string): string[] {
  const twice = header.find((name, i) => header.indexOf(name) < i)
  if (twice !== undefined) throw new VerifyError(`${path} has two columns ${listNames([twice])}: which one counts is unclear`)
  return [...header]
}

interface Table {
  readonly expectations: readonly Expectation[]
  readonly notCompared: readonly string[]
  /** Inputs without a column. */
  readonly absent: readonly string[]
  /** Columns that an input has under the name that it had before LightGBM changed it. */
  readonly originals: ReadonlyMap<string, string>
}

function openTable(
  model: Model, known: ReadonlyMap<string, Expectation['actual']>, columns: readonly string[], path: string,
  { ignored, partial, answers = new Map<string, string>() }: TableOptions
): Table {
  const strange = ignored.filter(name => !columns.includes(name))
  if (strange.length > 0) throw new VerifyError(`--ignore: ${path} has no column ${listNames(strange)}`)
  for (const [column, answer] of answers) {
    const isColumn = columns.includes(column)
    if (isColumn && known.has(answer)) continue
    throw new VerifyError(isColumn
      ? `--answer: the model has no answer ${listNames([answer])}; its answers are ${[...known.keys()].slice(0, 6).join(', ')}`
      : `--answer: ${path} has no column ${listNames([column])}`)
  }
  const rest = columns.filter(column => !ignored.includes(column))
  const originals = findOriginals(model.inputs, columns)
  const inputs = new Set(model.inputs.map(({ name }) => originals.get(name) ?? name))
  const expectations = rest.flatMap(column => {
    const actual = known.get(answers.get(column) ?? column)
    return actual === undefined ? [] : [{ column, actual }]
  })
  const notCompared = rest.filter(name => !known.has(name) && !answers.has(name) && !inputs.has(name))
  const names = [...known.keys()].slice(0, 6).join(', ')
  const like = partial ? [] : notCompared.filter(name => LOOKS_LIKE_ANSWER.test(name))
  if (like.length > 0) {
    throw new VerifyError(
      `${path}: ${listNames(like)} cannot be compared, since the model has no answer of that name; its answers are ` +
      `${names}. Say which it is with --answer ${like[0]}=${[...known.keys()][0]}, or leave it out with --ignore ${like.join(',')} or --partial`
    )
  }
  if (expectations.length === 0) throw new VerifyError(`${path} has no expected answers: name columns ${names}`)
  const absent = [...model.usedInputs].filter(name => !columns.includes(originals.get(name) ?? name))
  return { expectations, notCompared, absent, originals }
}

/**
 * The columns that are answers: `prediction` for a label, `probability_LABEL` or `decision_LABEL` for each class,
 * `value` for a number, `score` and `decision` of an outlier detector; of several outputs `prediction_0`, `value_1` and
 * so on. Of a model with a route of its own, that route's fields too.
 */
function listAnswers(model: Model, own: readonly AnswerColumn[]): Map<string, Expectation['actual']> {
  const known = new Map<string, Expectation['actual']>()
  const several = model.outputs.length > 1
  const kind = model.classNumbers === 'decisions' ? 'decision' : 'probability'
  let start = 0
  model.outputs.forEach(({ classes }, output) => {
    const suffix = several ? `_${output}` : ''
    const first = start
    if (classes !== undefined) known.set(`prediction${suffix}`, ({ labels }) => labels[output])
    if (model.task === 'outlier-detector') {
      known.set('score', ({ values }) => values[0]).set('decision', ({ values }) => values[1])
    } else if (classes === undefined) known.set(`value${suffix}`, ({ values }) => values[first])
    else {
      classes.forEach((label, c) => {
        for (const name of spellings(label)) known.set(`${kind}${suffix}_${name}`, ({ values }) => values[first + c])
      })
    }
    start += classes?.length ?? 1
  })
  for (const { name, read } of own) if (!known.has(name)) known.set(name, ({ prediction }) => read(prediction))
  return known
}

/** A label as JSON has it, and as Python writes it into the name of a column. */
function spellings(label: Label): string[] {
  if (typeof label === 'boolean') return [String(label), label ? 'True' : 'False']
  return typeof label === 'number' && Number.isInteger(label) ? [String(label), label.toFixed(1)] : [String(label)]
}

/**
 * @returns units in the last place that the worst answer is off, and how many are within the bound of another order of
 * sums; undefined for a row that is refused as it should be
 * @throws VerifyError when an answer differs
 */
function verifyRow(
  model: Model, { expectations, originals }: Table, record: Readonly<Record<string, string>>, where: string,
  { tolerance, bounds, decimals }: TableOptions
): { ulps: number, bounded: number } | undefined {
  const raises = expectations.every(({ column }) => record[column] === '')
  const row = toRow(model, record, originals, where)
  const answer = predict(model, row, where, raises)
  if (answer === undefined) return undefined
  let worst = 0
  let bounded = 0
  for (const { column, actual } of expectations) {
    const computed = actual(answer)
    if (decimals !== undefined && isRounded(record[column], computed, decimals)) continue
    const ulps = compare(record[column], computed)
    if (ulps > 0 && !raises && isExplained(record[column], actual, listExtremes(model, answer, bounds(row)))) {
      bounded++
      continue
    }
    worst = Math.max(worst, ulps)
    if (ulps <= tolerance) continue
    const expected = raises ? 'that the row is refused, since it has no answers' : escapeText(record[column])
    const apart = Number.isFinite(ulps) ? ` (${ulps} units in the last place apart)` : ''
    throw new Difference(`${where}: ${column}: expected ${expected}, computed ${computed}${apart}`)
  }
  return { ulps: worst, bounded }
}

/** The answer with all its values at either end of their bounds, and with each class that may be predicted. */
function listExtremes({ outputs }: Model, answer: Answer, { values, bounds, classIndexes }: BoundedAnswer): Answer[] {
  const { prediction } = answer
  const moved = [-1, 1].map(side => values.map((value, i) => value + side * bounds[i]))
  const others = classIndexes.flatMap((indexes, o) => [...indexes].map(index => {
    const own = prediction.classIndexes.map((before, i) => i === o ? index : before)
    return { ...answer, prediction: { ...prediction, classIndexes: own }, labels: labelsOf(outputs, own) }
  }))
  return [...moved.map(own => ({ ...answer, values: own, prediction: { ...prediction, values: own } })), ...others]
}

/** Whether an expected answer is one of those, or a number between them. */
function isExplained(expected: string, actual: Expectation['actual'], answers: readonly Answer[]): boolean {
  const found = answers.map(actual)
  const numbers = found.filter(value => typeof value === 'number')
  if (expected.trim() === '') return false
  if (numbers.length < found.length) return found.some(value => compare(expected, value) === 0)
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)]
  return least < most && Number(expected) >= least && Number(expected) <= most
}

/** Cells are text: numbers become numbers, empty ones null. */
function toRow(
  model: Model, record: Readonly<Record<string, string>>, originals: ReadonlyMap<string, string>, where: string
): Row {
  const row: Row = {}
  for (const { name, type } of model.inputs) {
    const cell = record[originals.get(name) ?? name] as string | undefined
    if (cell === undefined || cell === '') row[name] = null
    else row[name] = type === 'number' ? toNumber(cell, name, model.usedInputs.has(name), where) : cell
  }
  return row
}

/** Flags, infinities and missing values are spelled as Python or JSON spells them. */
function toNumber(cell: string, name: string, used: boolean, where: string): number | null {
  const text = cell.trim().toLowerCase()
  if (text === 'true' || text === 'false') return text === 'true' ? 1 : 0
  if (text === 'nan') return null
  const infinity = /^([+-]?)inf(inity)?$/.exec(text)
  if (infinity !== null) return infinity[1] === '-' ? -Infinity : Infinity
  const number = text === '' ? NaN : Number(text)
  if (!Number.isNaN(number)) return number
  if (!used) return null
  throw new VerifyError(`${where}: ${name}: expected a number, received ${escapeText(JSON.stringify(cell.slice(0, 60)))}`)
}

/** @returns undefined when the model refuses a row that it should refuse */
function predict(model: Model, row: Row, where: string, raises: boolean): Answer | undefined {
  try {
    const prediction = model.predict(row)
    const { values, classIndexes } = prediction
    return { prediction, values, labels: labelsOf(model.outputs, classIndexes) }
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    if (raises) return undefined
    throw new Difference(`${where}: ${error.message}`)
  }
}

function labelsOf(outputs: Model['outputs'], classIndexes: Int32Array): Label[] {
  return outputs.map(({ classes }, output) => classes?.[classIndexes[output]] ?? '')
}

/** Units in the last place between two numbers; 0 or infinity for labels. */
function compare(expected: string, actual: number | Label): number {
  const flag = /^(true|false)$/i.test(expected) ? expected.toLowerCase() === 'true' : undefined
  if (typeof actual === 'boolean') return (flag ?? toFlag(expected)) === actual ? 0 : Infinity
  if (typeof actual === 'string') return expected === actual ? 0 : Infinity
  if (flag !== undefined) return Number(flag) === actual ? 0 : Infinity
  const number = expected.trim() === '' ? NaN : Number(expected)
  return Number.isNaN(number) ? Infinity : countUlps(number, actual)
}

/** Whether a number is another one after rounding, whichever way its last digit went. */
function isRounded(expected: string, actual: number | Label, decimals: number): boolean {
  const number = expected.trim() === '' ? NaN : Number(expected)
  return typeof actual === 'number' && Math.abs(number - actual) <= 0.5 * 10 ** -decimals * (1 + 1e-6)
}

/** 1 and 0 stand for true and false, as in Python. */
function toFlag(expected: string): boolean | undefined {
  const number = Number(expected)
  return expected.trim() === '' || (number !== 0 && number !== 1) ? undefined : number === 1
}
