/** Many rows in one body, answered in one. */
import { InputError, type FieldProblem } from '../../model/types.js'
import type { ErrorBody } from '../shared/error-body.js'
import { answerTooLarge, Refusal, tooManyRows } from '../shared/errors.js'
import { MAX_ANSWER_BYTES } from '../bodies/in-flight.js'
import { INSTANCES } from './instances.js'
import { LongText } from './long-text.js'
import { BODY } from '../shared/problems.js'
import type { AnsweredItem } from '../rows/row-answerer.js'
import { nextSlice } from '../shared/slices.js'

/** A refusal names no more bad rows when it has so many problems: a longer one would be of no more use. */
const NAMED = 100

/** How a batch is answered. */
export interface BatchOptions {
  /** Most rows. */
  readonly limit: number
  /** The first bad row spoils the whole batch. */
  readonly failOnError: boolean
  /** Told how many bytes the answer has grown by. @throws Refusal when there is no room for them */
  readonly hold: (bytes: number) => void
  /** Whether nobody waits for the answer any more. */
  readonly isGone: () => boolean
}

/** How rows are answered: see `RowAnswers.answerAll`. */
export type AnswerRows = (
  rows: Iterable<number>, read: () => unknown
) => Iterable<AnsweredItem<number> | undefined | Promise<void>>

/**
 * Answers the rows in slices, and takes turns with everything else.
 * @param rows each gives its row
 * @param answerAll of rows, each read when it is its turn, the text of their answers, or the bodies of their error
 * answers; undefined after a piece of work that has none, and a promise where the next answer has to be waited for
 * @returns text of the whole answer, as bytes; undefined when nobody waits for it
 * @throws Refusal when there are more rows than the limit, when the answer gets too large or has no room; InputError
 * naming the bad rows, when they spoil the batch
 */
export async function answerBatch(
  rows: Iterable<() => unknown>, answerAll: AnswerRows, options: BatchOptions
): Promise<Buffer | undefined> {
  const text = new LongText()
  let index = 0
  const failed: number[] = []
  const problems: FieldProblem[] = []
  let named = 0
  let held = 0
  const holdText = () => {
    options.hold(text.length - held)
    held = text.length
  }
  text.add('{"status":"success","predictions":[')
  const add = (answered: string | ErrorBody) => {
    if (typeof answered !== 'string') {
      failed.push(index)
      if (problems.length < NAMED) {
        problems.push(...nameRow(answered, index))
        named++
      }
    }
    // A batch that is refused if anything fails has no use for what comes after.
    if (!options.failOnError || failed.length === 0) {
      const part = typeof answered === 'string' ? answered : JSON.stringify(answered)
      text.add(index === 0 ? part : `,${part}`)
      if (text.length > MAX_ANSWER_BYTES) throw new Refusal(answerTooLarge(MAX_ANSWER_BYTES))
    }
    index++
  }
  // The row that is being read; no others are held.
  let current = (): unknown => undefined
  function* count(): Generator<number> {
    let read = 0
    for (const row of rows) {
      if (read >= options.limit) throw new Refusal(tooManyRows(options.limit))
      current = row
      yield read++
    }
  }
  let until = await nextSlice()
  for (const answer of answerAll(count(), () => current())) {
    if (answer instanceof Promise) {
      await answer
      until = 0
    } else if (answer !== undefined) {
      add(answer.answered)
    }
    if (performance.now() < until) continue
    until = await nextSlice()
    if (options.isGone()) return undefined
    holdText()
  }
  if (options.failOnError && failed.length > 0) throw rowsError(problems, named, failed.length)
  text.add(`],"failed":[${failed.join(',')}]}`)
  holdText()
  return text.finish()
}

/** The problems of one row among many. */
function nameRow({ message, errors }: ErrorBody, index: number): FieldProblem[] {
  const row = `${INSTANCES}[${index}]`
  if (errors === undefined) return [{ field: row, expected: 'a row that the model can answer', received: message }]
  return errors.map(problem => ({ ...problem, field: problem.field === BODY ? row : `${row}.${problem.field}` }))
}

/** @param named rows whose problems these are, @param bad rows that have any */
function rowsError(problems: FieldProblem[], named: number, bad: number): InputError {
  if (bad > named) {
    problems.push({ field: INSTANCES, expected: 'rows that can all be used', received: `${bad} that cannot: these are the first ${named}` })
  }
  return new InputError(problems)
}
