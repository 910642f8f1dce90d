/** Why a row is answered as it is, as columns of a table. */
import { createExplainer, NotAdditiveError, type Explainer } from '../../../library/explain.js'
import type { Dump } from '../../../src/dump/dump.js'
import type { AnswerColumn } from '../../../src/http/rows/answer-columns.js'
import { InputError, type Label, type Row } from '../../../src/model/types.js'
import { ScoreError } from '../shared/score-error.js'

export interface Reasons {
  /** `base`, `factor_1`, `contribution_1` and so on, and `rest`. */
  readonly columns: ReadonlyArray<Pick<AnswerColumn, 'name' | 'kind'>>
  /**
   * A value per column; null where a row has fewer factors.
   * @throws InputError when the row cannot be explained; ScoreError when the model cannot be
   */
  readonly read: (row: Row) => ReadonlyArray<number | string | null>
}

/**
 * @param dump checked
 * @param factors that each row has columns for
 * @param label of the class that is explained; that which is predicted when undefined
 * @throws ScoreError when the model cannot be explained
 */
export function createReasons(dump: Dump, factors: number, label: Label | undefined): Reasons {
  const explainer = orRefuse((): Explainer => createExplainer(dump), dump)
  const places = Array.from({ length: factors }, (_, i) => i)
  return {
    columns: [
      { name: 'base', kind: 'number' },
      ...places.flatMap(i => [
        { name: `factor_${i + 1}`, kind: 'label' as const }, { name: `contribution_${i + 1}`, kind: 'number' as const }
      ]),
      { name: 'rest', kind: 'number' }
    ],
    read: row => {
      const options = { top: factors, ...(label !== undefined && { label }) }
      const { base, factors: found, rest } = orRefuse(() => explainer.explain(row, options), dump)
      // JSON would have null for them, and nobody would ever know.
      if (![base, rest, ...found.map(({ contribution }) => contribution)].every(Number.isFinite)) {
        throw new InputError([{ field: 'row', expected: 'an explanation of finite numbers', received: 'others' }])
      }
      const cells = places.flatMap(i => {
        const { fields, contribution = 0 } = found.at(i) ?? {}
        return fields === undefined || contribution === 0 ? [null, null] : [fields.join(';'), contribution]
      })
      return [base, ...cells, rest]
    }
  }
}

function orRefuse<T>(explain: () => T, { name }: Dump): T {
  try {
    return explain()
  } catch (error) {
    if (error instanceof NotAdditiveError) throw new ScoreError(`${name} has no exact explanation: ${error.reason}. Leave out --explain`)
    throw error
  }
}
