/** For each field by itself, the nearest value at which the answer changes. */
import type { Row } from '../errors/input-error.js'
import { limitSpan, optionError, toWhole, type Choice, type Field } from './fields.js'
import { middleOf } from './floats.js'
import { createGoal, type Goal, type GoalOptions, type Outcome } from './goal.js'
import { findNice, FURTHER } from './nice.js'
import type { Span } from './pieces.js'
import type { Answered } from './probe.js'
import type { TimeOptions, WhatIf } from './what-if.js'

/** Which fields may move, and how far. */
export interface MoveOptions {
  /** Fields that may move; all when absent. */
  readonly fields?: readonly string[]
  /** Of these, fields that stay as they are. */
  readonly fixed?: readonly string[]
  /** Least and largest value by field. */
  readonly bounds?: Readonly<Record<string, readonly [number, number]>>
}

export interface NearestOptions extends GoalOptions, MoveOptions, TimeOptions {}

/** A number that changes the answer. */
export interface Turn {
  /** The first float64 that does, coming from the row: the one before it does not. */
  readonly value: number
  readonly answered: Answered
  readonly outcome: Outcome
  /** A number that a person would write, and that changes it as well: the nearest integer of a counted field. */
  readonly plausible: { readonly value: number, readonly answered: Answered } | undefined
}

interface NearestField {
  readonly field: Field
  /** Whether nothing nearer can be, by proof. */
  readonly exact: boolean
  readonly down: Turn | undefined
  readonly up: Turn | undefined
  /** Categories and truth values that change it. */
  readonly choices: ReadonlyArray<{ readonly choice: Choice, readonly answered: Answered, readonly outcome: Outcome }>
}

export interface Nearest {
  /** As the row is. */
  readonly now: Outcome
  /** Whether that is what is wanted, so that nothing has to change. */
  readonly isReached: boolean
  /** Those that change the answer, each by itself. */
  readonly fields: readonly NearestField[]
}

/** @throws InputError for an option, or a row that the model refuses; LateError */
export function findNearest(whatIf: WhatIf, row: Row, options: NearestOptions = {}): Nearest {
  const goal = createGoal(whatIf.model, options)
  const movable = listMovable(whatIf, options)
  const now = goal.outcomeOf(whatIf.open(row, options))
  if (goal.isReached(now, now)) return { now, isReached: true, fields: [] }
  const fields = movable.map(({ field, span }) => new Search(whatIf, row, goal, now, field).run(span))
  return { now, isReached: false, fields: fields.filter(({ up, down, choices }) => up ?? down ?? choices[0]) }
}

/** @throws InputError for an option */
export function listMovable(
  whatIf: WhatIf, { fields: chosen, fixed = [], bounds = {} }: MoveOptions
): ReadonlyArray<{ readonly field: Field, readonly span: Span | undefined }> {
  if (typeof bounds !== 'object' || bounds === null || Array.isArray(bounds)) {
    throw optionError('bounds', 'an object with two numbers per field', bounds)
  }
  const { fields, model } = whatIf
  const fixedNames = findNames(whatIf, fixed, 'fixed')
  const chosenNames = chosen && findNames(whatIf, chosen, 'fields')
  for (const name of Object.keys(bounds)) {
    if (whatIf.findField(name, 'bounds').span === undefined) throw optionError(`bounds.${name}`,
      'none for a field that is no number', bounds[name])
  }
  const isMovable = ({ name }: Field) =>
    !fixedNames.has(name) && chosenNames?.has(name) !== false && model.usedInputs.has(name)
  return fields.filter(isMovable).map(field => ({
    field,
    span: field.span && limitSpan(field.span, Object.hasOwn(bounds, field.name) ? bounds[field.name] : undefined,
      `bounds.${field.name}`)
  }))
}

function findNames(whatIf: WhatIf, names: unknown, option: string): ReadonlySet<string> {
  if (!Array.isArray(names)) throw optionError(option, 'a list of fields', names)
  return new Set(names.map((name, i) => whatIf.findField(name, `${option}[${i}]`).name))
}

/** The search of one field. */
class Search {
  private exact = true

