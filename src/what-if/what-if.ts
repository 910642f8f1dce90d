/** "What would change this?": a model and a row, of which one field or several move. */
import type { Dump, ForestDump } from '../dump/dump.js'
import type { CompiledForest } from '../evaluator/compile.js'
import { InputError, type Row } from '../errors/input-error.js'
import type { Model, Prediction } from '../model/types.js'
import { fieldReader } from '../pipeline/inputs.js'
import { Clock } from './clock.js'
import { describeField, limitSpan, optionError, toWhole, type Choice, type Field } from './fields.js'
import { findPieces, type Piece, type Span } from './pieces.js'
import { answerTo, isSameAnswer, type Answered } from './probe.js'
import { RangeModel } from './range-model.js'

/** A span of a field and the answer to all of it. */
interface CurvePiece extends Span {
  readonly answered: Answered
}

/** How long an answer may take. */
export interface TimeOptions {
  /** Most milliseconds; unlimited when absent. */
  readonly maxMs?: number
}

export interface CurveOptions extends TimeOptions {
  /** Least and largest value, instead of the field's own. */
  readonly bounds?: readonly [number, number]
}

export interface FieldCurve {
  readonly field: Field
  /** Whether no other piece can be, by proof: else each answer is that of the piece's first number. */
  readonly exact: boolean
  /** From the lowest to the highest; empty for a field without numbers. Of a counted field, from integer to integer. */
  readonly pieces: readonly CurvePiece[]
  readonly choices: ReadonlyArray<{ readonly choice: Choice, readonly answered: Answered }>
}

/** A model whose fields move. Rows are those that its own check has passed. */
export class WhatIf {
  readonly ranges: RangeModel
  readonly clock = new Clock()
  readonly fields: readonly Field[]

  /**
   * @param dump of the model; its trees are not read
   * @param compiledOf the forests that the model walks
   */
  constructor(
    readonly model: Model, dump: Pick<Dump, 'inputs' | 'steps' | 'model' | 'golden'>,
    compiledOf: (forest: ForestDump) => CompiledForest
  ) {
    this.ranges = new RangeModel(dump, model.usedInputs, compiledOf, this.clock)
    const rows = dump.golden.map(({ input }) => input)
    this.fields = dump.inputs.flatMap((input, index) =>
      describeField(input, index, model.usedInputs.has(input.name), rows) ?? [])
  }

  /** @throws InputError for a name that is none of a field that can move */
  findField(name: unknown, option = 'field'): Field {
    const field = this.fields.find(one => one.name === name)
    if (field === undefined) throw optionError(option,
      `one of the fields ${this.fields.map(one => one.name).join(', ')}`, name)
    return field
  }

  /**
   * The answer to the row as it is.
   * @throws InputError as `Model.predict`, or for the option
   */
  open(row: Row, { maxMs = Infinity }: TimeOptions = {}): Prediction {
    if (!(typeof maxMs === 'number' && maxMs > 0)) throw optionError('maxMs', 'a number above 0', maxMs)
    this.clock.start(maxMs)
    const now = answerTo(this.model, row)
    if (now instanceof InputError) throw now
    return now
  }

  /**
   * The answer to a row in which some fields have other values.
   * @throws LateError
   */
  answerWith(row: Row, changes: Readonly<Record<string, unknown>>): Answered {
    this.clock.tick()
    return answerTo(this.model, { ...row, ...changes })
  }

  /** The number that a field counts as; undefined when it is none. */
  numberOf(row: Row, { name, fallback }: Field): number | undefined {
    const value = fieldReader(name)(row)
    if (typeof value === 'number' || typeof value === 'boolean') return Number(value)
    return value === undefined || value === null ? fallback : undefined
  }

  /** The pieces of a span of a field, from its lowest number on, or from its highest. */
  * listPieces(row: Row, { index }: Field, span: Span, isDown: boolean): Generator<Piece, void> {
    this.ranges.open(row)
    yield* findPieces(this.ranges, index, span, isDown)
  }

  /**
   * The answer as a function of one field, all others being as they are.
   * @throws InputError for an option, or a row that the model refuses; LateError
   */
  curve(row: Row, name: unknown, { bounds, ...time }: CurveOptions = {}): FieldCurve {
    const field = this.findField(name)
    this.open(row, time)
    const choices = field.choices.map(choice => ({ choice, answered: this.answerWith(row,
      { [field.name]: choice.value }) }))
    if (field.span === undefined) {
      if (bounds !== undefined) throw optionError('bounds', `none for ${field.name}, which is no number`, bounds)
      return { field, exact: true, pieces: [], choices }
    }
    const limited = limitSpan(field.span, bounds, 'bounds')
    const span = field.isWhole ? toWhole(limited) : limited
    if (span === undefined) throw optionError('bounds', `a whole number between them, which ${field.name} is`, bounds)
    const pieces: CurvePiece[] = []
    let exact = true
    for (const found of this.listPieces(row, field, span, false)) {
      exact &&= found.exact
      const piece = field.isWhole ? toWhole(found) : found
      if (piece === undefined) continue
      const answered = this.answerWith(row, { [field.name]: piece.from })
      const last = pieces.at(-1)
      if (last !== undefined && isSameAnswer(this.model, last.answered, answered)) {
        pieces[pieces.length - 1] = { ...last, to: piece.to }
      } else {
        pieces.push({ from: piece.from, to: piece.to, answered })
      }
    }
    return { field, exact, pieces, choices }
  }
}
