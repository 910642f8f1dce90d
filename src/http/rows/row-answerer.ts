/** What a route answers to a row, alone or as one of many. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { InputError, type Model, type Prediction, type Row } from '../../model/types.js'
import { isUnrelated } from '../../model/unrelated-row.js'
import { errorBody, INTERNAL, inputErrorBody, type ErrorBody } from '../shared/errors.js'
import { logFailure } from '../observability/log.js'

type Defaulted<Answer> = Answer & { defaulted?: readonly string[] }

/** What becomes of a row that has none of the model's fields: it may be refused by throwing. */
export type MeetUnrelated = (row: Row) => void

/**
 * What a route answers to one row that its schema accepts: the prediction, and which fields counted as a fallback.
 * @param answer of the route to a prediction
 */
export function createAnswerer<Answer extends object>(
  model: Model,
  answer: (model: Model, prediction: Prediction) => Answer,
  countDefaulted: (fields: readonly string[]) => void,
  meetUnrelated: MeetUnrelated
): (row: Row) => Defaulted<Answer> {
  return row => {
    const prediction = model.predict(row)
    const answered: Defaulted<Answer> = answer(model, prediction)
    if (prediction.defaulted !== undefined) {
      if (isUnrelated(model, row, prediction.defaulted)) meetUnrelated(row)
      countDefaulted(prediction.defaulted)
      answered.defaulted = prediction.defaulted
    }
    return answered
  }
}

/** What the rows of a request that has many are answered with. */
export interface RowParts {
  /** Gives back a row that can be used. @throws InputError */
  readonly check: (row: unknown) => Row
  readonly answer: (row: Row) => object
  /** Schema of the answer: its serialiser writes the same text for a row among many as for a row alone. */
  readonly schema: { readonly $ref: string }
}

/** The rows of one request, answered one by one as text, and counted. */
export class RowAnswers {
  private good = 0
  private bad = 0
  private readonly serialize: (answer: object) => string
  private hasFailed = false

  constructor(private readonly parts: RowParts, private readonly request: FastifyRequest, reply: FastifyReply) {
    // Compiled by the first request, kept by the route.
    this.serialize = reply.compileSerializationSchema(parts.schema) as (answer: object) => string
  }

  /** Those that were answered, and those that could not be used, since this was last asked. */
  takeCounts(): [good: number, bad: number] {
    const counts: [number, number] = [this.good, this.bad]
    this.good = this.bad = 0
    return counts
  }

  /**
   * @param read gives the row, or throws InputError
   * @returns text of the answer; the body of an error answer for a row that cannot be used
   */
  answer(read: () => unknown): string | ErrorBody {
    let row: unknown
    try {
      row = read()
      const text = this.serialize(this.parts.answer(this.parts.check(row)))
      this.good++
      return text
    } catch (error) {
      this.bad++
      if (error instanceof InputError) return inputErrorBody(error)
      // Said once: what fails for one row may fail for a million.
      if (!this.hasFailed) logFailure(error, this.request, row ?? null)
      this.hasFailed = true
      return errorBody(INTERNAL)
    }
  }
}