  constructor(
    private readonly whatIf: WhatIf, private readonly row: Row, private readonly goal: Goal,
    private readonly now: Outcome, private readonly field: Field
  ) {}

  run(span: Span | undefined): NearestField {
    const { field, whatIf, row } = this
    const current = whatIf.numberOf(row, field)
    // A row without a number is at neither end.
    const down = span && current !== undefined && current >= span.from
      ? this.findTurn({ from: span.from, to: Math.min(current, span.to) }, current, true) : undefined
    const start = current ?? -Infinity
    const up = span && start <= span.to ? this.findTurn({ from: Math.max(start, span.from), to: span.to }, start,
      false) : undefined
    const sent = row[field.name] ?? null
    const choices = field.choices.filter(({ value, isUnknown }) => value !== sent && value !== null && isUnknown !==
      true)
      .map(choice => ({ choice, answered: this.answer(choice.value) }))
      .map(({ choice, answered }) => ({ choice, answered, outcome: this.goal.outcomeOf(answered) }))
      .filter(({ outcome }) => this.goal.isReached(outcome, this.now))
    return { field, exact: this.exact, down, up, choices }
  }

  private answer(value: unknown): Answered {
    return this.whatIf.answerWith(this.row, { [this.field.name]: value })
  }

  private reaches(value: number): boolean {
    return this.goal.isReached(this.goal.outcomeOf(this.answer(value)), this.now)
  }

  /** The first number of a span that is reached, from one end on. */
  private findTurn(span: Span, start: number, isDown: boolean): Turn | undefined {
    let last: number | undefined
    let turn: number | undefined
    let reached: Span | undefined
    for (const piece of this.whatIf.listPieces(this.row, this.field, span, isDown)) {
      this.exact &&= turn !== undefined || piece.exact
      const [near, far] = isDown ? [piece.to, piece.from] : [piece.from, piece.to]
      const begin = this.findBegin(last, near, far, piece.exact || turn !== undefined)
      last = far
      if (begin === undefined) {
        // Counted fields go on to the next whole number.
        if (turn !== undefined && !this.field.isWhole) break
        reached = undefined
        continue
      }
      turn ??= begin
      reached = spanOf(reached === undefined ? begin : isDown ? reached.to : reached.from, far)
      if (this.field.isWhole ? toWhole(reached) : Math.abs(far - turn) > FURTHER * Math.abs(turn - start)) break
    }
    if (turn === undefined) return undefined
    return this.describe(turn, reached && this.findPlausible(reached, start, isDown))
  }

  /** Where a piece begins to be reached. @param last number that is not reached, or the end of the piece before */
  private findBegin(last: number | undefined, near: number, far: number, isProven: boolean): number | undefined {
    if (this.reaches(near)) return last === undefined || isProven ? near : this.bisect(last, near)
    // Where nothing is proven, both ends are looked at.
    return !isProven && this.reaches(far) ? this.bisect(near, far) : undefined
  }

  private describe(value: number, plausible: number | undefined): Turn {
    const answered = this.answer(value)
    return {
      value, answered, outcome: this.goal.outcomeOf(answered),
      plausible: plausible === undefined ? undefined : { value: plausible, answered: this.answer(plausible) }
    }
  }

  /** @returns the reached one of two neighbours between a number that is not reached and one that is */
  private bisect(not: number, reached: number): number {
    for (;;) {
      const middle = middleOf(not, reached)
      if (middle === not || middle === reached) return reached
      if (this.reaches(middle)) reached = middle
      else not = middle
    }
  }

  /** The number in a reached span that is nearest to the row and short. */
  private findPlausible(reached: Span, start: number, isDown: boolean): number | undefined {
    const span = this.field.isWhole ? toWhole(reached) : reached
    if (span === undefined) return undefined
    const end = isDown ? span.to : span.from
    const nice = this.field.isWhole ? end : findNice(span, end, start)
    return this.reaches(nice) ? nice : undefined
  }
}

function spanOf(a: number, b: number): Span {
  return { from: Math.min(a, b), to: Math.max(a, b) }
}
