/** What a case may take, and what a fault is. */

/** Of processor time: that of the clock depends on what else the machine does. */
export const LIMIT_MS = 1000
/** Of memory that a process had at once. */
export const LIMIT_BYTES = 512 * 2 ** 20
/** Without a sign of life for so much of its processor time a worker is taken for one that hangs. */
export const SILENCE_MS = 5000
/** The same by the clock, for one that waits, and where processor time cannot be had. Busy machines are slow too. */
export const PATIENCE_MS = 300_000

export interface Fault {
  readonly what: string
  /** Where it was thrown, the innermost frames. */
  readonly where: string
}
