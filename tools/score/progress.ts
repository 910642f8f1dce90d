/** How a run goes, for a person who waits at a terminal. */
import { SingleBar } from 'cli-progress'

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
 */
export function createProgress(bytes: number | undefined): Progress {
  const format = bytes === undefined ? '{rows} rows  {rate} rows/s' : '[{bar}] {percentage}%  {rows} rows  {rate} rows/s  {left} left'
  const bar = new SingleBar({ format, clearOnComplete: true, hideCursor: true, stream: process.stderr, barsize: 30 })
  const total = bytes ?? 1
  const startedAt = performance.now()
  let first: number | undefined
  let next = 0
  bar.start(total, 0, { rows: 0, rate: '-', left: '-' })
  return {
    update(rows, done) {
      const now = performance.now()
      if (now < next) return
      next = now + EVERY_MS
      // What a resumed run found done says nothing of how fast this one is.
      first ??= rows
      const seconds = (now - startedAt) / 1000
      bar.update(bytes === undefined ? 0 : Math.min(done, total), {
        rows: rows.toLocaleString('en'),
        rate: Math.round((rows - first) / seconds).toLocaleString('en'),
        left: done === 0 || bytes === undefined ? '-' : formatTime(seconds / done * Math.max(0, total - done))
      })
    },
    stop() {
      bar.stop()
    }
  }
}

/** `48 s`, `3 min 5 s`, `2 h 10 min`. */
export function formatTime(seconds: number): string {
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor(whole % 3600 / 60)} min`
}
