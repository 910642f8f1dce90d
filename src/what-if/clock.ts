/** How long an answer may take: a model may have more pieces than anybody waits for. */

/** The time is over before there was an answer. */
export class LateError extends Error {
  constructor(readonly maxMs: number) {
    super(`the answer takes longer than ${maxMs} ms: ask about fewer fields, or with narrower bounds`)
  }
}

/** So many ticks pass between two looks at the time. */
const TICKS = 32

export class Clock {
  private ticks = 0
  private end = Infinity
  private maxMs = Infinity

  /** @param maxMs from now on */
  start(maxMs: number): void {
    this.maxMs = maxMs
    this.end = performance.now() + maxMs
  }

  stop(): void {
    this.end = Infinity
  }

  /**
   * Called where an answer takes its time.
   * @throws LateError
   */
  tick(): void {
    if (++this.ticks % TICKS === 0 && performance.now() > this.end) throw new LateError(this.maxMs)
  }
}
