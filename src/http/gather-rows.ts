/** Rows that come one a request, answered together. */
import type { Row } from '../model/types.js'
import { atEndOfTurn } from './turns.js'

/** As many rows at most wait for each other: what belongs to more requests does not fit the processor's caches. */
const AT_ONCE = 16

/** A row that waits for the others of its turn. */
interface Waiting<Answer> {
  readonly row: Row
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
}

/**
 * Answers the rows that arrive in one turn of the event loop at its end: first all go through the forest, then all
 * answers are written. In between two requests the caches fill with what reading and writing needs, and the next walk
 * goes down cold trees, which takes three times as long; and answers written one right after the other do not wake the
 * peer for each. With 32 busy connections that is nearly half of the time of a request. A row alone waits for none.
 * @param answer to one row; what it throws rejects the promise of that row alone
 */
export function gatherRows<Answer>(answer: (row: Row) => Answer): (row: Row) => Promise<Answer> {
  let waiting: Array<Waiting<Answer>> = []

  function answerAll(): void {
    const rows = waiting
    waiting = []
    // Whoever waits for the promises runs after this: nothing is written before all are answered.
    for (const { row, resolve, reject } of rows) {
      try {
        resolve(answer(row))
      } catch (error) {
        reject(error)
      }
    }
  }

  return row => new Promise((resolve, reject) => {
    const count = waiting.push({ row, resolve, reject })
    if (count === 1) atEndOfTurn(answerAll)
    else if (count === AT_ONCE) answerAll()
  })
}
