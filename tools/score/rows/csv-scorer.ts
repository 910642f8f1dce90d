/** Scores blocks of CSV: each row keeps its bytes and gets the answer's cells at its end. */
import type { Label } from '../../../src/model/types.js'
import { toCell, type CsvForm } from '../input/csv.js'
import { createCsvSource } from './csv-rows.js'
import { BlockWriter, type BlockResult, type BlockScorer } from './scorer.js'
import type { ScoringModel } from './scoring-model.js'

/** @param model whose inputs are columns of the same name; what it lacks is missing from every row */
export function createCsvScorer(model: ScoringModel, form: CsvForm): BlockScorer {
  const { delimiter, lineBreak } = form
  const source = createCsvSource(model.inputs, form)
  return {
    score(block, spare): BlockResult {
      const writer = new BlockWriter(block, spare)
      const places = source.list(block, writer)
      for (const answer of model.answerAll(places, place => source.read(block, place, writer))) {
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

/**
 * A number as JSON has it. `String` has the same text, but keeps it in a cache of the engine's: a column of numbers
 * that all differ grows old there, 8 MB of them until they are collected.
 */
function toText(value: number | Label): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
