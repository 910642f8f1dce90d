/** The columns that a scored file has more than the file, called as `recall-ml score` calls them. */
import type { Answer } from '../../library/core.js'
import type { RiskLimits } from '../../src/http/page/page-settings.js'
import type { Subject } from '../models/protocol.js'
import { categorize, classNumbers, outputOf, readNumber } from './read-answer.js'

export interface ScoreColumn {
  readonly name: string
  /** @param answers of the subject's models, in order */
  readonly read: (answers: readonly Answer[]) => string
}

export function listScoreColumns({ models, offers, risk }: Subject, limits: RiskLimits): ScoreColumn[] {
  return models.flatMap(({ name, info: { task, outputs } }, m): ScoreColumn[] => {
    if (name === offers?.name) {
      return [
        { name: 'offer_name', read: answers => String(answers[m].prediction) },
        { name: 'confidence', read: answers => write(readNumber(answers[m], { model: name, output: 0 })) }
      ]
    }
    if (name === risk?.name) {
      const score = (answers: readonly Answer[]) => readNumber(answers[m], { model: name, output: 0, label: risk.label })
      return [
        { name: 'risk_score', read: answers => write(score(answers)) },
        { name: 'risk_category', read: answers => categorize(score(answers), limits) }
      ]
    }
    if (task === 'outlier-detector') {
      return [
        { name: 'prediction', read: answers => String(answers[m].prediction) },
        { name: 'score', read: answers => write(answers[m].score) },
        { name: 'decision', read: answers => write(answers[m].decision) }
      ]
    }
    return outputs.flatMap(({ name: output, classes }, o): ScoreColumn[] => {
      const prefix = outputs.length === 1 ? '' : `${output ?? o}_`
      if (classes === undefined) {
        return [{ name: `${prefix}value`, read: answers => write(outputOf(answers[m], o).value) }]
      }
      return [
        { name: `${prefix}prediction`, read: answers => String(outputOf(answers[m], o).prediction) },
        ...classes.map((label, c) => ({
          name: `${prefix}probability_${String(label)}`,
          read: (answers: readonly Answer[]) => write(classNumbers(outputOf(answers[m], o))?.[c])
        }))
      ]
    })
  })
}

/** All digits of a number, which is NaN or undefined where the model has none. */
function write(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '' : String(value)
}
