/**
 * `recall-ml/what-if`: what would change a model's answer, exactly. As `recall-ml/core` it loads no module of Node.js
 * and no package.
 */
import type { Dump, TreeDump } from '../src/dump/dump.js'
import { InputError } from '../src/errors/input-error.js'
import type { CompiledForest } from '../src/evaluator/compile.js'
import { compileFast } from '../src/evaluator/estimator.js'
import { checkContent } from '../src/model/check-content.js'
import { createRowCheck } from '../src/model/check-row.js'
import { createModel } from '../src/model/create-model.js'
import { checkDigestWith, hashContent } from '../src/model/hash-content.js'
import { createReader } from '../src/model/read-answer.js'
import { Sha256 } from '../src/model/sha256.js'
import { isUnrelated, unrelatedRowError } from '../src/model/unrelated-row.js'
import { findCheapest, type CheapestOptions } from '../src/what-if/cheapest.js'
import { findNearest, type NearestOptions, type Turn as FoundTurn } from '../src/what-if/nearest.js'
import type { Answered } from '../src/what-if/probe.js'
import { WhatIf as Core, type CurveOptions } from '../src/what-if/what-if.js'
import type { Choice } from '../src/what-if/fields.js'
import type { Outcome } from '../src/what-if/goal.js'
import type { Answer } from './answer.js'
import type { InputRow } from './model.js'

export { DumpError } from '../src/dump/dump-error.js'
export { InputError, type FieldProblem } from '../src/errors/input-error.js'
export type { CheapestOptions } from '../src/what-if/cheapest.js'
export type { GoalOptions, Outcome } from '../src/what-if/goal.js'
export type { MoveOptions, NearestOptions } from '../src/what-if/nearest.js'
export type { CurveOptions } from '../src/what-if/what-if.js'
export type { Answer } from './answer.js'
export type { InputRow, Label } from './model.js'

/** What a model says to a row: `answer`, or `refused` with the reason for which there is none. */
export interface Said {
  readonly answer?: Answer
  readonly refused?: string
}

/** All numbers from `from` to `to`, both included, have the same answer. */
export interface CurvePiece extends Said {
  readonly from: number
  readonly to: number
}

/** A value that is no number, or one of few. */
export interface ValueAnswer extends Said {
  /** null where the field is missing. */
  readonly value: string | number | boolean | null
  /** It stands for any text that is none of the categories. */
  readonly unknown?: true
}

export interface Curve {
  readonly field: string
  /** Whether it is proven that there are no other pieces. Else the answer of a piece is that of its first number. */
  readonly exact: boolean
  /** Ascending, without gaps. A counted field goes from integer to integer. Empty where a field is no number. */
  readonly pieces: readonly CurvePiece[]
  /** Categories, truth values, and null where the field may be missing. */
  readonly values: readonly ValueAnswer[]
}

/** A number that changes the answer. */
export interface Turn {
  /** The first float64 that changes it, coming from the row. The one before it does not. */
  readonly value: number
  readonly outcome: Outcome
  readonly answer: Answer
  /** A number that a person would write, a little further on; the nearest integer of a counted field. */
  readonly plausible?: { readonly value: number, readonly answer: Answer }
}

export interface NearestField {
  readonly field: string
  /** Whether it is proven that nothing nearer changes the answer. */
  readonly exact: boolean
  readonly down?: Turn
  readonly up?: Turn
  /** All other values that change it. */
  readonly values: ReadonlyArray<ValueAnswer & { readonly outcome: Outcome }>
}

export interface Nearest {
  /** The outcome as the row is. */
  readonly now: Outcome
  /** Whether it is the one that is wanted: then no field has to change, and none is listed. */
  readonly reached: boolean
  readonly fields: readonly NearestField[]
}

/** A field that changes, together with others. */
export interface Change {
  readonly field: string
  /** As it was sent; null where it was missing. */
  readonly from: unknown
  readonly to: string | number | boolean | null
  /** The least change that will do, which the cost is of: `to` may be a little further, and have fewer digits. */
  readonly limit: string | number | boolean | null
}

