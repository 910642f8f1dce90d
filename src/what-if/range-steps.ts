/**
 * Steps of ranges: what a step makes of columns that lie between two numbers each. Steps that never change their
 * direction are run at both ends, by the pipeline's own code.
 */
import { NORMS } from '../pipeline/norms.js'
import { missingTest } from '../pipeline/impute-steps.js'
import type { Unit } from '../pipeline/column-table.js'
import type { Step, StepOf } from '../dump/steps.js'
import { compileSums } from '../arithmetic/sums.js'
import { InputError, type Row } from '../errors/input-error.js'
import { applyRange, compileRangeExpression, type Range } from './range-expression.js'
import { castRange, changePower, findSplines } from './range-curves.js'

/**
 * What is known of all rows of a range: where their columns lie, nothing, so that the range has to be cut, or that they
 * are refused.
 */
export type Verdict = 'known' | 'unknown' | 'refused'

/** What rules tell of themselves. */
export interface RangeNotes {
  /** Set where a range was taken for what lies between its ends, without proof. */
  isGuess: boolean
}

/** Changes the ends of the columns' ranges. */
export type RangeRule = (lo: Float64Array, hi: Float64Array, row: Row) => Verdict

/** What a rule is compiled against. */
export interface RangeContext {
  readonly slotOf: (column: string) => number
  readonly notes: RangeNotes
  /**
   * Whether a predictor among the steps answers the same to all of a range, which is then known, or changes with it
   * from number to number.
   */
  readonly decidePredict: (step: StepOf<'predict'>) => (lo: Float64Array, hi: Float64Array) => Verdict | 'smooth'
}

function isPointAt(lo: Float64Array, hi: Float64Array, slot: number): boolean {
  return Object.is(lo[slot], hi[slot])
}

function areAllPoints(lo: Float64Array, hi: Float64Array, slots: readonly number[]): boolean {
  for (let i = 0; i < slots.length; i++) if (!isPointAt(lo, hi, slots[i])) return false
  return true
}

/** Whether any of some numbers lies in a range. */
function holdsAny(lo: number, hi: number, numbers: readonly number[]): boolean {
  for (let i = 0; i < numbers.length; i++) if (numbers[i] >= lo && numbers[i] <= hi) return true
  return false
}

/** @returns whether the unit took the row */
function runAt(unit: Unit, columns: Float64Array, row: Row): boolean {
  try {
    unit.apply(columns, row)
    return true
  } catch (error) {
    if (error instanceof InputError) return false
    throw error
  }
}

/** Of columns that are the same in the whole range. */
function runAtPoint(unit: Unit, lo: Float64Array, hi: Float64Array, row: Row): Verdict {
  if (!runAt(unit, lo, row)) return 'refused'
  for (const slot of unit.writes) hi[slot] = lo[slot]
  return 'known'
}

/**
 * The rule of a step that changes columns in place, each by a function that rises or falls all along.
 * @param room added to a range after that; undefined where the function is exact
 */
function runAtEnds(unit: Unit, room?: (range: Range, slot: number) => boolean): RangeRule {
  const wasPoint = new Uint8Array(unit.writes.length)
  const range: Range = { lo: 0, hi: 0 }
  return (lo, hi, row) => {
    const { writes } = unit
    for (let i = 0; i < writes.length; i++) wasPoint[i] = Number(isPointAt(lo, hi, writes[i]))
    if (!runAt(unit, lo, row) || !runAt(unit, hi, row)) return 'unknown'
    for (let i = 0; i < writes.length; i++) {
      if (wasPoint[i] === 1) continue
      const slot = writes[i]
      const [a, b] = [lo[slot], hi[slot]]
      if (Number.isNaN(a) || Number.isNaN(b)) return 'unknown'
      range.lo = a < b ? a : b
      range.hi = a < b ? b : a
      if (room?.(range, slot) === false) return 'unknown'
      lo[slot] = range.lo
      hi[slot] = range.hi
    }
    return 'known'
  }
}

/** The rule of a step that treats each of its columns by itself. */
function eachColumn(
  unit: Unit, slots: readonly number[], change: (range: Range, i: number, slot: number) => Verdict
): RangeRule {
  const range: Range = { lo: 0, hi: 0 }
  const points = new Float64Array(slots.length)
  return (lo, hi, row) => {
    const before = slots.map(slot => [lo[slot], hi[slot]])
    // The columns that do not move are changed by the step itself.
    if (!runAt(unit, lo, row)) return 'unknown'
    for (let i = 0; i < slots.length; i++) points[i] = lo[slots[i]]
    for (let i = 0; i < slots.length; i++) {
      const [a, b] = before[i]
      if (Object.is(a, b)) {
        lo[slots[i]] = hi[slots[i]] = points[i]
        continue
      }
      range.lo = a
      range.hi = b
      const verdict = change(range, i, slots[i])
      if (verdict !== 'known') return verdict
      lo[slots[i]] = range.lo
      hi[slots[i]] = range.hi
    }
    return 'known'
  }
}

