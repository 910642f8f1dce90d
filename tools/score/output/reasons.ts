/** Why rows were rejected, counted: fields and what was expected of them, never what a customer's row has. */
import type { FieldProblem } from '../../../src/model/types.js'
import type { Reject } from '../rows/scorer.js'

/** How many rows were rejected, by reason. */
export type Reasons = Record<string, number>

/** Reasons that are told apart. */
const KEPT = 100

/** Text in a problem's words that is a number to people, with what to do about it. */
const SPELLINGS: Array<[RegExp, string]> = [
  [/^the text "[+-]?\d+,\d+"$/, ', received a decimal comma: write numbers with a point'],
  [/^the text "\s*[+-]?[\d.]+\s*"$/, ', received a number in quotes or with spaces around it']
]

/** @returns the reasons with those of some more rows */
export function countReasons(reasons: Readonly<Reasons>, rejects: readonly Reject[]): Reasons {
  const counted = new Map(Object.entries(reasons))
  for (const { problems } of rejects) {
    for (const reason of new Set(problems.map(describeProblem))) {
      const count = counted.get(reason) ?? 0
      if (count > 0 || counted.size < KEPT) counted.set(reason, count + 1)
    }
  }
  return Object.fromEntries(counted)
}

/** What was expected, with advice where the mistake is a usual one; nothing of what the row has. */
export function describeProblem({ field, expected, received }: FieldProblem): string {
  const spelling = SPELLINGS.find(([pattern]) => pattern.test(received))?.[1] ?? hintAtCells(field, expected, received)
  return `${field}: expected ${expected}${spelling}`
}

function hintAtCells(field: string, expected: string, received: string): string {
  const [wanted, found] = [/^(\d+) cells?, one per column$/.exec(expected), /^(\d+) cells?$/.exec(received)]
  if (field !== 'row' || wanted === null || found === null) return ''
  return Number(found[1]) > Number(wanted[1])
    ? ', received more: are there decimal commas, or delimiters in cells that are not quoted?'
    : ', received fewer: is the delimiter that of the header?'
}

/** @returns the most frequent reasons first, each with its count */
export function listReasons(reasons: Readonly<Reasons>, most: number): Array<[string, number]> {
  return Object.entries(reasons).sort(([, a], [, b]) => b - a).slice(0, most)
}
