/** Answers, in the form in which the service gives them. */
import type { Label, Model, Prediction } from '../src/model/types.js'

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

/** What a model answers; the properties that there are depend on its task, and the others are undefined. */
export interface Answer extends Partial<ClassAnswer>, Partial<ValueAnswer>, Partial<Omit<OutlierAnswer, 'prediction'>> {
  /** Of a model with several outputs, and then nothing else. */
  readonly outputs?: ReadonlyArray<ClassAnswer | ValueAnswer>
  /** Fields that counted as their fallback; absent when there are none. */
  readonly defaulted?: readonly string[]
}

/** @returns what makes an answer of a prediction, and copies all of it */
export function createReader({ task, outputs, hardVoting, hasDecisions }: Model): (prediction: Prediction) => Answer {
  if (task === 'outlier-detector') {
    const { classes = [-1, 1] } = outputs[0]
    return ({ values: [score, decision], classIndexes: [best] }) => ({ prediction: classes[best], score, decision })
  }
  let end = 0
  const readers = outputs.map(({ classes }, index) => {
    const start = end
    end += classes?.length ?? 1
    const stop = end
    if (classes === undefined) return ({ values }: Prediction): ValueAnswer => ({ value: values[start] })
    return ({ values, classIndexes }: Prediction): ClassAnswer => ({
      prediction: classes[classIndexes[index]],
      classes,
      ...(hardVoting !== true && { probabilities: [...values.subarray(start, stop)] }),
      ...(hasDecisions === true && { decisions: [...values.subarray(start, stop)] })
    })
  })
  if (readers.length === 1) return readers[0]
  return prediction => ({ outputs: readers.map(read => read(prediction)) })
}
