/**
 * Expressions of ranges: between which numbers a value lies while columns lie between two numbers each. What one IEEE
 * operation computes never falls as its exact result rises, so that the ends of a range are computed from the ends of
 * others, with the operations of the pipeline itself. Functions that may be off by a unit in the last place are given
 * a little room.
 */
import { NUMPY_FUNCTIONS } from '../arithmetic/numpy-functions.js'
import { floorDivide, max, min, power, remainder, round } from '../arithmetic/python-functions.js'
import type { Expression } from '../dump/dump.js'

/** Numbers from `lo` to `hi`, or NaN and nothing else. A range of one number has it twice, -0 and 0 being different. */
export interface Range {
  lo: number
  hi: number
}

/**
 * Puts a value's range into `out`.
 * @returns whether it is known; the columns' ranges are too wide when it is not
 */
export type RangeOf = (lo: Float64Array, hi: Float64Array, out: Range) => boolean

type Unary = keyof typeof NUMPY_FUNCTIONS

/** Functions that never fall, and whether their last bit may. */
const RISING: Readonly<Partial<Record<Unary, 'exact' | 'nearly'>>> = {
  cbrt: 'nearly', ceil: 'exact', exp: 'nearly', exp2: 'nearly', expm1: 'nearly', float32: 'exact', floor: 'exact',
  log: 'nearly', log10: 'nearly', log1p: 'nearly', log2: 'nearly', rint: 'exact', sign: 'exact', sqrt: 'exact',
    trunc: 'exact'
}

/** Below these there is no value. */
const DOMAINS: Readonly<Partial<Record<Unary, number>>> = { log: 0, log10: 0, log2: 0, log1p: -1, sqrt: 0 }

/** More than the functions of the C library and of V8 are off, of a number's size. */
const ROOM = 2 ** -50

function isPoint({ lo, hi }: Range): boolean {
  return Object.is(lo, hi)
}

/** @returns whether there is a range, which a NaN at one of the ends is not */
function setRange(out: Range, a: number, b: number): boolean {
  if (Number.isNaN(a) || Number.isNaN(b)) return false
  out.lo = a < b ? a : b
  out.hi = a < b ? b : a
  return true
}

function setPoint(out: Range, x: number): boolean {
  out.lo = out.hi = x
  return true
}

/** Takes a range's ends further apart, by a share of their size. */
function widen(out: Range, room = ROOM): boolean {
  if (Number.isFinite(out.lo)) out.lo -= Math.abs(out.lo) * room + 2 ** -1070
  if (Number.isFinite(out.hi)) out.hi += Math.abs(out.hi) * room + 2 ** -1070
  return true
}

/** The range of a function of `out`, which is overwritten. */
export function applyRange(name: Unary, out: Range): boolean {
  const { lo, hi } = out
  const f = NUMPY_FUNCTIONS[name]
  if (isPoint(out)) return setPoint(out, f(lo))
  const domain = DOMAINS[name] ?? -Infinity
  if (hi < domain) return setPoint(out, NaN)
  if (lo < domain) return false
  const rising = RISING[name]
  if (rising !== undefined) return setRange(out, f(lo), f(hi)) && (rising === 'exact' || widen(out))
  if (name === 'reciprocal' && lo <= 0 && hi >= 0) return false
  // absolute and square have their least value at 0.
  if (name !== 'negative' && lo < 0 && hi > 0) return setRange(out, 0, max(f(lo), f(hi)))
  return setRange(out, f(lo), f(hi))
}

type Combine = (a: Range, b: Range, out: Range) => boolean

/** The least and the largest of what an operation makes of the ends, of which it never changes its direction. */
function atCorners(operate: (a: number, b: number) => number): Combine {
  return (a, b, out) => {
    const corners = [operate(a.lo, b.lo), operate(a.lo, b.hi), operate(a.hi, b.lo), operate(a.hi, b.hi)]
    return setRange(out, Math.min(...corners), Math.max(...corners))
  }
}

function holdsZero({ lo, hi }: Range): boolean {
  return lo <= 0 && hi >= 0
}

/** Of a quotient: there is none where the divisor passes 0, nor where 0 / 0 may be. */
function divides(operate: (a: number, b: number) => number): Combine {
  const corners = atCorners(operate)
  return (a, b, out) => holdsZero(b) && (!isPoint(b) || holdsZero(a)) ? false : corners(a, b, out)
}

/** @param known 1 or 0 where all of the numbers compare so, undefined where they differ */
function compares(known: (a: Range, b: Range) => 0 | 1 | undefined): Combine {
  return (a, b, out) => {
    const answer = known(a, b)
    return answer === undefined ? setRange(out, 0, 1) : setPoint(out, answer)
  }
}

const isLess = (a: Range, b: Range) => a.hi < b.lo ? 1 : a.lo >= b.hi ? 0 : undefined
const isAtMost = (a: Range, b: Range) => a.hi <= b.lo ? 1 : a.lo > b.hi ? 0 : undefined
const isEqual = (a: Range, b: Range) => a.hi < b.lo || a.lo > b.hi ? 0 : undefined

