/** Scores blocks of CSV: each row keeps its bytes and gets the answer's cells at its end. */
import { isUtf8 } from 'node:buffer'
import { findOriginals, type Input, type Label } from '../../../src/model/types.js'
import { NOT_UTF8, RowReader, toCell, type CsvForm } from '../input/csv.js'
import { parseDecimal } from './decimal.js'
import { BlockWriter, rowError, type BlockResult, type BlockScorer } from './scorer.js'
import type { ScoringModel } from './scoring-model.js'

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

/** @param model whose inputs are columns of the same name; what it lacks is missing from every row */
export function createCsvScorer(model: ScoringModel, { header, delimiter, lineBreak }: CsvForm): BlockScorer {
  const originals = findOriginals(model.inputs, header)
  const fields = model.inputs.flatMap(input => {
    const column = header.indexOf(originals.get(input.name) ?? input.name)
    return column < 0 || input.type === 'any' ? [] : [{ column, name: input.name, kind: kindOf(input) }]
  })
  const reader = new RowReader(header.length, delimiter.charCodeAt(0))
  const readCell = cellReader(reader)
  // One object for all rows, whose fields are always the same.
  const row: Record<string, unknown> = {}
  return {
    score(block, spare): BlockResult {
      const writer = new BlockWriter(block, spare)
      const read = ({ start, end }: Place) => {
        checkRow(reader, header.length)
        if (!writer.isText && !isUtf8(block.subarray(start, end))) throw rowError(NOT_UTF8)
        for (const field of fields) row[field.name] = readCell(block, field)
        return row
      }
      for (const answer of model.answerAll(listRows(block, reader, writer), read)) {
        const { start, end, next } = answer.item
        if (answer.values === undefined) {
          writer.reject(answer.error, start, end)
          continue
        }
        const { values, defaulted } = answer
        let text = ''
        for (const value of values) text += delimiter + (value === null ? '' : toCell(toText(value), delimiter))
        text += delimiter
        if (defaulted !== undefined) text += toCell(defaulted.join(';'), delimiter)
        writer.put(start, end, text, end, next, lineBreak)
        writer.countRow(defaulted !== undefined)
      }
      return writer.finish()
    }
  }
}

/** Where a row stands in its block, and where the next one begins. */
interface Place {
  readonly start: number
  readonly end: number
  readonly next: number
}

/** Each row in turn; the reader has its cells until the next one is asked for. */
function* listRows(block: Buffer, reader: RowReader, writer: BlockWriter): Generator<Place> {
  const { length } = block
  for (let start = 0, next = 0; start < length; start = next) {
    if (block[start] === LF || (block[start] === CR && block[start + 1] === LF)) {
      next = start + (block[start] === LF ? 1 : 2)
      writer.countBlank()
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

/**
 * A number as JSON has it. `String` has the same text, but keeps it in a cache of the engine's: a column of numbers
 * that all differ grows old there, 8 MB of them until they are collected.
 */
function toText(value: number | Label): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Flags are spelled as JSON, Python or R spell them. */
function readFlag(text: string): unknown {
  if (/^true$/i.test(text)) return true
  return /^false$/i.test(text) ? false : text
}
