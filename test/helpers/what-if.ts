/** Curves and nearest changes, held against the model itself. */
import { createModel, type Answer, type Model } from '../../library/index.js'
import { createWhatIf, InputError, type Curve, type InputRow, type Nearest, type WhatIf } from '../../library/what-if.js'
import type { Dump } from '../../src/dump/dump.js'
import { randomInteger, type Random } from './forests.js'
import { nextFloat64 } from './forests.js'

interface Asserts {
  fail(message: string): void
}

/** A model with its what-if, and numbers that its fields may have. */
export class Checked {
  readonly model: Model
  readonly whatIf: WhatIf

  constructor(readonly dump: Dump, private readonly t: Asserts, readonly name: string) {
    this.model = createModel(dump)
    this.whatIf = createWhatIf(dump)
  }

  answer(row: InputRow): Answer | undefined {
    try {
      return this.model.predict(row)
    } catch (error) {
      if (error instanceof InputError || (error instanceof Error && error.name === 'InputError')) return undefined
      throw error
    }
  }

  /** A golden row, of whose fields some are those of other rows. */
  randomRow(random: Random): Record<string, unknown> {
    const { golden } = this.dump
    const pick = () => golden[randomInteger(random, 0, golden.length - 1)].input
    const row: Record<string, unknown> = { ...pick() }
    for (const name of Object.keys(row)) if (random() < 0.5) row[name] = pick()[name] ?? row[name]
    return row
  }

  /** Numbers around which something may happen: those of golden rows and beside them, and any others. */
  listNumbers(field: string, random: Random): number[] {
    const values = this.dump.golden.map(({ input }) => input[field]).filter(value => typeof value === 'number')
    const low = Math.min(0, ...values)
    const high = Math.max(1, ...values)
    const drawn = Array.from({ length: 40 }, () => low + (high - low) * random())
    return [...values.slice(0, 30).flatMap(value => [value, nextFloat64(value, true), nextFloat64(value, false)]), ...drawn]
  }

  /** @returns the curve, whose answers are the model's own at all of its ends and at many numbers within */
  checkCurve(row: InputRow, field: string, numbers: readonly number[], isWhole: boolean): Curve {
    const { t, name, whatIf } = this
    const curve = whatIf.curve(row, field)
    const same = (x: number | string | boolean | null, said: { readonly answer?: Answer }) =>
      JSON.stringify(this.answer({ ...row, [field]: x })) === JSON.stringify(said.answer)
    const where = `${name}, ${field} of ${JSON.stringify(row)}`
    for (const value of curve.values) if (!same(value.value, value)) t.fail(`${where}: the answer to ${value.value}`)
    for (const [i, piece] of curve.pieces.entries()) {
      if (!same(piece.from, piece)) t.fail(`${where}: the answer to ${piece.from}`)
      if (curve.exact && !same(piece.to, piece)) t.fail(`${where}: the answer to ${piece.to}`)
      const next = curve.pieces.at(i + 1)
      if (next === undefined) break
      const after = isWhole ? piece.to + Math.max(1, Math.abs(nextFloat64(piece.to, true) - piece.to)) : nextFloat64(piece.to, true)
      if (after !== next.from) t.fail(`${where}: nothing between ${piece.to} and ${next.from}`)
      if (curve.exact && same(piece.to, next)) t.fail(`${where}: nothing happens at ${next.from}`)
    }
    if (!curve.exact) return curve
    for (const x of isWhole ? numbers.filter(Number.isInteger) : numbers) {
      const piece = curve.pieces.find(({ from, to }) => from <= x && x <= to)
      if (piece !== undefined && !same(x, piece)) t.fail(`${where}: the answer to ${x}`)
    }
    return curve
  }

  /** @returns how many turns there were, each of which changes the answer, and the float64 before it does not */
  checkNearest(row: InputRow, nearest: Nearest, outcomeOf: (answer: Answer | undefined) => unknown): number {
    const { t, name } = this
    let turns = 0
    if (nearest.now !== outcomeOf(this.answer(row))) t.fail(`${name}: the outcome of ${JSON.stringify(row)}`)
    for (const { field, down, up, values } of nearest.fields) {
      const where = `${name}, ${field} of ${JSON.stringify(row)}`
      const outcomeAt = (x: unknown) => outcomeOf(this.answer({ ...row, [field]: x }))
      for (const [turn, isUp] of [[down, false], [up, true]] as const) {
        if (turn === undefined) continue
        turns++
        const { value, outcome, plausible } = turn
        if (outcome === nearest.now || outcomeAt(value) !== outcome) t.fail(`${where}: ${value} does not change it`)
        const before = outcomeAt(nextFloat64(value, !isUp))
        if (before !== nearest.now && before !== undefined) t.fail(`${where}: ${nextFloat64(value, !isUp)} changes it before ${value}`)
        if (plausible !== undefined && outcomeAt(plausible.value) === nearest.now) t.fail(`${where}: ${plausible.value} does not change it`)
        if (plausible !== undefined && (isUp ? plausible.value < value : plausible.value > value)) t.fail(`${where}: ${plausible.value} is nearer than ${value}`)
      }
      for (const { value, outcome } of values) {
        if (outcome === nearest.now || outcomeAt(value) !== outcome) t.fail(`${where}: ${value} does not change it`)
      }
    }
    return turns
  }
}
