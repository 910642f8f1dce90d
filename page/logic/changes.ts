/** What would change an answer: for each field by itself, the nearest value that does. */
import { least } from 'd3-array'
import type { Answer, NearestField, NearestOptions, WhatIf } from '../../library/what-if.js'
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

/** Values of a field that are looked at where there is no proof. */
const POINTS = 100

/** @returns one per field that can change the answer within its slider, the nearest first */
export function findChanges(
  whatIf: WhatIf, row: Row, target: Target, fields: readonly Field[], limits: RiskLimits
): Change[] {
  const bounds = Object.fromEntries(fields.flatMap(field =>
    field.kind === 'number' && field.usedBy.includes(target.model) ? [[field.name, boundsOf(field, row)]] : []))
  const nearest = new Map(whatIf.nearest(row, { ...goalOf(target, limits), bounds }).fields.map(found => [found.field, found]))
  return pickNearest(fields, row, field => {
    const found = nearest.get(field.name)
    return found === undefined ? [] : listCandidates(found).map(({ to, answer }) => describe(field, row, to, answer, target, limits))
  })
}

/** The same where the model is not at hand: only so many values of a field are tried. */
export async function tryChanges(
  ask: AskRows, row: Row, target: Target, fields: readonly Field[], limits: RiskLimits
): Promise<Change[]> {
  const [now] = await ask(target.model, [row])
  const verdict = now && readVerdict(now, target, limits)
  if (verdict === undefined) return []
  const candidates = new Map<string, Change[]>()
  for (const field of fields.filter(({ usedBy }) => usedBy.includes(target.model))) {
    const values = listValues(field, row[field.name], POINTS)
    const answers = await ask(target.model, values.map(value => ({ ...row, [field.name]: value })))
    candidates.set(field.name, values.flatMap((to, i) => {
      const answer = answers[i]
      const change = answer && describe(field, row, to, answer, target, limits)
      return change === undefined || change.verdict === verdict ? [] : [change]
    }))
  }
  return pickNearest(fields, row, field => candidates.get(field.name) ?? [])
}

function goalOf({ output, label, isRisk }: Target, { mediumFrom, highFrom }: RiskLimits): NearestOptions {
  if (isRisk !== true || label === undefined) return { output }
  return { label, thresholds: [...new Set([mediumFrom, highFrom])] }
}

/** The slider's, and the row's own value where that is beyond. */
function boundsOf({ name, from, to }: Field & { kind: 'number' }, row: Row): readonly [number, number] {
  const value = row[name]
  return typeof value === 'number' ? [Math.min(from, value), Math.max(to, value)] : [from, to]
}

/** Numbers as a person would write them, where there are some that near. */
function listCandidates({ up, down, values }: NearestField): Array<{ to: Change['to'], answer: Answer }> {
  const numbers = [up, down].flatMap(turn => turn === undefined ? [] : [turn.plausible ?? turn])
    .map(({ value, answer }) => ({ to: value, answer }))
  const others = values.flatMap(({ value, answer }) => value === null || answer === undefined ? [] : [{ to: value, answer }])
  return [...numbers, ...others]
}

function describe(field: Field, row: Row, to: Change['to'], answer: Answer, target: Target, limits: RiskLimits): Change {
  return {
    field: field.name, from: row[field.name] ?? null, to, verdict: readVerdict(answer, target, limits) ?? '',
    // Of a class that changes, the number of the one that it becomes.
    number: readNumber(answer, target.isRisk === true ? target : { ...target, label: undefined })
  }
}

function pickNearest(fields: readonly Field[], row: Row, candidatesOf: (field: Field) => readonly Change[]): Change[] {
  return fields
    .flatMap(field => {
      const nearest = least(candidatesOf(field), ({ to }) => distanceOf(field, row[field.name], to))
      return nearest === undefined ? [] : [{ change: nearest, distance: distanceOf(field, row[field.name], nearest.to) }]
    })
    .sort((a, b) => a.distance - b.distance)
    .map(({ change }) => change)
}

/** How far a change goes, as a share of what the field's slider has; another category is a whole step. */
function distanceOf(field: Field, from: unknown, to: unknown): number {
  if (field.kind !== 'number' || typeof to !== 'number') return 1
  const start = typeof from === 'number' ? from : field.missing
  return start === undefined || Number.isNaN(start) ? 1 : Math.abs(to - start) / (field.to - field.from)
}
