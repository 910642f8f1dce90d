/** What would change an answer: for each field by itself, the nearest value that does. */
import type { RiskLimits } from '../../src/http/page/page-settings.js'
import type { Row, Target } from '../models/types.js'
import { listValues, type AskRows } from './curve.js'
import type { Field } from './fields.js'
import { readNumber, readVerdict } from './read-answer.js'

export interface Change {
  readonly field: string
  readonly from: unknown
  readonly to: number | string | boolean
  /** The class or category that comes of it, and its number. */
  readonly verdict: string
  readonly number: number
}

/** Values of a field that are looked at. */
const POINTS = 100

/** @returns one per field that can change the answer, the nearest first */
export async function findChanges(
  ask: AskRows, row: Row, target: Target, fields: readonly Field[], limits: RiskLimits
): Promise<Change[]> {
  const verdictsOf = async (rows: readonly Row[]) => (await ask(target.model, rows)).map(answer =>
    answer && { verdict: readVerdict(answer, target, limits), number: readNumber(answer, { ...target, label: target.isRisk === true ? target.label : undefined }) })
  const [now] = await verdictsOf([row])
  if (now?.verdict === undefined) return []
  const found: Array<Change & { distance: number }> = []
  for (const field of fields) {
    if (!field.usedBy.includes(target.model)) continue
    const from = row[field.name]
    const values = listValues(field, from, POINTS)
    const answers = await verdictsOf(values.map(value => ({ ...row, [field.name]: value })))
    const candidates = values.flatMap((to, i) => {
      const answer = answers[i]
      if (answer?.verdict === undefined || answer.verdict === now.verdict || to === from) return []
      return [{ field: field.name, from, to, verdict: answer.verdict, number: answer.number, distance: distanceOf(field, from, to) }]
    })
    const [nearest] = candidates.sort((a, b) => a.distance - b.distance)
    if (nearest !== undefined) found.push(nearest)
  }
  return found.sort((a, b) => a.distance - b.distance).map(({ distance: _, ...change }) => change)
}

/** How far a change goes, as a share of what the field's slider has; another category is a whole step. */
function distanceOf(field: Field, from: unknown, to: unknown): number {
  if (field.kind !== 'number' || typeof to !== 'number') return 1
  const start = typeof from === 'number' ? from : field.missing
  return start === undefined || Number.isNaN(start) ? 1 : Math.abs(to - start) / (field.to - field.from)
}
