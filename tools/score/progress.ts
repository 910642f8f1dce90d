/** How a run goes, for a person who waits at a terminal. */
import { SingleBar } from 'cli-progress'
import { formatTime } from './format-time.js'

/** Least time between two looks at the figures. */
const EVERY_MS = 100

export interface Progress {
  /**
   * @param rows done
   * @param bytes of the input read, as they are stored
   */
  update(rows: number, bytes: number): void
  stop(): void
}

/**
 * A bar on standard error; of an input of unknown length the figures alone.
 * @param bytes of the whole input, as they are stored
 * @param done rows that an earlier run has done, which say nothing of how fast this one is
 */
export function createProgress(bytes: number | undefined, done: number): Progress {
  const format = bytes === undefined ? '{rows} rows  {rate} rows/s' : '[{bar}] {percentage}%  {rows} rows  {rate} rows/s  {left} left'
  const bar = new SingleBar({ format, clearOnComplete: true, hideCursor: true, stream: process.stderr, barsize: 30 })
  const total = bytes ?? 1
  const startedAt = performance.now()
  let next = 0
  bar.start(total, 0, { rows: 0, rate: '-', left: '-' })
  return {
    update(rows, read) {
      const now = performance.now()
      if (now < next) return
      next = now + EVERY_MS
      const seconds = (now - startedAt) / 1000
      bar.update(bytes === undefined ? 0 : Math.min(read, total), {
        rows: rows.toLocaleString('en'),
        rate: Math.round((rows - done) / seconds).toLocaleString('en'),
        left: read === 0 || bytes === undefined ? '-' : formatTime(seconds / read * Math.max(0, total - read))
      })
    },
    stop() {
      bar.stop()
    }
  }
}
