/** The cheapest change of several fields together that changes the answer. */
import type { Row } from '../errors/input-error.js'
import { LateError } from './clock.js'
import type { Cuts } from './cuts.js'
import { optionError, toWhole, type Choice, type Field } from './fields.js'
import { createGoal, type Goal, type Outcome } from './goal.js'
import { listMovable, type NearestOptions } from './nearest.js'
import { findNice } from './nice.js'
import { findPieces, type Span } from './pieces.js'
import type { Answered } from './probe.js'
import type { FieldRange } from './range-model.js'
import type { WhatIf } from './what-if.js'

export interface CheapestOptions extends NearestOptions {
  /** Most fields that change; 2 when absent. */
  readonly maxFields?: number
  /** By field, what a unit costs, or another category. Absent: 1 for the whole range of a field, and for a category. */
  readonly weights?: Readonly<Record<string, number>>
  /** Most rows that are predicted; 20,000 when absent. With fewer, or with less time, the best until then is found. */
  readonly maxWork?: number
}

interface Change {
  readonly field: Field
  readonly from: unknown
  /** The least change that will do, and what costs are of. */
  readonly limit: Choice['value']
  /** The same, or a number with fewer digits that is a little further. */
  readonly to: Choice['value']
}

export interface Cheapest {
  readonly now: Outcome
  readonly isReached: boolean
  /** Undefined where no change was found. */
  readonly found: {
    readonly changes: readonly Change[]
    readonly cost: number
    readonly answered: Answered
    readonly outcome: Outcome
  } | undefined
  /** Whether it is proven that nothing is cheaper, or that there is nothing. */
  readonly proven: boolean
}

/** One value that a field may get, its cost, and for a number those that have the same answer. */
interface Candidate {
  readonly value: Choice['value']
  readonly cost: number
  readonly piece?: Span
}

/** A field that moves. */
interface Axis {
  readonly field: Field
  readonly span: Span | undefined
  readonly current: number | undefined
  readonly weight: number
}

const MOST_FIELDS = 4
const DEFAULT_WORK = 20_000

/** A field whose limits are further apart has none. */
const MOST_RANGE = 1e300

/** @throws InputError for an option, or a row that the model refuses */
export function findCheapest(whatIf: WhatIf, row: Row, options: CheapestOptions = {}): Cheapest {
  const { maxFields = 2, maxWork = DEFAULT_WORK } = options
  if (!Number.isInteger(maxFields) || maxFields < 1 || maxFields > MOST_FIELDS) {
    throw optionError('maxFields', `a whole number from 1 to ${MOST_FIELDS}`, maxFields)
  }
  if (!Number.isInteger(maxWork) || maxWork < 1) throw optionError('maxWork', 'a whole number of 1 or more', maxWork)
  const goal = createGoal(whatIf.model, options)
  const axes = listAxes(whatIf, row, options)
  const now = goal.outcomeOf(whatIf.open(row, options))
  if (goal.isReached(now, now)) return { now, isReached: true, found: undefined, proven: true }
  const search = new Search(whatIf, row, goal, now, maxWork)
  try {
    for (let size = 1; size <= Math.min(maxFields, axes.length); size++) {
      for (const some of combine(axes, size)) search.run(some)
    }
  } catch (error) {
    if (!(error instanceof LateError)) throw error
    search.proven = false
    whatIf.clock.stop()
  }
  return { now, isReached: false, found: search.describe(), proven: search.proven }
}

function listAxes(whatIf: WhatIf, row: Row, options: CheapestOptions): Axis[] {
  const { weights = {}, bounds = {} } = options
  if (typeof weights !== 'object' || weights === null || Array.isArray(weights)) {
    throw optionError('weights', 'an object with a number per field', weights)
  }
  for (const [name, weight] of Object.entries(weights)) {
    whatIf.findField(name, 'weights')
    if (!(Number.isFinite(weight) && weight > 0)) throw optionError(`weights.${name}`, 'a number above 0', weight)
  }
  return listMovable(whatIf, options).map(({ field, span }) => {
    const current = whatIf.numberOf(row, field)
    const own = Object.hasOwn(bounds, field.name) ? span : span && limitToSeen(span, field, current)
    const weight = Object.hasOwn(weights, field.name) ? weights[field.name] : 1 / rangeOf(field)
    return { field, span: own, current, weight }
  })
}

