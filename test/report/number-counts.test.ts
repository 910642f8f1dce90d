/** Histograms of numbers that come one by one, held against a count of all of them. */
import t, { type Test } from 'tap'
import { NumberCounts } from '../../tools/report/data/number-counts.js'
import { makeRandom, nextFloat64, pickSeed } from '../helpers/forests.js'

const seed = pickSeed()
t.comment(`seed ${seed}`)
const random = makeRandom(seed)

function checkHistogram(t: Test, numbers: readonly number[], isShare = false): void {
  const counts = new NumberCounts()
  for (const number of numbers) counts.add(number)
  const { edges, counts: bins } = counts.histogram(isShare) ?? { edges: [], counts: [] }
  const isLast = (i: number) => i === bins.length - 1
  t.ok(bins.length > 0 && bins.length <= 24, `${bins.length} bins`)
  t.equal(edges.length, bins.length + 1)
  t.ok(edges.every(Number.isFinite), `edges ${edges[0]} to ${edges[bins.length]}`)
  t.strictSame(bins, bins.map((_, i) => numbers.filter(number =>
    number >= edges[i] && (number < edges[i + 1] || (isLast(i) && number === edges[i + 1]))).length))
  t.equal(counts.minimum, Math.min(...numbers))
  t.equal(counts.maximum, Math.max(...numbers))
  t.equal(counts.count, numbers.length)
  const mean = numbers.reduce((sum, number) => sum + number / numbers.length, 0)
  t.ok(Math.abs(counts.mean - mean) <= 1e-9 * Math.max(...numbers.map(Math.abs)))
}

const times = (count: number, make: (i: number) => number) => Array.from({ length: count }, (_, i) => make(i))

const SETS: Record<string, number[]> = {
  'tenths, whose quotients are rounded over edges': times(2000, i => (i % 100) / 10),
  'spread over many powers': times(9000, () => (random() - 0.5) * 10 ** Math.floor(random() * 12)),
  'whole numbers': times(500, () => Math.floor(random() * 7)),
  'far from 0': times(9000, () => 1e9 + random()),
  'tiny': times(6000, () => random() * 1e-15),
  'huge after small': [1e-9, 0.5, 1e300, -1e300],
  'the largest': [Number.MAX_VALUE, 1.7e308],
  'the ends of all': [Number.MAX_VALUE, -Number.MAX_VALUE],
  'the smallest': [-Number.MAX_VALUE, -1.7e308, -1.7e308],
  'zero first': [0, 1e12, 3],
  'one value': [2.5, 2.5]
}
for (const [name, numbers] of Object.entries(SETS)) t.test(name, async t => checkHistogram(t, numbers))

t.test('numbers at the edges of the narrowest cells', async t => {
  for (let i = 0; i < 300; i++) {
    const digits = Math.floor(random() * 18)
    const first = Math.floor(1e9 + random() * 8e9) * (random() < 0.5 ? -1 : 1)
    const edges = times(20, place => Number(`${first + place}e${9 - digits}`))
    checkHistogram(t, edges.flatMap(edge => [edge, nextFloat64(edge, false)]))
  }
})

t.test('shares have all of 0 to 1, and 1 itself', async t => {
  const shares = [...times(9000, random), ...times(101, i => i / 100)]
  checkHistogram(t, shares, true)
  const counts = new NumberCounts()
  counts.add(0.3)
  t.strictSame(counts.histogram(true), { edges: times(21, i => i * 5 / 100), counts: times(20, i => i === 6 ? 1 : 0) })
})

t.test('whole numbers have bins of whole numbers', async t => {
  const counts = new NumberCounts()
  for (const number of [0, 1, 2, 5]) counts.add(number)
  t.strictSame(counts.histogram(false)?.edges, [0, 1, 2, 3, 4, 5, 6])
})

t.test('no numbers have none', async t => {
  t.equal(new NumberCounts().histogram(true), undefined)
})