const known = (isKnown: boolean): Verdict => isKnown ? 'known' : 'unknown'

function toPoint(range: Range, x: number): Verdict {
  range.lo = range.hi = x
  return 'known'
}

/** What takes the place of a missing value changes nothing where none is missing. */
function keepPresent(unit: Unit, { missing }: { missing?: number | undefined }): RangeRule {
  return eachColumn(unit, unit.writes, ({ lo, hi }) => known(missing === undefined || missing < lo || missing > hi))
}

type Rules = { readonly [Op in Step['op']]: (step: StepOf<Op>, unit: Unit, context: RangeContext) => RangeRule }

const RULES: Rules = {
  apply: ({ function: name }, unit) => eachColumn(unit, unit.writes, range => known(applyRange(name, range))),
  bin: ({ slack }, unit, { notes }) => {
    const rule = runAtEnds(unit)
    return (lo, hi, row) => {
      // Below 0 the slack falls while the value rises, and its last bit with it.
      if (slack === true && unit.reads.some(slot => lo[slot] < 0 && !isPointAt(lo, hi, slot))) notes.isGuess = true
      return rule(lo, hi, row)
    }
  },
  check: (_, { reads: [slot] }) => (lo, hi) => known(Number.isFinite(lo[slot]) && Number.isFinite(hi[slot])),
  clip: (_, unit) => runAtEnds(unit),
  combine: (_, { reads, writes: [target] }) => (lo, hi) => {
    // Only integers have a place, and each its own.
    const isNone = reads.some(slot => !isPointAt(lo, hi, slot) && Math.ceil(lo[slot]) > hi[slot])
    if (!isNone) return 'unknown'
    lo[target] = hi[target] = -1
    return 'known'
  },
  derive: ({ expression }, { writes: [target] }, { slotOf }) => {
    const rangeOf = compileRangeExpression(expression, slotOf)
    const range: Range = { lo: 0, hi: 0 }
    return (lo, hi) => {
      if (!rangeOf(lo, hi, range)) return 'unknown'
      lo[target] = range.lo
      hi[target] = range.hi
      return 'known'
    }
  },
  impute: (step, unit) => keepPresent(unit, step),
  'is-missing': ({ missing }, { reads: [source], writes: [target] }) => (lo, hi) => {
    if (missing !== undefined && missing >= lo[source] && missing <= hi[source]) return 'unknown'
    lo[target] = hi[target] = 0
    return 'known'
  },
  'knn-impute': ({ missing }, unit, { notes }) => {
    const isMissing = missingTest(missing)
    const rule = runAtEnds(unit)
    return (lo, hi, row) => {
      const isMoving = (slot: number) => !isPointAt(lo, hi, slot)
      if (missing !== undefined && unit.reads.some(slot => isMoving(slot) && missing >= lo[slot] && missing <= hi[slot])) {
        return 'unknown'
      }
      // Who the neighbours of a row with gaps are changes with its values.
      if (!unit.reads.some(slot => !isMoving(slot) && isMissing(lo[slot]))) return 'known'
      notes.isGuess = true
      // The gaps move with what is beside them, and their ends are those of the range.
      const before = unit.reads.map(slot => [lo[slot], hi[slot]])
      const verdict = rule(lo, hi, row)
      unit.reads.forEach((slot, i) => {
        if (isMissing(before[i][0])) [lo[slot], hi[slot]] = [Math.min(lo[slot], hi[slot]), Math.max(lo[slot], hi[slot])]
      })
      return verdict
    }
  },
  lookup: ({ values, unknown }, { writes: [slot] }) => (lo, hi) => {
    if (holdsAny(lo[slot], hi[slot], values)) return 'unknown'
    if (unknown === undefined) return 'refused'
    lo[slot] = hi[slot] = Number(unknown)
    return 'known'
  },
  multiply: (_, unit) => runAtEnds(unit),
  normalize: ({ norm: name, smallest }, { writes: slots }) => {
    const norm = NORMS[name]
    const [least, most] = [new Float64Array(slots.length), new Float64Array(slots.length)]
    return (lo, hi) => {
      slots.forEach((slot, i) => {
        const [a, b] = [lo[slot], hi[slot]]
        least[i] = a <= 0 && b >= 0 ? 0 : Math.min(Math.abs(a), Math.abs(b))
        most[i] = Math.max(Math.abs(a), Math.abs(b))
      })
      const [shortest, longest] = [norm(least), norm(most)]
      if (longest < smallest) return 'known'
      if (!(shortest >= smallest && shortest > 0 && longest < Infinity)) return 'unknown'
      for (const slot of slots) {
        const [a, b] = [lo[slot], hi[slot]]
        lo[slot] = a / (a < 0 ? shortest : longest)
        hi[slot] = b / (b < 0 ? longest : shortest)
      }
      return 'known'
    }
  },
  'one-hot': ({ values }, { reads: [source], writes }) => (lo, hi) => {
    if (holdsAny(lo[source], hi[source], values)) return 'unknown'
    for (const slot of writes) lo[slot] = hi[slot] = 0
    return 'known'
  },
  power: (step, unit, { notes }) => {
    const places = new Map(unit.writes.map((slot, i) => [slot, i]))
    const rule = runAtEnds(unit, (range, slot) => changePower(step, places.get(slot) ?? 0, range))
    return (lo, hi, row) => {
      if (step.formula === 'cephes') notes.isGuess = true
      if (step.method === 'yeo-johnson') return rule(lo, hi, row)
      if (unit.writes.some(slot => hi[slot] <= 0)) return 'refused'
      return unit.writes.some(slot => lo[slot] <= 0) ? 'unknown' : rule(lo, hi, row)
    }
  },
  predict: (step, unit, { decidePredict, notes }) => {
    const decide = decidePredict(step)
    return (lo, hi, row) => {
      const verdict = decide(lo, hi)
      if (verdict === 'known') return runAtPoint(unit, lo, hi, row)
      if (verdict !== 'smooth') return verdict
      notes.isGuess = true
      if (!runAt(unit, lo, row) || !runAt(unit, hi, row)) return 'unknown'
      for (const slot of unit.writes) [lo[slot], hi[slot]] = [Math.min(lo[slot], hi[slot]), Math.max(lo[slot], hi[slot])]
      return 'known'
    }
  },
  project: ({ components, mean, centred, scale }, { reads, writes }) => {
    const centre = centred === 'after' ? mean : undefined
    const shift = centre === undefined ? mean : undefined
    const row = new Float64Array(reads.length)
    const made = new Float64Array(1)
    const sums = components.map(component => compileSums({ coef: [component], centre }))
    // A sum never falls as one of its products rises.
    const sumAt = (k: number, from: Float64Array, to: Float64Array) => {
      reads.forEach((slot, i) => {
        const x = (components[k][i] < 0 ? to : from)[slot]
        row[i] = shift === undefined ? x : x - shift[i]
      })
      sums[k](row, made)
      return made[0]
    }
    return (lo, hi) => {
      for (let k = 0; k < writes.length; k++) {
        const divisor = scale?.[k] ?? 1
        const ends = [sumAt(k, lo, hi) / divisor, sumAt(k, hi, lo) / divisor]
        if (ends.some(Number.isNaN)) return 'unknown'
        lo[writes[k]] = Math.min(...ends)
        hi[writes[k]] = Math.max(...ends)
      }
      return 'known'
    }
  },
  quantile: ({ distribution }, unit, { notes }) => {
    const rule = runAtEnds(unit, range => {
      // Interpolated ranks, from 0 to 1, have a rounded slope.
      range.lo -= 2 ** -51
      range.hi += 2 ** -51
      return true
    })
    return (lo, hi, row) => {
      // The normal quantile's last bits are not known to rise.
      if (distribution === 'normal') notes.isGuess = true
      return rule(lo, hi, row)
    }
  },
  replace: (_, { reads: [target, source, flag] }) => (lo, hi) => {
    if (isPointAt(lo, hi, flag) ? lo[flag] !== 1 : lo[flag] > 1 || hi[flag] < 1) return 'known'
    if (!isPointAt(lo, hi, flag)) return 'unknown'
    lo[target] = lo[source]
    hi[target] = hi[source]
    return 'known'
  },
  scale: (_, unit) => runAtEnds(unit),
  spline: (step, { reads: [source], writes }) => {
    const find = findSplines(step)
    return (lo, hi) => {
      const verdict = find(lo[source], hi[source], lo, hi, writes)
      return verdict === undefined ? 'refused' : known(verdict)
    }
  },
  threshold: (_, unit) => runAtEnds(unit),
  'to-uint8': ({ negative }, unit) => eachColumn(unit, unit.writes, range => {
    if (negative === 'missing' && range.hi < 0) return toPoint(range, NaN)
    return known(castRange(range, negative === 'missing'))
  }),
  // Texts do not move.
  vectorize: (_, unit) => (lo, hi, row) => runAtPoint(unit, lo, hi, row),
  'zero-to-missing': ({ threshold }, unit) => eachColumn(unit, unit.writes, range => {
    if (range.lo > threshold || range.hi < -threshold) return 'known'
    return range.lo >= -threshold && range.hi <= threshold ? toPoint(range, NaN) : 'unknown'
  })
}

/** @param unit of the step, or one of those that it is made of */
export function compileRangeRule<Op extends Step['op']>(
  step: StepOf<Op> & { op: Op }, unit: Unit, context: RangeContext
): RangeRule {
  const compile = RULES[step.op] as (step: StepOf<Op>, unit: Unit, context: RangeContext) => RangeRule
  const rule = compile(step, unit, context)
  return (lo, hi, row) => areAllPoints(lo, hi, unit.reads) ? runAtPoint(unit, lo, hi, row) : rule(lo, hi, row)
}
