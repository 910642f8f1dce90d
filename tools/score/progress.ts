/** How a run goes, for a person who waits at a terminal. */
import { SingleBar } from 'cli-progress'
import { formatTime } from './shared/words.js'

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

/** How fast a run is, and how long it will take. */
export interface Pace {
  /** Rows a second; undefined at first. */
  readonly rate: number | undefined
  /** Seconds; undefined while that is unknown. */
  readonly left: number | undefined
}

/**
 * Measures from the first look on: what an earlier run has done, and was read again, says nothing of this one.
 * @param total bytes of the whole input; undefined when that is unknown
 * @returns a function of the rows that are done, the bytes that were read, and the time in ms
 */
export function createPacer(total: number | undefined): (rows: number, read: number, now: number) => Pace {
  let first: { rows: number, read: number, now: number } | undefined
  return (rows, read, now) => {
    first ??= { rows, read, now }
    const seconds = (now - first.now) / 1000
    const bytes = read - first.read
    return {
      rate: seconds > 0 ? (rows - first.rows) / seconds : undefined,
      left: total === undefined || bytes <= 0 ? undefined : seconds / bytes * Math.max(0, total - read)
    }
  }
}

/**
 * A bar on standard error; of an input of unknown length the figures alone.
 * @param bytes of the whole input, as they are stored
 */
export function createProgress(bytes: number | undefined): Progress {
  const format = bytes === undefined ? '{rows} rows  {rate} rows/s' : '[{bar}] {percentage}%  {rows} rows  {rate} rows/s  {left} left'
  const bar = new SingleBar({ format, clearOnComplete: true, hideCursor: true, stream: process.stderr, barsize: 30 })
  const total = bytes ?? 1
  const pace = createPacer(bytes)
  let next = 0
  bar.start(total, 0, { rows: 0, rate: '-', left: '-' })
  return {
    update(rows, read) {
      const now = performance.now()
      if (now < next) return
      next = now + EVERY_MS
      const { rate, left } = pace(rows, read, now)
      bar.update(bytes === undefined ? 0 : Math.min(read, total), {
        rows: rows.toLocaleString('en'),
        rate: rate === undefined ? '-' : Math.round(rate).toLocaleString('en'),
        left: left === undefined ? '-' : formatTime(left)
      })
    },
    stop() {
      bar.stop()
    }
  }
}
