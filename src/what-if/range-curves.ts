/** Ranges of steps that are neither straight nor a comparison: powers, splines, and the cast to a byte. */
import type { StepOf } from '../dump/steps.js'
import type { Range } from './range-expression.js'

/**
 * More than rounding takes from `(x ** lambda - 1) / lambda`: what is subtracted may be nearly all of the power, and the
 * exponent of a large power is rounded itself.
 */
function errorOfPower(result: number, lambda: number): number {
  const own = Math.abs(result) * 2 ** -50 + 2 ** -1070
  if (Math.abs(lambda) < 1e-19) return own
  const raised = Math.abs(lambda * result + 1)
  const exponent = raised === 0 ? 0 : Math.abs(Math.log(raised))
  return own + (raised * (1 + exponent) + 1) * 2 ** -49 / Math.abs(lambda)
}

/** Gives the result of a power step the room that its rounding takes. */
export function changePower(step: StepOf<'power'>, column: number, range: Range): boolean {
  const lambda = step.lambdas[column]
  // Yeo and Johnson's results have the sign of what they were made of.
  const errorOf = (result: number) =>
    errorOfPower(result < 0 && step.method === 'yeo-johnson' ? -result : result,
      result < 0 && step.method === 'yeo-johnson' ? 2 - lambda : lambda)
  range.lo -= errorOf(range.lo)
  range.hi += errorOf(range.hi)
  return !Number.isNaN(range.lo) && !Number.isNaN(range.hi)
}

/** The low byte of an integer rises until it starts anew. */
export function castRange(range: Range, isNegativeMissing: boolean): boolean {
  const [low, high] = [Math.trunc(range.lo), Math.trunc(range.hi)]
  if (isNegativeMissing && range.lo < 0) return false
  if (high < -(2 ** 31) || low >= 2 ** 31) {
    range.lo = range.hi = 0
    return true
  }
  if (low < -(2 ** 31) || high >= 2 ** 31 || Math.floor(low / 256) !== Math.floor(high / 256)) return false
  range.lo = low & 0xff
  range.hi = high & 0xff
  return true
}

/** Puts the ranges of a column's splines into their slots; false where they are not known, undefined where it is refused. */
export type FindSplines = (
  a: number, b: number, lo: Float64Array, hi: Float64Array, slots: readonly number[]
) => boolean | undefined

/** The recurrence of the pipeline's own splines, in ranges. */
export function findSplines({ knots: t, degree, outside }: StepOf<'spline'>): FindSplines {
  const last = t.length - degree - 2
  const [least, most] = [t[degree], t[last + 1]]
  const own = Array.from({ length: degree + 1 }, (): Range => ({ lo: 0, hi: 0 }))
  const spanOf = (x: number) => {
    let at = degree
    while (at < last && x >= t[at + 1]) at++
    return at
  }
  return (a, b, lo, hi, slots) => {
    if (outside === 'error') {
      if (b < least || a > most) return undefined
      if (a < least || b > most) return false
    }
    const clamp = (x: number) => outside === 'constant' ? Math.min(Math.max(x, least), most) : x
    const [from, to] = [clamp(a), clamp(b)]
    const at = spanOf(from)
    // Each span between two knots has its own polynomials.
    if (spanOf(to) !== at) return false
    setRange(own[0], 1, 1)
    for (let j = 1; j <= degree; j++) {
      let left: Range = { lo: 0, hi: 0 }
      for (let n = 1; n <= j; n++) {
        const [above, below] = [t[at + n], t[at + n - j]]
        const before = { ...own[n - 1] }
        if (above === below) {
          setRange(own[n - 1], left.lo, left.hi)
          left = { lo: 0, hi: 0 }
          continue
        }
        const w = { lo: before.lo / (above - below), hi: before.hi / (above - below) }
        const down = multiply(w, above - to, above - from)
        setRange(own[n - 1], left.lo + down.lo, left.hi + down.hi)
        left = multiply(w, from - below, to - below)
      }
      setRange(own[j], left.lo, left.hi)
    }
    if (own.some(range => !Number.isFinite(range.lo) || !Number.isFinite(range.hi))) return false
    slots.forEach((slot, k) => {
      const { lo: low, hi: high } = own[k - at + degree] ?? { lo: 0, hi: 0 }
      lo[slot] = low
      hi[slot] = high
    })
    return true
  }
}

function setRange(range: Range, lo: number, hi: number): void {
  range.lo = lo
  range.hi = hi
}

function multiply({ lo, hi }: Range, from: number, to: number): Range {
  const corners = [lo * from, lo * to, hi * from, hi * to]
  return { lo: Math.min(...corners), hi: Math.max(...corners) }
}