export interface Cheapest {
  /** The outcome as the row is. */
  readonly now: Outcome
  /** Whether it is the one that is wanted: then nothing has to change. */
  readonly reached: boolean
  /** Whether it is proven that no change of so many fields is cheaper, or that there is none. */
  readonly proven: boolean
  /** What changes. Absent, with all below, where nothing has to change, or nothing was found. */
  readonly changes?: readonly Change[]
  readonly cost?: number
  readonly outcome?: Outcome
  readonly answer?: Answer
}

export interface WhatIf {
  /**
   * The answer as a function of one field, all others being as they are.
   * @throws InputError naming each field, or option, that cannot be used
   */
  curve(row: InputRow, field: string, options?: CurveOptions): Curve
  /**
   * For each field by itself, the nearest values at which the answer changes: those without one are not listed.
   * @throws InputError as `curve`
   */
  nearest(row: InputRow, options?: NearestOptions): Nearest
  /**
   * The cheapest change of one field or several that changes the answer. A field costs how far it moves, of its range.
   * @throws InputError as `curve`
   */
  cheapest(row: InputRow, options?: CheapestOptions): Cheapest
}

/**
 * @param dump the parsed JSON of a dump
 * @throws DumpError as `createModel`
 */
export function createWhatIf(dump: unknown): WhatIf {
  const checked = checkContent(dump)
  checkDigestWith(checked, content => hashContent(content, new Sha256()))
  return openWhatIf(checked)
}

function openWhatIf(dump: Dump): WhatIf {
  // By their trees: a forest that starts at what another predictor answers is a copy of the dump's.
  const compiled = new Map<readonly TreeDump[], CompiledForest>()
  const model = createModel(dump, forest => {
    const evaluate = compileFast(forest)
    if (evaluate.compiled !== undefined) compiled.set(forest.trees, evaluate.compiled)
    return evaluate
  })
  const core = new Core(model, dump, ({ trees }) => {
    const forest = compiled.get(trees)
    if (forest === undefined) throw new Error('a forest was not compiled')
    return forest
  })
  const checkRow = createRowCheck(model)
  const check = (given: InputRow) => {
    const row = checkRow(given, 'row')
    if (isUnrelated(model, row, core.open(row).defaulted)) throw unrelatedRowError(model, row, 'row')
    return row
  }
  const read = createReader(model)
  const answer = (answered: Answered): Answer => {
    if (answered instanceof InputError) throw answered
    const { defaulted } = answered
    return defaulted === undefined ? read(answered) : { ...read(answered), defaulted }
  }
  const say = (answered: Answered): Said =>
    answered instanceof InputError ? { refused: answered.message } : { answer: answer(answered) }
  const describeChoice = ({ value, isUnknown }: Choice, answered: Answered): ValueAnswer =>
    ({ value, ...(isUnknown && { unknown: isUnknown }), ...say(answered) })
  const describeTurn = ({ value, outcome, answered, plausible }: FoundTurn): Turn => ({
    value, outcome, answer: answer(answered),
    ...(plausible && { plausible: { value: plausible.value, answer: answer(plausible.answered) } })
  })
  return {
    curve(given, name, options) {
      const { field, exact, pieces, choices } = core.curve(check(given), name, options)
      return {
        field: field.name,
        exact,
        pieces: pieces.map(({ from, to, answered }) => ({ from, to, ...say(answered) })),
        values: choices.map(({ choice, answered }) => describeChoice(choice, answered))
      }
    },
    cheapest(given, options) {
      const { now, isReached, proven, found } = findCheapest(core, check(given), options)
      return {
        now,
        reached: isReached,
        proven,
        ...(found && {
          changes: found.changes.map(({ field, from, to, limit }) => ({ field: field.name, from, to, limit })),
          cost: found.cost,
          outcome: found.outcome,
          answer: answer(found.answered)
        })
      }
    },
    nearest(given, options) {
      const { now, isReached, fields } = findNearest(core, check(given), options)
      return {
        now,
        reached: isReached,
        fields: fields.map(({ field, exact, down, up, choices }) => ({
          field: field.name,
          exact,
          ...(down && { down: describeTurn(down) }),
          ...(up && { up: describeTurn(up) }),
          values: choices.map(({ choice, answered, outcome }) => ({ ...describeChoice(choice, answered), outcome }))
        }))
      }
    }
  }
}
