/** One case of the parity matrix: a model file, converted and asked what scikit-learn was asked. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Label } from '../../src/dump/dump.js'
import { countUlps } from '../../src/arithmetic/ulps.js'
import { createModel } from '../../src/model/create-model.js'
import { InputError, type Model, type Prediction, type Row } from '../../src/model/types.js'
import { convertFiles } from '../convert/convert.js'
import { ConvertError } from '../convert/errors/convert-error.js'
import { isWithin, SumBounds, type BoundedAnswer } from '../convert/golden/sum-bounds.js'
import { compareBooster, type BoosterFile } from './compare-booster.js'

export type Cell = number | string | boolean | null

/** What one output answers, as make_cases.py writes it. */
interface ExpectedOutput {
  readonly prediction?: Label
  readonly probabilities?: readonly Cell[]
  readonly value?: Cell
  readonly score?: Cell
  /** One number, of two classes that of the second; or one per class. */
  readonly decision?: Cell | readonly Cell[]
}

type Expected = ExpectedOutput & { readonly error?: boolean, readonly outputs?: readonly ExpectedOutput[] }

/** What each column of the training data holds. */
export type Kinds = Readonly<Record<string, 'number' | 'bool' | 'text' | 'category'>>

/** The parts of a case's JSON file that are compared; make_cases.py documents them all. */
interface CaseFile {
  readonly case: string
  readonly file: string
  readonly tier: 1 | 2 | 3
  readonly columns: readonly string[]
  readonly kinds: Kinds
  readonly rows: ReadonlyArray<Readonly<Record<string, Cell>>>
  readonly expected: readonly Expected[]
}

/** How a case came out. */
export interface CaseResult {
  readonly name: string
  readonly tier: 1 | 2 | 3
  /** Why the file was not converted. */
  readonly refused?: string
  readonly rows: number
  /** Numbers compared, and those that are not the same bits. */
  readonly numbers: number
  readonly different: number
  readonly worstUlps: number
  /** Numbers that are not the same bits, but within the bound of another order of sums: not among `different`. */
  readonly bounded: number
  readonly wrongLabels: number
  /**
   * Rows with None or NaN for a text, which scikit-learn tells apart and JSON's null does not, that are answered as for
   * the other of the two.
   */
  readonly ambiguous: number
  /** Rows that scikit-learn refuses and we answer, and the other way round. */
  readonly lenient: number
  readonly strict: number
  /** The first thing that differs. */
  readonly first?: string
}

/** @param path a case's JSON file, with the model beside it */
export async function compareCase(folder: string, path: string): Promise<CaseResult> {
  const file = JSON.parse(await readFile(join(folder, path), 'utf8')) as CaseFile | BoosterFile
  if ('library' in file) return compareBooster(folder, file)
  const out = await mkdtemp(join(tmpdir(), 'parity-'))
  try {
    const [{ dump }] = await convertFiles([join(folder, file.file)], { out, name: 'case' })
    return compareRows(file, createModel(dump), new SumBounds(dump))
  } catch (error) {
    if (!(error instanceof ConvertError)) throw error
    return { ...start(file), refused: error.message }
  } finally {
    await rm(out, { recursive: true, force: true })
  }
}

/** A result that is being counted. */
export type CaseCounts = { -readonly [K in keyof CaseResult]: CaseResult[K] }

/** Nothing compared yet. */
export function start({ case: name, tier, rows }: Pick<CaseFile, 'case' | 'tier' | 'rows'>): CaseCounts {
  return {
    name, tier, rows: rows.length, numbers: 0, different: 0, worstUlps: 0, bounded: 0, wrongLabels: 0, ambiguous: 0,
    lenient: 0, strict: 0
  }
}

function compareRows(file: CaseFile, model: Model, sums: SumBounds): CaseResult {
  const tally = start(file)
  const gaps = new Map<string, Set<Cell>>()
  file.rows.forEach((cells, i) => {
    const expected = file.expected[i]
    const sent = toRow(model, file, cells)
    const answer = predict(model, sent)
    const bounds = () => sums.predict(sent)
    if (hasTextGap(file, cells) && !isSame(file, model, answer, expected, i, bounds)) {
      tally.ambiguous++
      noteGap(gaps, file, cells)
      return
    }
    if (answer instanceof InputError) {
      if (expected.error !== true && !isInfinite(expected)) note(tally, 'strict', `row ${i}: ${answer.message}`)
    } else if (expected.error !== true) compareAnswer(tally, model, answer, expected, i, bounds)
    else note(tally, isOnlyMissing(file, cells) ? 'strict' : 'lenient', `row ${i} is answered, and refused by its library`)
  })
  for (const [name, kinds] of gaps) {
    if (kinds.size > 1) note(tally, 'strict', `${name}: null is answered neither as None nor as NaN`)
  }
  return tally
}

/** Whether an answer is one that JSON has no number for: a sum that overflows. Such a row is refused. */
function isInfinite({ value, probabilities, decision, outputs = [] }: Expected): boolean {
  const numbers = [value, probabilities, decision].flat()
  return numbers.some(number => typeof number === 'string') || outputs.some(isInfinite)
}

