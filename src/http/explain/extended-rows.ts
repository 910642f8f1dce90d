/** Many rows whose answers have what was asked for besides. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { predictEach } from '../../model/predict-rows.js'
import type { Row } from '../../model/types.js'
import type { ExplainedRow } from '../../threads/protocol.js'
import { restoreError } from '../../threads/restore-error.js'
import { RowAnswers, type AnsweredItem, type AnswerParts, type RowParts } from '../rows/row-answerer.js'
import { extendAnswer, type RequestExtras } from './extras.js'

/** A plain answer that waits for its explanation. */
interface Waiting<Item> {
  readonly answered: AnsweredItem<Item>
  readonly row: Row
  readonly listed: string
}

/** The rows of one request, as `RowAnswers` answers them, with what was asked for besides. */
export class ExtendedRowAnswers {
  private readonly answers: RowAnswers
  /** What belongs to the row that was answered last: one is answered after the other here. */
  private row: Row = {}
  private listed = ''

  constructor(
    { model, check, answer, schema }: RowParts, private readonly extras: RequestExtras, request: FastifyRequest,
    reply: FastifyReply
  ) {
    const parts: AnswerParts = {
      model: { predictRows: (items, read) => predictEach(model, items, read) },
      check: given => {
        this.row = check(given)
        return this.row
      },
      answer: predicted => {
        this.listed = extras.list(predicted.prediction)
        return answer(predicted)
      },
      schema,
      isPartial: true
    }
    this.answers = new RowAnswers(parts, request, reply)
  }

  /** As that of `RowAnswers`. */
  takeCounts(): [good: number, bad: number] {
    return this.answers.takeCounts()
  }

  /**
   * Rows are explained some at a time, and no others are answered meanwhile.
   * @returns as `RowAnswers.answerAll`, and a promise where whoever asks for the next answer has to wait for that; it
   * is never rejected
   */
  * answerAll<Item>(
    items: Iterable<Item | undefined>, read: (item: Item) => unknown
  ): Generator<AnsweredItem<Item> | undefined | Promise<void>> {
    const rowsAtOnce = this.extras.explaining?.rowsAtOnce ?? 1
    let waiting: Array<Waiting<Item>> = []
    for (const answered of this.answers.answerAll(items, read)) {
      if (answered !== undefined) waiting.push({ answered, row: this.row, listed: this.listed })
      if (waiting.length === rowsAtOnce) {
        yield* this.finish(waiting)
        waiting = []
      }
      yield undefined
    }
    yield* this.finish(waiting)
  }

  private* finish<Item>(waiting: ReadonlyArray<Waiting<Item>>): Generator<AnsweredItem<Item> | Promise<void>> {
    const { answers, extras: { explaining } } = this
    const rows = waiting.filter(({ answered }) => typeof answered.answered === 'string').map(({ row }) => row)
    let explained: readonly ExplainedRow[] | undefined = []
    let failure: unknown
    if (explaining !== undefined && rows.length > 0) {
      yield explaining.ask(rows).then(found => {
        explained = found
      }, (error: unknown) => {
        failure = error
      })
    }
    // Nobody waits for the answers any more.
    if (explained === undefined) return
    let next = 0
    for (const { answered: { item, answered }, row, listed } of waiting) {
      if (typeof answered !== 'string') {
        yield { item, answered }
        continue
      }
      const one: ExplainedRow | undefined = explained[next++]
      if (failure !== undefined) {
        yield { item, answered: answers.fail(failure, row) }
      } else if (one !== undefined && 'failure' in one) {
        yield { item, answered: answers.fail(restoreError(one.failure), row) }
      } else {
        answers.countGood()
        yield { item, answered: extendAnswer(answered, listed, one?.json) }
      }
    }
  }
}
