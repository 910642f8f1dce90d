/** What a model's answer to a row is called, as columns of a table. */
import type { Label, Model, Prediction } from '../../model/types.js'

/** One column of the answer. */
export interface AnswerColumn {
  readonly name: string
  /** What it holds: class labels or other words, numbers from 0 to 1, or any numbers. */
  readonly kind: 'label' | 'share' | 'number'
  /** Reads the values at once: the model's next row overwrites them. */
  readonly read: (prediction: Prediction) => number | Label
}

/**
 * Of a classifier `prediction` and a `probability_LABEL` or `decision_LABEL` per class (hard voting has none), of a
 * regressor `value`, of an outlier detector `prediction`, `score` and `decision`; of several outputs `prediction_0`,
 * `value_1` and so on.
 */
export function listAnswerColumns(model: Model): AnswerColumn[] {
  const several = model.outputs.length > 1
  const columns: AnswerColumn[] = []
  let start = 0
  model.outputs.forEach(({ classes }, output) => {
    const suffix = several ? `_${output}` : ''
    const first = start
    start += classes?.length ?? 1
    const number = (name: string, index: number, kind: 'share' | 'number' = 'number') =>
      columns.push({ name, kind, read: ({ values }) => values[index] })
    if (classes === undefined) {
      number(`value${suffix}`, first)
      return
    }
    columns.push({ name: `prediction${suffix}`, kind: 'label', read: ({ classIndexes }) => classes[classIndexes[output]] })
    if (model.task === 'outlier-detector') {
      number('score', 0)
      number('decision', 1)
    } else if (model.classNumbers !== undefined) {
      const isDecision = model.classNumbers === 'decisions'
      const [name, kind] = isDecision ? ['decision', 'number'] as const : ['probability', 'share'] as const
      classes.forEach((label, c) => number(`${name}${suffix}_${label}`, first + c, kind))
    }
  })
  return columns
}
