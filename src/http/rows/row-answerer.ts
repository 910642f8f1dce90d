/** What a route answers to a row, alone or as one of many. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { InputError, type Model, type Prediction, type Row } from '../../model/types.js'
import { errorBody, type ErrorBody } from '../shared/error-body.js'
import { invalidRequest } from '../shared/error-text.js'
import { INTERNAL } from '../shared/errors.js'
import { logFailure } from '../observability/log.js'

type Defaulted<Answer> = Answer & { defaulted?: readonly string[] }

/** What becomes of a row that has none of the model's fields: it may be refused by throwing. */
export type MeetUnrelated = (row: Row) => void

/** What a model predicts for a row, and the row when it is unrelated. */
export interface Predicted {
  readonly prediction: Prediction
  readonly unrelated: Row | undefined
}

/**
 * What a route answers to a prediction: the answer, and which fields counted as a fallback.
 * @param answer of the route to a prediction
 */
export function createAnswerer<Answer extends object>(
  model: Model,
  answer: (model: Model, prediction: Prediction) => Answer,
  countDefaulted: (fields: readonly string[]) => void,
  meetUnrelated: MeetUnrelated
): (predicted: Predicted) => Defaulted<Answer> {
  return ({ prediction, unrelated }) => {
    const answered: Defaulted<Answer> = answer(model, prediction)
    if (prediction.defaulted !== undefined) {
      if (unrelated !== undefined) meetUnrelated(unrelated)
      countDefaulted(prediction.defaulted)
      answered.defaulted = prediction.defaulted
    }
    return answered
  }
}

/** What the rows of a request that has many are answered with. */
export interface RowParts {
  readonly model: Model
  /** Gives back a row that can be used. @throws InputError */
  readonly check: (row: unknown) => Row
  readonly answer: (predicted: Predicted) => object
  /** Of the plain answer: its serialiser writes the same text for a row among many as for a row alone. */
  readonly schema: object
}

/** What of these `RowAnswers` needs. */
export interface AnswerParts extends Omit<RowParts, 'model'> {
  readonly model: Pick<Model, 'predictRows'>
  /** Whether the answers are not complete yet: whoever completes them counts those that are good. */
  readonly isPartial?: boolean
}

/** An item that a row was read from, and the text of its answer; the body of an error answer for an unusable row. */
export interface AnsweredItem<Item> {
  readonly item: Item
  readonly answered: string | ErrorBody
}

/** The rows of one request, answered as text in their order, and counted. */
export class RowAnswers {
  private good = 0
  private bad = 0
  private readonly serialize: (answer: object) => string
  private hasFailed = false

  constructor(private readonly parts: AnswerParts, private readonly request: FastifyRequest, reply: FastifyReply) {
    // Compiled by the first request, kept by the route.
    const schema = parts.schema as Record<string, unknown>
    this.serialize = reply.compileSerializationSchema(schema) as (answer: object) => string
  }

  /** Those that were answered, and those that could not be used, since this was last asked. */
  takeCounts(): [good: number, bad: number] {
    const counts: [number, number] = [this.good, this.bad]
    this.good = this.bad = 0
    return counts
  }

  /**
   * Answers rows as `Model.predictRows` predicts them.
   * @param read gives the item's row, or throws InputError
   * @returns answers, and undefined after a piece of work that has none
   */
  * answerAll<Item>(
    items: Iterable<Item | undefined>, read: (item: Item) => unknown
  ): Generator<AnsweredItem<Item> | undefined> {
    const { model, check, answer, isPartial = false } = this.parts
    let row: unknown
    const readRow = (item: Item) => {
      row = undefined
      row = read(item)
      return check(row)
    }
    for (const result of model.predictRows(items, readRow)) {
      if (result === undefined) {
        yield undefined
        continue
      }
      const { item } = result
      if (result.prediction === undefined) {
        yield { item, answered: this.fail(result.error, row) }
        continue
      }
      let answered: string | ErrorBody
      try {
        answered = this.serialize(answer(result))
        if (!isPartial) this.countGood()
      } catch (error) {
        answered = this.fail(error, row)
      }
      yield { item, answered }
    }
  }

  countGood(): void {
    this.good++
  }

  /**
   * Counts a row that could not be answered.
   * @param row that was read last, which is the one that failed where an error may repeat it
   */
  fail(error: unknown, row: unknown): ErrorBody {
    this.bad++
    if (error instanceof InputError) return errorBody(invalidRequest(error))
    // Said once: what fails for one row may fail for a million.
    if (!this.hasFailed) logFailure(error, this.request, row ?? null)
    this.hasFailed = true
    return errorBody(INTERNAL)
  }
}
