/** The rows of NDJSON as requests have them. */
import { isUtf8 } from 'node:buffer'
import { describeValue } from '../../../src/errors/describe-value.js'
import { NOT_UTF8 } from '../input/csv.js'
import { rowError, type BlockTally, type Place, type RowSource } from './scorer.js'

const LF = 10

/** Space, tab and carriage return: white space of JSON that may stand around a line's object. */
const isSpace = (byte: number) => byte === 32 || byte === 9 || byte === 13

export const NDJSON_SOURCE: RowSource = {
  list: listLines,
  read(block, { start, end }, tally) {
    if (!tally.isText && !isUtf8(block.subarray(start, end))) throw rowError(NOT_UTF8)
    return parse(block.toString('utf8', start, end))
  }
}

/** The lines that are not blank. */
function* listLines(block: Buffer, tally: BlockTally): Generator<Place> {
  const { length } = block
  for (let start = 0, next = 0; start < length; start = next) {
    const lineBreak = block.indexOf(LF, start)
    next = lineBreak < 0 ? length : lineBreak + 1
    let end = lineBreak < 0 ? length : lineBreak
    while (end > start && isSpace(block[end - 1])) end--
    if (end === start) tally.countBlank()
    else yield { start, end, next }
  }
}

function parse(text: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw rowError({ expected: 'a JSON object', received: 'text that is not JSON' })
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw rowError({ expected: 'a JSON object', received: describeValue(value) })
}
