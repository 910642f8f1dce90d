/** Whether the columns of a CSV file are those that a model needs. */
import { findOriginals, type Input } from '../../../src/model/types.js'
import { hintAtSpelling } from '../shared/absent-columns.js'
import { listNames } from '../../terminal/list-names.js'
import { describeTaken } from './ndjson-scorer.js'
import { ScoreError } from '../shared/score-error.js'
import type { ScoringModel } from './scoring-model.js'

/**
 * @param header names of the columns
 * @returns names of the inputs that are not there, of those that the answer depends on: they count as missing
 * @throws ScoreError when the file cannot be scored with this model
 */
export function checkHeader(
  { inputs, usedInputs, required }: ScoringModel, header: readonly string[], inputName: string
): string[] {
  const names = namesOf(inputs, header)
  const where = `${inputName}, line 1`
  const used = inputs.map(({ name }) => name).filter(name => usedInputs.has(name))
  const absent = used.filter(name => !names.has(name))
  if (used.length > 0 && absent.length === used.length) {
    throw new ScoreError(
      `${where}: expected a header with the model's columns ${listNames(used)}, received ${listNames(header)}: ` +
      `put the names of the columns on the first line, or name the delimiter with --delimiter${hintAtSpelling(used, header)}`
    )
  }
  const lacking = required.filter(name => !names.has(name))
  if (lacking.length > 0) {
    throw new ScoreError(
      `${where}: expected the columns ${listNames(lacking)} too, which the model cannot do without, ` +
      `received ${listNames(header)}${hintAtSpelling(lacking, header)}`
    )
  }
  const twice = inputs.find(({ name }) => header.indexOf(name) !== header.lastIndexOf(name))
  if (twice !== undefined) {
    throw new ScoreError(`${where}: expected one column ${listNames([twice.name])}, received several: leave one of them out`)
  }
  return absent
}

/**
 * @param columns names that the answer's columns get
 * @throws ScoreError when the file has one of them already
 */
export function checkAnswerNames(
  columns: readonly string[], { inputs }: ScoringModel, header: readonly string[], inputName: string
): void {
  const names = namesOf(inputs, header)
  const taken = columns.find(name => names.has(name))
  if (taken !== undefined) throw new ScoreError(`${inputName}, line 1: ${describeTaken(taken)}`)
}

/** The file's names, and those of inputs that it has under another name. */
function namesOf(inputs: readonly Input[], header: readonly string[]): ReadonlySet<string> {
  return new Set([...header, ...findOriginals(inputs, header).keys()])
}
