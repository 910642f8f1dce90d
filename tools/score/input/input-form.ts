/** What an input is: its format, and what stands before its first row. */
import { isUtf8 } from 'node:buffer'
import type { ByteReader } from './byte-reader.js'
import { csvBoundaryFinder, findLineBoundary, type FindBoundary } from './boundaries.js'
import { readHeader, toCell } from './csv.js'
import type { CsvForm } from './csv.js'
import { ScoreError } from '../shared/score-error.js'

export type Format = 'csv' | 'ndjson'

/** How the rows of an input are read. */
export interface InputForm {
  /** Of CSV; undefined for NDJSON. */
  readonly csv: CsvForm | undefined
  /** A byte order mark and the header, with its line break if there is one. */
  readonly head: Buffer
  readonly findBoundary: FindBoundary
}

/** Longest header. */
const MAX_HEAD = 1_048_576

const BOM = Buffer.from([0xef, 0xbb, 0xbf])
const DELIMITERS = [',', ';', '\t']
const LF = 10
const CR = 13

/** The format that a file's name tells, whatever compresses it. */
function formatOfName(name: string): Format | undefined {
  const extension = /\.(csv|ndjson|jsonl)(?:\.gz)?$/i.exec(name)?.[1].toLowerCase()
  if (extension === undefined) return undefined
  return extension === 'csv' ? 'csv' : 'ndjson'
}

/**
 * Reads up to the first row. A format that neither an option nor the name tells is told by the first byte: `{` begins
 * an object.
 * @param format as an option has it
 * @param delimiter as an option has it; found in the header when there is none
 * @throws ScoreError when that cannot be the beginning of the format
 */
export async function readForm(
  reader: ByteReader, format: Format | undefined, delimiter: string | undefined
): Promise<InputForm> {
  let buffer = Buffer.alloc(65_536)
  let length = await reader.read(buffer, 0)
  const bom = buffer.subarray(0, 3).equals(BOM) ? BOM.length : 0
  assertNotUtf16(reader.name, buffer)
  assertNotWorkbook(reader.name, buffer)
  const kind = format ?? formatOfName(reader.name) ?? (isObject(buffer, bom, length) ? 'ndjson' : 'csv')
  if (kind === 'ndjson' || (format ?? formatOfName(reader.name)) === undefined) assertNotList(reader.name, buffer.toString('latin1', bom, Math.min(length, 1000)))
  if (kind === 'ndjson') {
    reader.unread(buffer.subarray(bom, length))
    return { csv: undefined, head: Buffer.from(buffer.subarray(0, bom)), findBoundary: findLineBoundary }
  }
  for (;;) {
    const used = delimiter ?? findDelimiter(buffer.subarray(bom, length))
    const end = findRowEnd(buffer.subarray(bom, length), used.charCodeAt(0))
    if (end < 0 && length === buffer.length) {
      if (buffer.length >= MAX_HEAD) {
        throw new ScoreError(`${reader.name}, line 1: expected a header of at most ${MAX_HEAD} bytes, received a longer one`)
      }
      const larger = Buffer.alloc(buffer.length * 2)
      buffer.copy(larger)
      length = await reader.read(larger, buffer.length)
      buffer = larger
      continue
    }
    const head = Buffer.from(buffer.subarray(0, end < 0 ? length : bom + end))
    reader.unread(buffer.subarray(head.length, length))
    return { csv: readCsvForm(reader.name, head, bom, used), head, findBoundary: csvBoundaryFinder(used.charCodeAt(0)) }
  }
}

function assertNotUtf16(name: string, bytes: Buffer): void {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw new ScoreError(`${name}: expected text in UTF-8, received UTF-16: save it as UTF-8`)
  }
}

/** Beginnings of files that spreadsheets write. */
const WORKBOOKS = [Buffer.from('PK\x03\x04'), Buffer.from([0xd0, 0xcf, 0x11, 0xe0])]

function assertNotWorkbook(name: string, bytes: Buffer): void {
  if (!WORKBOOKS.some(magic => bytes.subarray(0, 4).equals(magic))) return
  throw new ScoreError(
    `${name}: expected CSV or NDJSON, received an Excel workbook or another zip archive: ` +
    'export the table as "CSV UTF-8", or unpack the archive'
  )
}

/** A list that has objects, where no name says that it is CSV. */
function assertNotList(name: string, text: string): void {
  if (!/^\s*\[\s*\{/.test(text)) return
  throw new ScoreError(
    `${name}: expected NDJSON, one object per line, received a JSON list: write each of its objects on a line of its own, ` +
    "as jq -c '.[]' does"
  )
}

function isObject(bytes: Buffer, start: number, length: number): boolean {
  let i = start
  while (i < length && (bytes[i] === 32 || bytes[i] === 9 || bytes[i] === LF || bytes[i] === CR)) i++
  return i < length && bytes[i] === 0x7b
}

/** The one of the usual delimiters that the first line has most of; none at all leaves a comma. */
function findDelimiter(bytes: Buffer): string {
  const line = bytes.indexOf(LF)
  const text = bytes.toString('latin1', 0, line < 0 ? bytes.length : line).replace(/"[^"]*"/g, '')
  const count = (delimiter: string) => text.split(delimiter).length
  return DELIMITERS.reduce((best, delimiter) => count(delimiter) > count(best) ? delimiter : best)
}

/** Offset after the first row, -1 when it does not end. */
function findRowEnd(bytes: Buffer, delimiter: number): number {
  const find = csvBoundaryFinder(delimiter)
  for (let lineBreak = bytes.indexOf(LF); lineBreak >= 0; lineBreak = bytes.indexOf(LF, lineBreak + 1)) {
    if (find(bytes, lineBreak + 1).boundary === lineBreak + 1) return lineBreak + 1
  }
  return -1
}

function readCsvForm(name: string, head: Buffer, bom: number, delimiter: string): CsvForm {
  const row = head.subarray(bom)
  if (row.length === 0) throw new ScoreError(`${name}, line 1: expected a header with the names of the columns, received nothing`)
  if (!isUtf8(row)) throw new ScoreError(`${name}, line 1: expected a header in UTF-8, received other bytes: save the file as UTF-8`)
  if (/^"?sep=.?"?\r?\n?$/i.test(row.toString('latin1'))) {
    throw new ScoreError(
      `${name}, line 1: expected a header with the names of the columns, received a line that tells Excel the delimiter ` +
      '(sep=): delete that line; the delimiter is found without it'
    )
  }
  try {
    const header = readHeader(row, delimiter.charCodeAt(0))
    return { header, delimiter, lineBreak: row.at(-2) === CR && row.at(-1) === LF ? '\r\n' : '\n' }
  } catch (error) {
    throw error instanceof ScoreError ? new ScoreError(`${name}, ${error.message}`) : error
  }
}

/** The header with the answer's columns at its end. */
export function extendHead({ csv, head }: InputForm, columns: readonly string[]): Buffer {
  if (csv === undefined) return head
  let end = head.length
  if (end > 0 && head[end - 1] === LF) end--
  if (end > 0 && head[end - 1] === CR && end < head.length) end--
  const added = columns.map(name => csv.delimiter + toCell(name, csv.delimiter)).join('')
  return Buffer.concat([head.subarray(0, end), Buffer.from(added + csv.lineBreak)])
}
