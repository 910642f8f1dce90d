/** Long work in slices, so that it never holds up other requests for long. */

/** How long a slice may take, in milliseconds: other requests wait for one at most, on each way round the loop. */
export const SLICE_MS = 0.5

const waiting: Array<(until: number) => void> = []

/**
 * Waits until other requests have had their turn. One slice a turn of the event loop, however many long requests there
 * are: they take turns with each other.
 * @returns when the slice has to end, on the clock of `performance.now()`
 */
export function nextTurn(): Promise<number> {
  return new Promise(resolve => {
    if (waiting.push(resolve) === 1) setImmediate(giveTurn)
  })
}

function giveTurn(): void {
  waiting.shift()?.(performance.now() + SLICE_MS)
  // Whoever has had it queues up anew when this has returned.
  if (waiting.length > 0) setImmediate(giveTurn)
}
