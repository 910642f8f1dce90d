/** Many rows in one body, answered in one. */
import { InputError, type FieldProblem } from '../model/types.js'
import type { ErrorBody } from './errors.js'
import { INSTANCES } from './instances.js'
import { BODY } from './problems.js'
import { nextTurn } from './turns.js'

/** Most bad rows that a refusal names: a longer one would be of no more use. */
const NAMED = 100

/** More rows than are taken. */
export class TooManyRows extends Error {}

/** How a batch is answered. */
export interface BatchOptions {
  /** Most rows. */
  readonly limit: number
  /** The first bad row spoils the whole batch. */
  readonly failOnError: boolean
  /** Whether nobody waits for the answer any more. */
  readonly isGone: () => boolean
}

/**
 * Answers the rows in slices, and takes turns with everything else.
 * @param rows each gives its row
 * @param answer text of a row's answer, or the body of its error answer
 * @returns text of the whole answer; undefined when nobody waits for it
 * @throws TooManyRows when there are more than the limit; InputError naming the bad rows, when they spoil the batch
 */
export async function answerBatch(
  rows: Iterable<() => unknown>, answer: (read: () => unknown) => string | ErrorBody, options: BatchOptions
): Promise<string | undefined> {
  let predictions = ''
  let index = 0
  const failed: number[] = []
  const problems: FieldProblem[] = []
  let until = await nextTurn()
  for (const read of rows) {
    if (index >= options.limit) throw new TooManyRows()
    const answered = answer(read)
    if (typeof answered !== 'string' && failed.push(index) <= NAMED) problems.push(...nameRow(answered, index))
    // A batch that is refused if anything fails has no use for what comes after.
    if (!options.failOnError || failed.length === 0) {
      const text = typeof answered === 'string' ? answered : JSON.stringify(answered)
      predictions += index === 0 ? text : `,${text}`
    }
    index++
    if (performance.now() < until) continue
    until = await nextTurn()
    if (options.isGone()) return undefined
  }
  if (options.failOnError && failed.length > 0) throw refuseRows(problems, failed.length)
  return `{"status":"success","predictions":[${predictions}],"failed":[${failed.join(',')}]}`
}

/** The problems of one row among many. */
function nameRow({ message, errors }: ErrorBody, index: number): FieldProblem[] {
  const row = `${INSTANCES}[${index}]`
  if (errors === undefined) return [{ field: row, expected: 'a row that the model can answer', received: message }]
  return errors.map(problem => ({ ...problem, field: problem.field === BODY ? row : `${row}.${problem.field}` }))
}

function refuseRows(problems: FieldProblem[], bad: number): InputError {
  if (bad > NAMED) {
    problems.push({ field: INSTANCES, expected: 'rows that can all be used', received: `${bad} that cannot: these are the first ${NAMED}` })
  }
  return new InputError(problems)
}