/** Its multiples cut the range into parts in which the remainder rises. */
const takeRemainder: Combine = (a, b, out) => {
  if (holdsZero(b) || !Number.isFinite(a.lo) || !Number.isFinite(a.hi)) return false
  const isInOnePart = isPoint(b) && (a.lo >= 0 || a.hi < 0) && floorDivide(a.lo, b.lo) === floorDivide(a.hi, b.lo)
  return isInOnePart ? setRange(out, remainder(a.lo, b.lo), remainder(a.hi, b.lo)) : setRange(out, Math.min(0,
    b.lo), Math.max(0, b.hi))
}

const raise: Combine = (a, b, out) => {
  if (a.lo >= 0) return atCorners(power)(a, b, out) && widen(out)
  if (!isPoint(b)) return false
  if (!Number.isInteger(b.lo)) return a.hi < 0 && a.lo > -Infinity ? setPoint(out, NaN) : false
  if (a.hi < 0) return atCorners(power)(a, b, out) && widen(out)
  if (b.lo < 0) return false
  const [low, high] = [power(a.lo, b.lo), power(a.hi, b.lo)]
  return setRange(out, b.lo % 2 === 0 ? 0 : low, max(low, high)) && widen(out)
}

type Binary = Exclude<Extract<Expression, readonly [unknown, unknown, unknown]>[0], 'if'>

/** What each operation makes of two numbers, and of two ranges that are no NaN. */
const BINARY: Readonly<Record<Binary, readonly [(a: number, b: number) => number, Combine]>> = {
  '+': [(a, b) => a + b, (a, b, out) => setRange(out, a.lo + b.lo, a.hi + b.hi)],
  '-': [(a, b) => a - b, (a, b, out) => setRange(out, a.lo - b.hi, a.hi - b.lo)],
  '*': [(a, b) => a * b, atCorners((a, b) => a * b)],
  '/': [(a, b) => a / b, divides((a, b) => a / b)],
  '//': [floorDivide, divides(floorDivide)],
  '%': [remainder, takeRemainder],
  '**': [power, raise],
  '<': [(a, b) => a < b ? 1 : 0, compares(isLess)],
  '<=': [(a, b) => a <= b ? 1 : 0, compares(isAtMost)],
  '>': [(a, b) => a > b ? 1 : 0, compares((a, b) => isLess(b, a))],
  '>=': [(a, b) => a >= b ? 1 : 0, compares((a, b) => isAtMost(b, a))],
  '==': [(a, b) => a === b ? 1 : 0, compares(isEqual)],
  '!=': [(a, b) => a !== b ? 1 : 0, compares((a, b) => isEqual(a, b) === 0 ? 1 : undefined)],
  min: [min, (a, b, out) => setRange(out, min(a.lo, b.lo), min(a.hi, b.hi))],
  max: [max, (a, b, out) => setRange(out, max(a.lo, b.lo), max(a.hi, b.hi))],
  round: [round, (a, b, out) => isPoint(b) && setRange(out, round(a.lo, b.lo), round(a.hi, b.lo))]
}

/** With a NaN, whose result does not depend on the other number, but for the smaller or larger of the two. */
function combineNaN(op: Binary, operate: (a: number, b: number) => number, a: Range, b: Range, out: Range): boolean {
  if (op === '**' || op === 'round') return false
  if ((op !== 'min' && op !== 'max') || Number.isNaN(a.lo)) return setPoint(out, operate(a.lo, b.lo))
  out.lo = a.lo
  out.hi = a.hi
  return true
}

/** @param slotOf index of a named column */
export function compileRangeExpression(expression: Expression, slotOf: (column: string) => number): RangeOf {
  if (typeof expression === 'number') return (_lo, _hi, out) => setPoint(out, expression)
  if (typeof expression === 'string') {
    const slot = slotOf(expression)
    return (lo, hi, out) => {
      out.lo = lo[slot]
      out.hi = hi[slot]
      return true
    }
  }
  const [a, b, c] = expression.slice(1).map(operand => compileRangeExpression(operand, slotOf))
  const x: Range = { lo: 0, hi: 0 }
  const y: Range = { lo: 0, hi: 0 }
  if (expression[0] === 'if') {
    return (lo, hi, out) => {
      if (!a(lo, hi, x)) return false
      // A NaN is not 0.
      if (!holdsZero(x)) return b(lo, hi, out)
      if (x.lo === 0 && x.hi === 0) return c(lo, hi, out)
      if (!b(lo, hi, x) || !c(lo, hi, y)) return false
      return setRange(out, min(x.lo, y.lo), max(x.hi, y.hi)) && !Number.isNaN(x.lo) && !Number.isNaN(y.lo)
    }
  }
  if (expression.length === 2) {
    const [name] = expression
    return (lo, hi, out) => a(lo, hi, out) && applyRange(name, out)
  }
  const [op] = expression
  const [operate, combine] = BINARY[op]
  return (lo, hi, out) => {
    if (!a(lo, hi, x) || !b(lo, hi, y)) return false
    if (isPoint(x) && isPoint(y)) return setPoint(out, operate(x.lo, y.lo))
    return Number.isNaN(x.lo) || Number.isNaN(y.lo) ? combineNaN(op, operate, x, y, out) : combine(x, y, out)
  }
}
