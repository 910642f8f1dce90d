/** The rows of CSV as requests have them. */
import { isUtf8 } from 'node:buffer'
import { findOriginals, type Input } from '../../../src/model/types.js'
import { NOT_UTF8, RowReader, type CsvForm } from '../input/csv.js'
import { parseDecimal } from './decimal.js'
import { rowError, type BlockTally, type Place, type RowSource } from './scorer.js'

/** How a column of the file becomes a field of a request. */
interface Field {
  readonly column: number
  readonly name: string
  readonly kind: 'number' | 'flag' | 'category'
}

/** Different texts of categories that are kept decoded. */
const KEPT_TEXTS = 10_000

const LF = 10
const CR = 13

/** @param inputs columns of the same name; what the file lacks is missing from every row */
export function createCsvSource(inputs: readonly Input[], { header, delimiter }: CsvForm): RowSource {
  const originals = findOriginals(inputs, header)
  const fields = inputs.flatMap(input => {
    const column = header.indexOf(originals.get(input.name) ?? input.name)
    return column < 0 || input.type === 'any' ? [] : [{ column, name: input.name, kind: kindOf(input) }]
  })
  const reader = new RowReader(header.length, delimiter.charCodeAt(0))
  const readCell = cellReader(reader)
  // One object for all rows, whose fields are always the same.
  const row: Record<string, unknown> = {}
  return {
    list: (block, tally) => listRows(block, reader, tally),
    read(block, { start, end }, tally) {
      checkRow(reader, header.length)
      if (!tally.isText && !isUtf8(block.subarray(start, end))) throw rowError(NOT_UTF8)
      for (const field of fields) row[field.name] = readCell(block, field)
      return row
    }
  }
}

/** Each row in turn; the reader has its cells until the next one is asked for. */
function* listRows(block: Buffer, reader: RowReader, tally: BlockTally): Generator<Place> {
  const { length } = block
  for (let start = 0, next = 0; start < length; start = next) {
    if (block[start] === LF || (block[start] === CR && block[start + 1] === LF)) {
      next = start + (block[start] === LF ? 1 : 2)
      tally.countBlank()
      continue
    }
    next = reader.next(block, start, length)
    yield { start, end: reader.end, next }
  }
}

function kindOf(input: Exclude<Input, { type: 'any' }>): Field['kind'] {
  if (input.type !== 'number') return 'category'
  return input.boolean === true || input.acceptsBoolean === true ? 'flag' : 'number'
}

function checkRow({ fault, count }: RowReader, expected: number): void {
  if (fault !== undefined) throw rowError(fault)
  if (count === expected) return
  throw rowError({
    expected: `${expected} cell${expected === 1 ? '' : 's'}, one per column`,
    received: `${count} cell${count === 1 ? '' : 's'}`
  })
}

/**
 * A cell as JSON would have it: null when it is empty, a number when it is a decimal and the model wants one. What is
 * neither stays text, which the model's schema refuses in its own words.
 */
function cellReader(reader: RowReader): (block: Buffer, field: Field) => unknown {
  const texts = new Map<string, string>()
  return (block, { column, kind }) => {
    const start = reader.starts[column]
    const end = reader.ends[column]
    if (start === end) return null
    if (kind === 'category') {
      if (reader.quoted[column] === 2) return reader.text(block, column)
      const key = block.toString('latin1', start, end)
      let text = texts.get(key)
      if (text === undefined) {
        if (texts.size >= KEPT_TEXTS) texts.clear()
        text = reader.text(block, column)
        texts.set(key, text)
      }
      return text
    }
    const value = parseDecimal(block, start, end)
    if (!Number.isNaN(value)) return value
    const text = reader.text(block, column)
    return kind === 'flag' ? readFlag(text) : text
  }
}

/** Flags are spelled as JSON, Python or R spell them. */
function readFlag(text: string): unknown {
  if (/^true$/i.test(text)) return true
  return /^false$/i.test(text) ? false : text
}