/** Where a field has no limit, that of the rows that prove the model: what is further out is not plausible. */
function limitToSeen(span: Span, { seen }: Field, current: number | undefined): Span {
  if (seen === undefined || current === undefined) return span
  return {
    from: span.from === -Number.MAX_VALUE ? Math.min(seen.from, current) : span.from,
    to: span.to === Number.MAX_VALUE ? Math.max(seen.to, current) : span.to
  }
}

/** What costs 1: the field's own range, or without one that of the rows that prove the model. */
function rangeOf({ span, range }: Field): number {
  const own = span === undefined ? 1 : span.to - span.from
  return own > 0 && own < MOST_RANGE ? own : range
}

function* combine<T>(items: readonly T[], size: number, first = 0): Generator<T[], void> {
  if (size === 0) {
    yield []
    return
  }
  for (let i = first; i <= items.length - size; i++) {
    for (const rest of combine(items, size - 1, i + 1)) yield [items[i], ...rest]
  }
}

/** Combinations of candidates in the order of their cost. */
class Search {
  proven = true
  private best: { readonly axes: readonly Axis[], readonly chosen: readonly Candidate[],
    readonly cost: number } | undefined
  private work = 0

  constructor(
    private readonly whatIf: WhatIf, private readonly row: Row, private readonly goal: Goal,
    private readonly now: Outcome, private readonly maxWork: number
  ) {}

  /** Looks for a cheaper change of all of some fields. */
  run(axes: readonly Axis[]): void {
    const candidates = this.listCandidates(axes)
    if (candidates.some(({ length }) => length === 0)) return
    const costOf = (places: readonly number[]) => places.reduce((sum, place, i) => sum + candidates[i][place].cost, 0)
    const queue = new Queue()
    const start: number[] = axes.map(() => 0)
    queue.push({ places: start, cost: costOf(start), last: 0 })
    for (let one = queue.pop(); one !== undefined; one = queue.pop()) {
      if (one.cost >= (this.best?.cost ?? Infinity)) return
      if (this.work++ >= this.maxWork) {
        this.proven = false
        return
      }
      const { places, last, cost } = one
      const chosen = places.map((place, i) => candidates[i][place])
      if (this.reaches(axes, chosen.map(({ value }) => value))) {
        this.best = { axes, chosen, cost }
        return
      }
      // Each combination comes from one only: that with a smaller last place.
      for (let i = last; i < places.length; i++) {
        if (places[i] + 1 === candidates[i].length) continue
        const next = places.with(i, places[i] + 1)
        queue.push({ places: next, cost: costOf(next), last: i })
      }
    }
  }

  describe(): Cheapest['found'] {
    if (this.best === undefined) return undefined
    const { axes, chosen, cost } = this.best
    const limits = chosen.map(({ value }) => value)
    let values = limits
    for (const [i, { piece, value }] of chosen.entries()) {
      const { field, current } = axes[i]
      if (piece === undefined || field.isWhole || current === undefined) continue
      const shorter = values.with(i, findNice(piece, Number(value), current))
      if (this.reaches(axes, shorter)) values = shorter
    }
    const answered = this.answer(axes, values)
    const changes = axes.map(({ field }, i) =>
      ({ field, from: this.row[field.name] ?? null, limit: limits[i], to: values[i] }))
    return { changes, cost, answered, outcome: this.goal.outcomeOf(answered) }
  }

