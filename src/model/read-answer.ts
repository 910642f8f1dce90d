/** What a prediction says, in the words of every answer: of the service, and of the library. */
import type { Label, Model, Prediction } from './types.js'

/** A class: `probabilities`, or `decisions` of those that have none, in the order of `classes`; neither of votes. */
export interface ClassAnswer {
  readonly prediction: Label
  readonly classes: readonly Label[]
  readonly probabilities?: readonly number[]
  readonly decisions?: readonly number[]
}

/** A number. */
export interface ValueAnswer {
  readonly value: number
}

/** Of an outlier detector: -1 for an outlier, scikit-learn's `score_samples` and `decision_function`. */
export interface OutlierAnswer {
  readonly prediction: Label
  readonly score: number
  readonly decision: number
}

export type ModelAnswer =
  ClassAnswer | ValueAnswer | OutlierAnswer | { readonly outputs: ReadonlyArray<ClassAnswer | ValueAnswer> }

/** What the class numbers are called one by one. */
const ONE = { probabilities: 'a probability', decisions: 'a decision' } as const

/**
 * @param check is given each number and what it is, and gives it back or throws
 * @returns what makes an answer of a prediction, and copies all of it
 */
export function createReader(
  { task, outputs, classNumbers }: Model, check: (number: number, what: string) => number = number => number
): (prediction: Prediction) => ModelAnswer {
  if (task === 'outlier-detector') {
    const { classes = [-1, 1] } = outputs[0]
    return ({ values, classIndexes: [best] }) =>
      ({ prediction: classes[best], score: check(values[0], 'the score'), decision: check(values[1], 'the decision') })
  }
  let end = 0
  const readers = outputs.map(({ classes }, index) => {
    const start = end
    end += classes?.length ?? 1
    if (classes === undefined) return ({ values }: Prediction): ValueAnswer => ({ value: check(values[start], 'a value') })
    const { length } = classes
    return ({ values, classIndexes }: Prediction): ClassAnswer => ({
      prediction: classes[classIndexes[index]],
      classes,
      ...(classNumbers && {
        [classNumbers]: Array.from({ length }, (_, i) => check(values[start + i], ONE[classNumbers]))
      })
    })
  })
  if (readers.length === 1) return readers[0]
  return prediction => ({ outputs: readers.map(read => read(prediction)) })
}
