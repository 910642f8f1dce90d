/** An answer over one field, all others as they are. */
import type { Answer } from '../../library/core.js'
import type { WhatIf } from '../../library/what-if.js'
import type { Row, Target } from '../models/types.js'
import type { Field } from './fields.js'
import { classNumbers, outputOf, readNumber } from './read-answer.js'

/** Answers rows, in order; undefined for those that the model refuses. */
export type AskRows = (model: string, rows: readonly Row[]) => Promise<ReadonlyArray<Answer | undefined>>

export interface Curve {
  readonly field: string
  /** [n] Values of the field: ascending numbers, or categories. */
  readonly xs: ReadonlyArray<number | string | boolean>
  /** One per class that matters, or one; each has [n] numbers, NaN where the model refuses the row. */
  readonly series: ReadonlyArray<{ readonly label: string | undefined, readonly ys: readonly number[] }>
  /** Whether each number holds up to the next x, and no step is left out. */
  readonly isExact: boolean
}

/** Points of a curve over a number. */
const POINTS = 200

/** Most classes that are drawn. */
const MOST_SERIES = 4

/** Classes that never get further than this are not drawn beside the others. */
const NEGLIGIBLE = 0.02

/** Values of a field from one end of its slider to the other, or all that there are. */
export function listValues(field: Field, current: unknown, points = POINTS): Array<number | string | boolean> {
  if (field.kind === 'text') return []
  if (field.kind === 'choice') return [...field.options]
  if (field.kind === 'category') {
    const isNew = typeof current === 'string' && !field.categories.includes(current)
    return [...field.categories.slice(0, points), ...isNew ? [current] : []]
  }
  const { from, to, step } = field
  // Between whole numbers, or whatever the steps are, nobody looks.
  const count = Math.min(points, Math.max(1, Math.round((to - from) / step)))
  const values = Array.from({ length: count + 1 }, (_, i) => from + (to - from) * (i / count))
  if (typeof current === 'number') values.push(current)
  return [...new Set(values)].sort((a, b) => a - b)
}

/** @returns undefined for a field that has no curve */
export async function drawCurve(
  ask: AskRows, row: Row, target: Target, field: Field, points?: number
): Promise<Curve | undefined> {
  const xs = listValues(field, row[field.name], points)
  if (xs.length === 0) return undefined
  return { ...pickNumbers(xs, await ask(target.model, xs.map(x => ({ ...row, [field.name]: x }))), target, field), isExact: false }
}

/**
 * All steps of the answer over the slider of a number.
 * @returns undefined for another field, and where it is not proven that there are no other steps
 */
export function traceCurve(whatIf: WhatIf, row: Row, target: Target, field: Field): Curve | undefined {
  if (field.kind !== 'number') return undefined
  const { pieces, exact } = whatIf.curve(row, field.name, { bounds: [field.from, field.to] })
  const last = pieces.at(-1)
  if (!exact || last === undefined) return undefined
  const ends = [...pieces, { ...last, from: last.to }]
  return { ...pickNumbers(ends.map(({ from }) => from), ends.map(({ answer }) => answer), target, field), isExact: true }
}

function pickNumbers(
  xs: Curve['xs'], answers: ReadonlyArray<Answer | undefined>, target: Target, field: Field
): Omit<Curve, 'isExact'> {
  const [first] = answers.filter(answer => answer !== undefined)
  const one = first && outputOf(first, target.output)
  const wanted = target.label === undefined && one !== undefined && classNumbers(one) !== undefined
    ? one.classes ?? [] : [target.label]
  const series = wanted.map(label => ({
    label: label === undefined ? undefined : String(label),
    ys: answers.map(answer => answer === undefined ? NaN : readNumber(answer, { ...target, label }))
  }))
  return { field: field.name, xs, series: pickSeries(series) }
}

function pickSeries(series: Curve['series']): Curve['series'] {
  if (series.length <= 1) return series
  const peak = ({ ys }: Curve['series'][number]) => Math.max(...ys.filter(y => !Number.isNaN(y)))
  const picked = [...series].sort((a, b) => peak(b) - peak(a)).slice(0, MOST_SERIES).filter(one => peak(one) > NEGLIGIBLE)
  return series.filter(one => picked.includes(one))
}