  private answer(axes: readonly Axis[], values: ReadonlyArray<Choice['value']>): Answered {
    return this.whatIf.answerWith(this.row, Object.fromEntries(axes.map(({ field }, i) => [field.name, values[i]])))
  }

  private reaches(axes: readonly Axis[], values: ReadonlyArray<Choice['value']>): boolean {
    return this.goal.isReached(this.goal.outcomeOf(this.answer(axes, values)), this.now)
  }

  /** By field, the values that it may get, the cheapest first, of which one of each piece is enough. */
  private listCandidates(axes: readonly Axis[]): Candidate[][] {
    const cuts = axes.length === 1 ? undefined : this.findJointCuts(axes)
    return axes.map(axis => {
      const choices = axis.field.choices.filter(({ value, isUnknown }) =>
        value !== null && isUnknown !== true && value !== this.row[axis.field.name])
      return [...choices.map(({ value }) => ({ value, cost: axis.weight })), ...this.listNumbers(axis, cuts)]
        .sort((a, b) => a.cost - b.cost)
    })
  }

  private listNumbers({ field, span, current, weight }: Axis, cuts: readonly Cuts[] | undefined): Candidate[] {
    if (span === undefined || current === undefined) return []
    const { whatIf: { ranges }, row } = this
    ranges.open(row)
    const found: Candidate[] = []
    for (const isDown of [true, false]) {
      const side: Span = isDown ? { from: span.from, to: Math.min(span.to, current) } : { from: Math.max(span.from,
        current), to: span.to }
      if (side.from > side.to) continue
      for (const { exact, ...piece } of findPieces(ranges, field.index, side, isDown, cuts)) {
        if (!exact) this.proven = false
        const own = field.isWhole ? toWhole(piece) : piece
        if (own === undefined) continue
        const value = isDown ? own.to : own.from
        const cost = Math.abs(value - current) * weight
        // What is further away costs more.
        if (cost >= (this.best?.cost ?? Infinity)) break
        if (value !== current) found.push({ value, cost, piece: own })
      }
    }
    return found
  }

  /** Cuts that are met wherever the fields move; undefined, and nothing is proven, where they are not known. */
  private findJointCuts(axes: readonly Axis[]): readonly Cuts[] | undefined {
    const { ranges } = this.whatIf
    const moving: FieldRange[] = axes.map(({ field: { index, choices, isHashed }, span, current }) =>
      span !== undefined && current !== undefined
        ? { index, from: Math.min(span.from, current), to: Math.max(span.to, current) }
        : { index, from: 0, to: isHashed ? NaN : choices.length - 1 })
    if (moving.some(({ to }) => Number.isNaN(to)) || ranges.areMixed(axes.map(({ field }) => field.name))) {
      this.proven = false
      return undefined
    }
    ranges.open(this.row)
    const verdict = ranges.evaluate(moving)
    if (!ranges.takeGuess() && verdict === 'known') return ranges.listCuts()
    this.proven = false
    return undefined
  }
}

interface Queued {
  readonly places: readonly number[]
  readonly cost: number
  /** The field whose place was raised last. */
  readonly last: number
}

/** A heap with the cheapest on top. */
class Queue {
  private readonly heap: Queued[] = []

  push(one: Queued): void {
    const { heap } = this
    let at = heap.push(one) - 1
    for (let up = at - 1 >> 1; at > 0 && heap[up].cost > one.cost; at = up, up = at - 1 >> 1) heap[at] = heap[up]
    heap[at] = one
  }

  pop(): Queued | undefined {
    const { heap } = this
    const top = heap[0]
    const one = heap.pop()
    if (one === undefined || heap.length === 0) return one
    let at = 0
    for (let down = 1; down < heap.length; at = down, down = 2 * at + 1) {
      if (down + 1 < heap.length && heap[down + 1].cost < heap[down].cost) down++
      if (heap[down].cost >= one.cost) break
      heap[at] = heap[down]
    }
    heap[at] = one
    return top
  }
}
