/**
 * Why a row's answer differs from that of a reference row: Shapley values of the game in which a field that is known
 * has the row's value, and one that is not has the reference's. Each coalition is a row that the whole model answers,
 * so that any number which it gives can be explained.
 */
import type { Row } from '../errors/input-error.js'

/** Fields that differ, up to which all coalitions are asked: 4,096 rows. */
const MOST_EXACT = 12

/** About how many rows are asked where there are too many coalitions. */
const BUDGET = 8192

interface ComparedField {
  readonly field: string
  readonly contribution: number
  /** Where coalitions were sampled. */
  readonly standardError?: number
}

/** The base and all contributions add up to the value. */
export interface Comparison {
  /** Of the reference row. */
  readonly base: number
  readonly value: number
  /** One per field that differs. */
  readonly contributions: readonly ComparedField[]
}

/**
 * @param fields of the model, which both rows have under these names; one that is absent is null
 * @param answer the number that is explained, of a row
 */
export function compareRows(
  row: Row, reference: Row, fields: readonly string[], answer: (row: Row) => number
): Comparison {
  const differing = fields.filter(field => !Object.is(row[field] ?? null, reference[field] ?? null))
  const mixed: Row = { ...reference }
  /** The answer where the fields that differ are known as `isKnown` says, by their index. */
  const ask = (isKnown: (index: number) => boolean) => {
    for (const [i, field] of differing.entries()) mixed[field] = (isKnown(i) ? row : reference)[field] ?? null
    return answer(mixed)
  }
  const share = differing.length <= MOST_EXACT ? shareExactly : shareSampled
  return {
    base: ask(() => false),
    value: ask(() => true),
    contributions: share(differing.length, ask).map((shared, i) => ({ field: differing[i], ...shared }))
  }
}

type Ask = (isKnown: (index: number) => boolean) => number

type Share = Omit<ComparedField, 'field'>

function shareExactly(n: number, ask: Ask): Share[] {
  const answers = Float64Array.from({ length: 2 ** n }, (_, known) => ask(i => (known >> i & 1) === 1))
  // Of a coalition without the player: 1 / (n times the number of coalitions of its size).
  const weights = [1 / n]
  for (let size = 1; size < n; size++) weights.push(weights[size - 1] * size / (n - size))
  return Array.from({ length: n }, (_, player) => {
    let contribution = 0
    for (let known = 0; known < answers.length; known++) {
      if ((known >> player & 1) === 1) continue
      contribution += weights[countBits(known)] * (answers[known | 1 << player] - answers[known])
    }
    return { contribution }
  })
}

function countBits(mask: number): number {
  let count = 0
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++
  return count
}

/** Random orders in which fields become known, each with its reverse, which evens out what comes early or late. */
function shareSampled(n: number, ask: Ask): Share[] {
  const random = makeRandom()
  const nPairs = Math.max(16, Math.floor(BUDGET / (2 * n)))
  const sums = new Float64Array(n)
  const squares = new Float64Array(n)
  const order = Array.from({ length: n }, (_, i) => i)
  const known = new Uint8Array(n)
  const gains = new Float64Array(n)
  for (let pair = 0; pair < nPairs; pair++) {
    for (let i = n - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1))
      const other = order[i]
      order[i] = order[j]
      order[j] = other
    }
    gains.fill(0)
    for (let turn = 0; turn < 2; turn++) {
      known.fill(0)
      let before = ask(() => false)
      for (const player of order) {
        known[player] = 1
        const after = ask(i => known[i] === 1)
        gains[player] += (after - before) / 2
        before = after
      }
      order.reverse()
    }
    for (let player = 0; player < n; player++) {
      sums[player] += gains[player]
      squares[player] += gains[player] ** 2
    }
  }
  return Array.from(sums, (sum, player) => {
    const contribution = sum / nPairs
    const variance = Math.max(0, squares[player] / nPairs - contribution ** 2)
    return { contribution, standardError: Math.sqrt(variance / (nPairs - 1)) }
  })
}

/** Numbers from 0 up to 1, the same ones each time: an answer does not change when it is asked for again (xorshift). */
function makeRandom(): () => number {
  let state = 0x9e3779b9
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}
