/** Comparisons with a reference row: by their definition, where that is known without asking all coalitions. */
import t from 'tap'
import { compareRows } from '../../src/explain/reference.js'
import { makeRandom, pickSeed } from '../helpers/forests.js'

type Row = Record<string, number | null>

const namesOf = (n: number) => Array.from({ length: n }, (_, i) => `x${i}`)

const sumOf = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0)

t.test('Shapley values by their definition: the mean over all orders', async t => {
  const seed = pickSeed()
  t.comment(`TEST_SEED=${seed}`)
  const random = makeRandom(seed)
  for (const n of [0, 1, 2, 3, 5]) {
    const fields = namesOf(n)
    const row = Object.fromEntries(fields.map(name => [name, 1]))
    const reference = Object.fromEntries(fields.map(name => [name, 0]))
    const worths = Array.from({ length: 2 ** n }, () => random())
    const answer = (mixed: Record<string, unknown>) => worths[sumOf(fields.map((name, i) => Number(mixed[name]) << i))]
    const orders = (rest: readonly number[]): number[][] => rest.length === 0 ? [[]]
      : rest.flatMap(first => orders(rest.filter(i => i !== first)).map(order => [first, ...order]))
    const all = orders([...fields.keys()])
    const expected = fields.map((_, player) => sumOf(all.map(order => {
      const before = sumOf(order.slice(0, order.indexOf(player)).map(i => 1 << i))
      return worths[before | 1 << player] - worths[before]
    })) / all.length)
    const { base, value, contributions } = compareRows(row, reference, fields, answer)
    t.ok(Object.is(base, worths[0]))
    t.ok(Object.is(value, worths[2 ** n - 1]))
    t.strictSame(contributions.map(({ field }) => field), fields)
    const errors = contributions.map(({ contribution }, i) => Math.abs(contribution - expected[i]))
    t.ok(Math.max(0, ...errors) < 1e-12, String(errors))
  }
})

t.test('fields that do not differ are nobody; absent is null', async t => {
  const row: Row = { a: 1, b: 2, c: null }
  const { contributions } = compareRows(row, { a: 1, b: 3 }, ['a', 'b', 'c'], ({ b }) => Number(b))
  t.strictSame(contributions, [{ field: 'b', contribution: -1 }])
})

t.test('more fields than coalitions can be asked of are sampled, with an honest error', async t => {
  const fields = namesOf(16)
  const row = Object.fromEntries(fields.map((name, i) => [name, i + 1]))
  const reference = Object.fromEntries(fields.map(name => [name, 0]))
  const exact = compareRows(row, reference, fields, mixed => sumOf(Object.values(mixed).map(Number)))
  for (const [i, { contribution, standardError = NaN }] of exact.contributions.entries()) {
    t.ok(Math.abs(contribution - (i + 1)) < 1e-9, 'a sum has no error')
    t.ok(standardError < 1e-6)
  }
  // A product of three fields is shared equally among them; another three are added.
  let asked = 0
  const answer = (mixed: Record<string, unknown>) => {
    asked++
    return Number(mixed.x0) * Number(mixed.x1) * Number(mixed.x2) + Number(mixed.x3)
  }
  const { base, value, contributions } = compareRows(row, reference, fields, answer)
  t.ok(asked < 10_000, `${asked}`)
  t.ok(Math.abs(sumOf(contributions.map(({ contribution }) => contribution)) - (value - base)) < 1e-9)
  for (const { contribution, standardError = NaN } of contributions.slice(0, 3)) {
    t.ok(standardError > 0 && standardError < 0.5, `${standardError}`)
    t.ok(Math.abs(contribution - 2) < 5 * standardError, `${contribution} ± ${standardError}`)
  }
  const again = compareRows(row, reference, fields, answer)
  t.strictSame(again.contributions, contributions, 'the same again')
})
