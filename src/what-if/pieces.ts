/** A field's span, cut into pieces in which the answer is the same. */
import type { Cuts } from './cuts.js'
import { countPlaces, middleOf, step } from './floats.js'
import type { RangeModel } from './range-model.js'

/** All float64 from one to another, both included. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** A span in which the answer is the same. */
export interface Piece extends Span {
  /** Whether that is proven. */
  readonly exact: boolean
}

/** Where the crossings of a span are expected if it has all of the span before: close to one of its ends. */
interface Near {
  readonly end: 'from' | 'to'
  /** So many places from there; 0 after a first guess. */
  readonly places: number
  /** How many they are. */
  readonly count: number
}

/** A span that is to be looked at. */
interface Pending extends Span {
  /** What may be crossed; undefined where its columns are not known yet. */
  readonly cuts: readonly Cuts[] | undefined
  readonly near?: Near | undefined
  /** Whether it is one of the samples of a span about which nothing can be proven. */
  readonly isSample?: boolean
}

/** A piece, with the place of its columns among the cuts where that is known. */
interface Found extends Piece {
  readonly cuts?: readonly Cuts[]
  readonly ranks?: Int32Array | undefined
}

/** Spans of so few numbers are halved: rounding makes steps of what would be a line. */
const SHORT = 32

/** Spans into which one is cut of which nothing can be proven. */
const SAMPLES = 128

/** Spans of a field that are looked at, at most: a second or two. */
const MOST_LOOKS = 400_000

/**
 * Cuts a span of a field into pieces. Neighbours may have the same answer.
 * @param model opened with the row whose field moves; opened with another one only when no more pieces are asked for
 * @param index of the field, whose values are numbers
 * @param isDown whether the pieces come from the highest to the lowest
 * @param cuts what may be crossed, where it is known; found when absent
 */
export function* findPieces(
  model: RangeModel, index: number, whole: Span, isDown: boolean, cuts?: readonly Cuts[]
): Generator<Piece, void> {
  const pending: Pending[] = [{ ...whole, cuts }]
  const slope = new Slope(model, index, whole)
  let looks = 0
  let last: Found | undefined
  for (let one = pending.pop(); one !== undefined; one = pending.pop()) {
    const found = look(one)
    if (Array.isArray(found)) pending.push(...isDown ? found : found.reverse())
    else if (last !== undefined && isSamePlace(last, found)) last = join(last, found)
    else {
      if (last !== undefined) yield last
      last = found
    }
  }
  if (last !== undefined) yield last

  /** A span without a crossing, or the parts of one that has some. */
  function look(one: Pending): Found | Pending[] {
    const { from, to } = one
    if (looks++ >= MOST_LOOKS) return { from, to, exact: false }
    const verdict = model.evaluate([{ index, from, to }])
    const exact = !model.takeGuess()
    if (verdict === 'refused') return { from, to, exact }
    if (verdict === 'unknown') return from < to ? halve(one) : { from, to, exact }
    return cutKnown(one, exact)
  }

  /** Of a span whose columns are known. */
  function cutKnown(one: Pending, exact: boolean): Found | Pending[] {
    const { from, to, cuts = model.listCuts() } = one
    const known = { ...one, cuts }
    if (!exact && one.isSample !== true) return sample(known)
    const crossing = model.findCrossing(cuts)
    if (crossing === undefined) return { from, to, exact, cuts, ranks: exact ? model.rank(cuts) : undefined }
    const { column, cut, count } = crossing
    const near = one.near?.count === count ? one.near : undefined
    if (near !== undefined && near.places > 0) return cutNear(known, near)
    const at = slope.find(column, cut, one, model.columnRange(column))
    // The second guess starts at an end that is close, and is off by less than the first one was.
    const places = near === undefined ? 0 : Math.max(2, Math.abs(countPlaces(at, one[near.end])))
    return cutAfter(known, at, { end: 'to', places, count }, { end: 'from', places, count })
  }
}

function isSamePlace(a: Found, b: Found): boolean {
  if (a.cuts === undefined || a.cuts !== b.cuts || a.ranks === undefined || b.ranks === undefined) return false
  const { ranks } = b
  return a.ranks.every((rank, column) => rank === ranks[column])
}

function join(a: Found, b: Found): Found {
  return { ...a, from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) }
}

/** Two parts, cut after a number. @param left where the crossings of the lower part are expected, if they are there */
function cutAfter(one: Pending, at: number, left?: Near, right?: Near): Pending[] {
  return [{ ...one, to: at, near: left }, { ...one, from: step(at, 1), near: right }]
}

function halve(one: Pending, near?: Near): Pending[] {
  return cutAfter(one, middleOf(one.from, one.to), near, near)
}

/** Cuts off the end at which the crossing is expected; if it is not there, more will be cut off of what is left. */
function cutNear(one: Pending, { end, places, count }: Near): Pending[] {
  const room = countPlaces(one.from, one.to)
  if (room <= SHORT) return halve(one, { end, places: Infinity, count })
  if (2 * places > room) return halve(one)
  const outside: Near = { end, places: places * 8, count }
  return end === 'to'
    ? cutAfter(one, step(one.to, -places - 1), outside)
    : cutAfter(one, step(one.from, places), undefined, outside)
}

/** Equal parts. */
function sample({ from, to, cuts }: Pending): Pending[] {
  const ends = Array.from({ length: SAMPLES }, (_, part) =>
    part === SAMPLES - 1 ? to : from / SAMPLES * (SAMPLES - 1 - part) + to / SAMPLES * (part + 1))
  const parts: Pending[] = []
  let next = from
  for (const end of ends) {
    if (end < next || end > to) continue
    parts.push({ from: next, to: end, cuts, isSample: true })
    next = step(end, 1)
  }
  return parts
}

/** Guesses where a column has a value, by a straight line between the ends of a range. */
class Slope {
  private readonly rises = new Map<number, boolean>()

  constructor(private readonly model: RangeModel, private readonly index: number, private readonly whole: Span) {}

  /** @returns a number of the range that is not its last */
  find(column: number, value: number, { from, to }: Span, { lo, hi }: { readonly lo: number,
    readonly hi: number }): number {
    const isRising = this.isRising(column)
    const [left, right] = isRising ? [value - lo, hi - value] : [hi - value, value - lo]
    const width = to - from
    const guess = left < right ? from + width * (left / (hi - lo)) : to - width * (right / (hi - lo))
    if (Number.isNaN(guess)) return middleOf(from, to)
    // The last number before the crossing.
    return guess > from ? step(Math.min(guess, to), -1) : from
  }

  private isRising(column: number): boolean {
    let rises = this.rises.get(column)
    if (rises === undefined) {
      const { from, to } = this.whole
      const [low, high] = [from, to].map(x => {
        this.model.evaluate([{ index: this.index, from: x, to: x }])
        return this.model.columnRange(column).lo
      })
      rises = !(low > high)
      this.rises.set(column, rises)
    }
    return rises
  }
}
