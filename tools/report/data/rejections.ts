import { describeProblem } from '../../score/output/reasons.js'
import type { Reject } from '../../score/rows/scorer.js'

/** Why rows were rejected: what was expected, and nothing of what a customer's row has. */
export interface Rejection {
  readonly reason: string
  readonly count: number
  /** Of the first rows, in the file. */
  readonly lines: readonly number[]
}

/** Reasons that are told apart. */
const MOST_REASONS = 100

const MOST_LINES = 5

export class Rejections {
  count = 0
  private readonly reasons = new Map<string, { count: number, lines: number[] }>()

  /** @param line number of the first line of the rejects' block, from 1 */
  add(rejects: readonly Reject[], line: number): void {
    this.count += rejects.length
    for (const reject of rejects) {
      for (const reason of new Set(reject.problems.map(describeProblem))) this.addReason(reason, line + reject.line)
    }
  }

  /** @returns the most frequent ones first */
  list(): Rejection[] {
    return [...this.reasons].map(([reason, counts]) => ({ reason, ...counts })).sort((a, b) => b.count - a.count)
  }

  private addReason(reason: string, line: number): void {
    const known = this.reasons.get(reason)
    if (known === undefined) {
      if (this.reasons.size < MOST_REASONS) this.reasons.set(reason, { count: 1, lines: [line] })
      return
    }
    known.count++
    if (known.lines.length < MOST_LINES) known.lines.push(line)
  }
}
