/** Scores blocks of NDJSON: each object keeps its text and gets the answer's fields at its end. */
import { isUtf8 } from 'node:buffer'
import { describeValue } from '../../../src/errors/describe-value.js'
import { InputError } from '../../../src/model/types.js'
import { NOT_UTF8, type Fault } from '../input/csv.js'
import { BlockWriter, rowError, type BlockScorer } from './scorer.js'
import type { ScoringModel } from './scoring-model.js'

const LF = 10

/** Space, tab and carriage return: white space of JSON that may stand around a line's object. */
const isSpace = (byte: number) => byte === 32 || byte === 9 || byte === 13

/** For an object that has a field of an answer's name. */
const TAKEN: Fault = {
  expected: 'no field of this name, which the answer has too (--prefix gives it others)',
  received: 'one'
}

/** @param prefix of the fields that are added */
export function createNdjsonScorer(model: ScoringModel, prefix: string): BlockScorer {
  const names = [...model.columns, 'defaulted'].map(column => prefix + column)
  const keys = names.map(name => JSON.stringify(name))
  return {
    score(block, spare) {
      const writer = new BlockWriter(block, spare)
      const read = (line: ReadLine) => {
        const { start, end } = line
        if (!writer.isText && !isUtf8(block.subarray(start, end))) throw rowError(NOT_UTF8)
        const row = parse(block.toString('utf8', start, end))
        line.taken = names.find(name => Object.hasOwn(row, name))
        line.isEmpty = Object.keys(row).length === 0
        return row
      }
      for (const answer of model.answerAll(listLines(block, writer), read)) {
        const { start, end, next, taken, isEmpty } = answer.item
        if (answer.values === undefined) {
          writer.reject(answer.error, start, end)
          continue
        }
        if (taken !== undefined) {
          writer.reject(new InputError([{ field: taken, ...TAKEN }]), start, end)
          continue
        }
        const { values, defaulted } = answer
        let text = ''
        values.forEach((value, i) => { text += `,${keys[i]}:${JSON.stringify(value)}` })
        if (defaulted !== undefined) text += `,${keys[values.length]}:${JSON.stringify(defaulted)}`
        // The closing brace is a part of what is put in its place.
        writer.put(start, end - 1, `${isEmpty ? text.slice(1) : text}}`, end, next, '\n')
        writer.countRow(defaulted !== undefined)
      }
      return writer.finish()
    }
  }
}

/** Where a line stands in its block, and what is known of its object when that has been read. */
interface ReadLine {
  readonly start: number
  readonly end: number
  readonly next: number
  taken: string | undefined
  isEmpty: boolean
}

/** The lines that are not blank. */
function* listLines(block: Buffer, writer: BlockWriter): Generator<ReadLine> {
  const { length } = block
  for (let start = 0, next = 0; start < length; start = next) {
    const lineBreak = block.indexOf(LF, start)
    next = lineBreak < 0 ? length : lineBreak + 1
    let end = lineBreak < 0 ? length : lineBreak
    while (end > start && isSpace(block[end - 1])) end--
    if (end === start) writer.countBlank()
    else yield { start, end, next, taken: undefined, isEmpty: false }
  }
}

function parse(text: string): object {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw rowError({ expected: 'a JSON object', received: 'text that is not JSON' })
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw rowError({ expected: 'a JSON object', received: describeValue(value) })
}

/** What to do about a name that the input has already. */
export function describeTaken(name: string): string {
  return `the input has ${JSON.stringify(name)} already, which the answer would be called too: ` +
    'give the answer other names with --prefix'
}
