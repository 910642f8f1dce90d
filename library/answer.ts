/** What the models of the library answer: what the service does, but for its `status`. */
import type { ClassAnswer, OutlierAnswer, ValueAnswer } from '../src/model/read-answer.js'

export type { ClassAnswer, OutlierAnswer, ValueAnswer } from '../src/model/read-answer.js'

/** The properties that there are depend on the model's task, and the others are undefined. */
export interface Answer extends Partial<ClassAnswer>, Partial<ValueAnswer>, Partial<Omit<OutlierAnswer, 'prediction'>> {
  /** Of a model with several outputs, and then nothing else. */
  readonly outputs?: ReadonlyArray<ClassAnswer | ValueAnswer>
  /** Fields that counted as their fallback; absent when there are none. */
  readonly defaulted?: readonly string[]
}
