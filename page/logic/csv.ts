/** CSV files as rows of a request: the same reading as `recall-ml score`. */
import { dsvFormat } from 'd3-dsv'
import type { Input } from '../../library/core.js'
import { findOriginals } from '../../src/pipeline/original-names.js'
import type { Row } from '../models/types.js'

const DELIMITERS = [',', ';', '\t', '|']

/** There are no other spellings, no spaces, no names. */
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

export interface Table {
  readonly header: readonly string[]
  readonly delimiter: string
  /** Cells of each row that is not blank, with the number of cells that it happens to have. */
  readonly rows: ReadonlyArray<readonly string[]>
}

/** @param text decoded, without a byte order mark */
export function parseTable(text: string): Table {
  const delimiter = detectDelimiter(text)
  const [header = [], ...rows] = dsvFormat(delimiter).parseRows(text)
  return { header, delimiter, rows: rows.filter(cells => cells.length > 1 || cells[0] !== '') }
}

/** The one that the first line has most of, outside quotes. */
export function detectDelimiter(text: string): string {
  const [line] = text.replaceAll(/"(?:[^"]|"")*"/g, '').split(/\r?\n/, 1)
  const counts = DELIMITERS.map(delimiter => line.split(delimiter).length)
  return DELIMITERS[counts.indexOf(Math.max(...counts))]
}

/** Cells as a line, with quotes where they are needed. */
export function formatLine(cells: readonly string[], delimiter: string): string {
  return `${dsvFormat(delimiter).formatRow([...cells])}\n`
}

/** Names of inputs that matter and are not in the header, under which they count as missing. */
export function findAbsent(inputs: ReadonlyArray<Input & { used: boolean }>, header: readonly string[]): string[] {
  const names = new Set([...header, ...findOriginals(inputs, header).keys()])
  return inputs.filter(({ name, used }) => used && !names.has(name)).map(({ name }) => name)
}

/** @returns what makes a row of cells, which must be as many as the header's */
export function createRowReader(inputs: readonly Input[], header: readonly string[]): (cells: readonly string[]) => Row {
  const originals = findOriginals(inputs, header)
  const columns = inputs.flatMap(input => {
    const column = header.indexOf(originals.get(input.name) ?? input.name)
    return column < 0 || input.type === 'any' ? [] : [{ column, name: input.name, read: readerOf(input) }]
  })
  return cells => Object.fromEntries(columns.map(({ column, name, read }) => [name, read(cells[column])]))
}

/** A cell as JSON would have it; what a model does not take stays text, which it refuses in its own words. */
function readerOf(input: Exclude<Input, { type: 'any' }>): (cell: string) => unknown {
  if (input.type !== 'number') return cell => cell === '' ? null : cell
  const isFlag = input.boolean === true || input.acceptsBoolean === true
  return cell => {
    if (cell === '') return null
    if (DECIMAL.test(cell)) return Number(cell)
    if (isFlag && /^(?:true|false)$/i.test(cell)) return cell.toLowerCase() === 'true'
    return cell
  }
}
