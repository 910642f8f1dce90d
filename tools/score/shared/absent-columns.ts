/** Columns of a model that a file lacks, in words. */
import { listNames } from '../../terminal/list-names.js'
import { say } from './words.js'
import { ScoreError } from './score-error.js'

/**
 * Warns of columns that the file lacks before its first row is scored, also where nothing else is said.
 * @param requireColumns whether a column of the model that the file lacks is an error
 * @param header undefined for NDJSON, each line of which has fields of its own
 * @throws ScoreError when they are required
 */
export function checkColumns(
  requireColumns: boolean, header: readonly string[] | undefined, absent: readonly string[]
): void {
  if (header === undefined && requireColumns) {
    throw new ScoreError(
      '--require-columns: expected CSV, received NDJSON, which has no header: ' +
      'set STRICT_INPUT=true, which rejects every row with a missing value'
    )
  }
  if (header === undefined || absent.length === 0) return
  const text = describeAbsent(absent, header)
  if (requireColumns) throw new ScoreError(`${text}; --require-columns has it end here`)
  say(text)
}

/** @returns what the input lacks, and which of its own columns may be meant. */
export function describeAbsent(absent: readonly string[], header: readonly string[]): string {
  return `the input has no column ${listNames(absent)}: missing from every row${hintAtSpelling(absent, header)}`
}

/**
 * @returns the columns that differ from those only by case or spaces, as the end of a sentence; empty when there are
 * none
 */
export function hintAtSpelling(absent: readonly string[], header: readonly string[]): string {
  const similar = absent.flatMap(name =>
    header.filter(column => column !== name && fold(column) === fold(name)).slice(0, 1).map(column => [column, name]))
  if (similar.length === 0) return ''
  const pairs = similar.slice(0, 3).map(([column, name]) => `${listNames([column])} for ${listNames([name])}`)
  return `; names count exactly, and it has ${pairs.join(', ')}: rename ${similar.length === 1 ? 'it' : 'them'}`
}

/** Case, spaces and what stands for them. */
function fold(name: string): string {
  return name.toLowerCase().replace(/[\s_\u00a0\ufeff-]+/g, '')
}
