/** Long work in slices, so that it never holds up other requests for long, and the short work that goes before it. */

/** How long a slice may take, in milliseconds: other requests wait for one at most, on each way round the loop. */
export const SLICE_MS = 0.5

const waiting: Array<(until: number) => void> = []

let short: Array<() => void> = []

/**
 * Waits until other requests have been served. There is one slice per iteration of the event loop, however many long
 * requests there are: they take turns.
 * @returns when the slice has to end, on the clock of `performance.now()`
 */
export function nextSlice(): Promise<number> {
  return new Promise(resolve => {
    waiting.push(resolve)
    schedule()
  })
}

/** Does something short once all that has arrived in this iteration of the event loop is read, before any slice. */
export function atEndOfIteration(work: () => void): void {
  short.push(work)
  schedule()
}

let isScheduled = false

function schedule(): void {
  if (!isScheduled) setImmediate(endIteration)
  isScheduled = true
}

function endIteration(): void {
  isScheduled = false
  const works = short
  short = []
  for (const work of works) work()
  // Goes on when this has returned, after whoever waits for what was done above; then it queues up anew.
  waiting.shift()?.(performance.now() + SLICE_MS)
  if (waiting.length > 0) schedule()
}
