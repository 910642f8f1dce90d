/** Long work in slices, so that it never holds up other requests for long. */

/** How long a slice may take, in milliseconds: other requests wait for one at most, on each way through the loop. */
export const SLICE_MS = 0.5

const waiting: Array<() => void> = []

/**
 * Runs a slice of work when other requests have had their turn. One slice a turn of the event loop, however many long
 * requests there are: they take turns with each other.
 */
export function nextTurn(slice: () => void): void {
  if (waiting.push(slice) === 1) setImmediate(runOne)
}

function runOne(): void {
  // Counts as waiting while it runs: what it asks for comes a turn later.
  const [slice] = waiting
  try {
    slice()
  } finally {
    waiting.shift()
    if (waiting.length > 0) setImmediate(runOne)
  }
}
