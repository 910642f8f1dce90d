/** A file of rows, scored: what the answers are like as a whole, and the file with them. */
import type { Answer, FieldProblem } from '../../library/core.js'
import type { RiskLimits } from '../../src/http/page/page-settings.js'
import type { Subject } from '../models/protocol.js'
import type { Row } from '../models/types.js'
import { createRowReader, findAbsent, formatLine, parseTable } from './csv.js'
import { listScoreColumns } from './score-columns.js'
import { Summary, type SummaryOfRows } from './summary.js'

/** What came of a row for one model. */
export type RowResult = { readonly answer: Answer } | { readonly problems: readonly FieldProblem[] }

export type AnswerRows = (model: string, rows: readonly Row[]) => Promise<readonly RowResult[]>

export interface FileScores extends SummaryOfRows {
  /** Columns that the models use and the file lacks: they count as missing. */
  readonly absent: readonly string[]
  readonly rejected: number
  /** The first rows that are refused, by their number from 1. */
  readonly rejects: ReadonlyArray<{ readonly number: number, readonly problems: readonly FieldProblem[] }>
  /** The file with the answers, and the reasons of rows that have none. */
  readonly output: Blob
}

const ROWS_AT_ONCE = 500
const LISTED_REJECTS = 5

/** A file that cannot be scored at all. */
export class FileError extends Error {
  /** @param names of columns that were looked for */
  constructor(readonly reason: 'encoding' | 'empty' | 'columns', readonly names: readonly string[] = []) {
    super([reason, ...names].join(' '))
  }
}

/**
 * @param report is told how many rows are done
 * @throws FileError when no row of the file can be used
 */
export async function scoreFile(
  file: Blob, subject: Subject, limits: RiskLimits, answerRows: AnswerRows, report: (rows: number) => void
): Promise<FileScores> {
  const { header, delimiter, rows } = parseTable(decode(await file.arrayBuffer()))
  if (rows.length === 0) throw new FileError('empty')
  const absent = findAbsentOf(subject, header)
  const readers = subject.models.map(({ name, info }) => ({ name, read: createRowReader(info.inputs, header) }))
  const columns = listScoreColumns(subject, limits)
  const names = [...columns.map(({ name }) => name), 'defaulted', 'error']
    .map(name => header.includes(name) ? `${name}_predicted` : name)
  const summary = new Summary(subject, limits)
  const rejects: Array<FileScores['rejects'][number]> = []
  let rejected = 0
  const parts = [formatLine([...header, ...names], delimiter)]
  for (let start = 0; start < rows.length; start += ROWS_AT_ONCE) {
    const block = rows.slice(start, start + ROWS_AT_ONCE)
    const usable = block.filter(({ length }) => length === header.length)
    const results = await Promise.all(readers.map(async ({ name, read }) => answerRows(name, usable.map(cells => read(cells)))))
    const places = new Map(usable.map((cells, place) => [cells, place]))
    parts.push(block.map((cells, i) => {
      const place = places.get(cells)
      const merged = place === undefined ? wrongWidth(header.length, cells.length) : merge(results.map(list => list[place]))
      if ('problems' in merged) {
        rejected++
        if (rejects.length < LISTED_REJECTS) rejects.push({ number: start + i + 1, problems: merged.problems })
        return formatLine([...cells, ...columns.map(() => ''), '', describe(merged.problems)], delimiter)
      }
      const { answers } = merged
      const defaulted = [...new Set(answers.flatMap(answer => answer.defaulted ?? []))]
      const row = Object.assign({}, ...readers.map(({ read }) => read(cells))) as Row
      summary.add(start + i + 1, row, answers, defaulted.length > 0)
      return formatLine([...cells, ...columns.map(({ read }) => read(answers)), defaulted.join(';'), ''], delimiter)
    }).join(''))
    report(start + block.length)
  }
  return { ...summary.finish(), absent, rejected, rejects, output: new Blob(parts, { type: 'text/csv' }) }
}

function decode(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new FileError('encoding')
  }
}

/** @throws FileError when a file has none of the columns that a model uses */
function findAbsentOf({ models }: Subject, header: readonly string[]): string[] {
  const absent = models.map(({ info: { inputs } }) => {
    const names = findAbsent(inputs, header)
    const used = inputs.filter(input => input.used)
    if (used.length > 0 && names.length === used.length) throw new FileError('columns', names)
    return names
  })
  return [...new Set(absent.flat())]
}

/** The answers of all models to one row, or what any of them has against it. */
function merge(results: readonly RowResult[]): { answers: Answer[] } | { problems: FieldProblem[] } {
  const problems = new Map(results.flatMap(result => 'problems' in result ? result.problems : [])
    .map(problem => [problem.field, problem]))
  if (problems.size > 0) return { problems: [...problems.values()] }
  return { answers: results.flatMap(result => 'answer' in result ? [result.answer] : []) }
}

function wrongWidth(expected: number, received: number): { problems: FieldProblem[] } {
  return { problems: [{ field: 'row', expected: `${expected} cells, one per column`, received: `${received} cells` }] }
}

function describe(problems: readonly FieldProblem[]): string {
  return problems.map(({ field, expected, received }) => `${field}: expected ${expected}, received ${received}`).join('; ')
}