/** Whether nothing but a missing number can be what a library refuses a row for. */
function isOnlyMissing({ kinds }: CaseFile, cells: Readonly<Record<string, Cell>>): boolean {
  const entries = Object.entries(cells)
  return entries.some(([name, cell]) => kinds[name] === 'number' && cell === 'NaN') &&
    entries.every(([name, cell]) => kinds[name] === 'number' && (cell === 'NaN' || Math.abs(toNumber(cell)) < 1e30))
}

/** Which missing value of a row was not answered as scikit-learn answers it, where the row has one alone. */
function noteGap(gaps: Map<string, Set<Cell>>, { kinds }: CaseFile, cells: Readonly<Record<string, Cell>>): void {
  const found = Object.entries(cells).filter(([name, cell]) => kinds[name] === 'text' && (cell === null || cell === 'NaN'))
  if (found.length !== 1) return
  const [[name, cell]] = found
  gaps.set(name, (gaps.get(name) ?? new Set()).add(cell))
}

function hasTextGap({ kinds }: CaseFile, cells: Readonly<Record<string, Cell>>): boolean {
  return Object.entries(cells).some(([name, cell]) => kinds[name] === 'text' && (cell === null || cell === 'NaN'))
}

function isSame(
  file: CaseFile, model: Model, answer: Prediction | InputError, expected: Expected, row: number,
  bounds: () => BoundedAnswer
): boolean {
  if (answer instanceof InputError) return expected.error === true
  if (expected.error === true) return false
  const alone = start(file)
  compareAnswer(alone, model, answer, expected, row, bounds)
  return alone.different === 0 && alone.wrongLabels === 0
}

export function note(tally: CaseCounts, count: 'strict' | 'lenient' | 'wrongLabels', what: string): void {
  tally[count]++
  tally.first ??= what
}

/**
 * JSON has no NaN, which is a missing value, and no infinities, which only a caller within the process can send.
 * Truth values, and texts in columns of texts, stay what they are, even where the model has a number. Boosters have
 * names of their own for columns of arrays and for names with spaces: those go by their place.
 */
export function toRow(
  model: Model,
  { columns, kinds = {} }: { readonly columns: readonly string[], readonly kinds?: Kinds },
  cells: Readonly<Record<string, Cell>>
): Row {
  const byPlace = model.inputs.length === columns.length && model.inputs.some(({ name }) => !columns.includes(name))
  return Object.fromEntries(model.inputs.map(({ name, type }, i): [string, unknown] => {
    const column = byPlace ? columns[i] : name
    const cell = cells[column]
    if (cell === 'NaN' || cell === null) return [name, null]
    if (type !== 'number') return [name, String(cell)]
    return [name, typeof cell === 'boolean' || kinds[column] === 'text' ? cell : toNumber(cell)]
  }))
}

function toNumber(cell: Cell): number {
  return typeof cell === 'boolean' ? Number(cell) : Number(cell ?? NaN)
}

/** The answer, or why there is none. */
export function predict(model: Model, row: Row): Prediction | InputError {
  try {
    return model.predict(row)
  } catch (error) {
    if (error instanceof InputError) return error
    throw error
  }
}

function compareAnswer(
  tally: CaseCounts, model: Model, prediction: Prediction, expected: Expected, row: number,
  findBounds: () => BoundedAnswer
): void {
  const outputs = expected.outputs ?? [expected]
  const values = prediction.values.slice()
  const classIndexes = prediction.classIndexes.slice()
  // Mostly nobody asks.
  let found: BoundedAnswer | undefined
  const bounds = () => found ??= findBounds()
  let first = 0
  model.outputs.forEach(({ classes }, o) => {
    const want = outputs[o]
    const decisions = [want.decision].flat()
    const numbers = model.task === 'outlier-detector' ? [want.score, ...decisions]
      : classes === undefined ? [want.value] : model.classNumbers === 'decisions' ? decisions : want.probabilities ?? []
    // Of two classes the decision is the second one's.
    const start = model.classNumbers === 'decisions' && numbers.length === 1 ? first + 1 : first
    numbers.forEach((number, i) => {
      const place = start + i
      compareNumber(tally, number ?? null, values[place], `row ${row}, value ${place}`, () => bounds().bounds[place])
    })
    const label = classes?.[classIndexes[o]]
    if (want.prediction !== undefined && want.prediction !== label &&
      ![...bounds().classIndexes[o]].some(index => classes?.[index] === want.prediction)) {
      note(tally, 'wrongLabels', `row ${row}: expected ${want.prediction}, predicted ${label}`)
    }
    first += classes?.length ?? 1
  })
}

/** @param bound what another order of sums can make of the number; nothing when left out */
export function compareNumber(
  tally: CaseCounts, expected: Cell, actual: number, where: string, bound: () => number = () => 0
): void {
  tally.numbers++
  const ulps = countUlps(toNumber(expected), actual)
  if (ulps === 0) return
  if (isWithin(actual, toNumber(expected), bound())) {
    tally.bounded++
    return
  }
  tally.different++
  tally.worstUlps = Math.max(tally.worstUlps, ulps)
  tally.first ??= `${where}: expected ${expected}, computed ${actual}, ${ulps} ulps off`
}
