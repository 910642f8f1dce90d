/** Long work in slices, so that it never holds up other requests for long, and the short work that goes before it. */

/** How long a slice may take, in milliseconds: other requests wait for one at most, on each way round the loop. */
export const SLICE_MS = 0.5

const waiting: Array<(until: number) => void> = []

let short: Array<() => void> = []

/**
 * Waits until other requests have had their turn. One slice per turn of the event loop, however many long requests
 * there are: they take turns with each other.
 * @returns when the slice has to end, on the clock of `performance.now()`
 */
export function nextTurn(): Promise<number> {
  return new Promise(resolve => {
    waiting.push(resolve)
    schedule()
  })
}

/** Does something short when all that has arrived in this turn of the event loop has been read, before any slice. */
export function atEndOfTurn(work: () => void): void {
  short.push(work)
  schedule()
}

let isScheduled = false

function schedule(): void {
  if (!isScheduled) setImmediate(endTurn)
  isScheduled = true
}

function endTurn(): void {
  isScheduled = false
  const works = short
  short = []
  for (const work of works) work()
  // Goes on when this has returned, after whoever waits for what was done above; then it queues up anew.
  waiting.shift()?.(performance.now() + SLICE_MS)
  if (waiting.length > 0) schedule()
}
