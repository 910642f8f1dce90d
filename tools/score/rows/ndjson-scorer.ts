/** Scores blocks of NDJSON: each object keeps its text and gets the answer's fields at its end. */
import { InputError } from '../../../src/model/types.js'
import type { Fault } from '../input/csv.js'
import { NDJSON_SOURCE } from './ndjson-rows.js'
import { BlockWriter, type BlockScorer, type Place } from './scorer.js'
import type { ScoringModel } from './scoring-model.js'

/** For an object that has a field of an answer's name. */
const TAKEN: Fault = {
  expected: 'no field of this name, which the answer has too (--prefix gives it others)',
  received: 'one'
}

/** @param prefix of the fields that are added */
export function createNdjsonScorer(model: ScoringModel, prefix: string): BlockScorer {
  const names = [...model.columns.map(({ name }) => name), 'defaulted'].map(column => prefix + column)
  const keys = names.map(name => JSON.stringify(name))
  return {
    score(block, spare) {
      const writer = new BlockWriter(block, spare)
      const read = (line: ReadLine) => {
        const row = NDJSON_SOURCE.read(block, line.place, writer)
        line.taken = names.find(name => Object.hasOwn(row, name))
        line.isEmpty = Object.keys(row).length === 0
        return row
      }
      for (const answer of model.answerAll(listLines(block, writer), read)) {
        const { place: { start, end, next }, taken, isEmpty } = answer.item
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

/** A line, and what is known of its object when that has been read. */
interface ReadLine {
  readonly place: Place
  taken: string | undefined
  isEmpty: boolean
}

function* listLines(block: Buffer, writer: BlockWriter): Generator<ReadLine> {
  for (const place of NDJSON_SOURCE.list(block, writer)) yield { place, taken: undefined, isEmpty: false }
}

/** What to do about a name that the input has already. */
export function describeTaken(name: string): string {
  return `the input has ${JSON.stringify(name)} already, which the answer would be called too: ` +
    'give the answer other names with --prefix'
}
