/** Even samples, bounded in number and in bytes. */
import t from 'tap'
import { Sample } from '../../tools/report/data/sample.js'

const MB = 1_000_000

t.test('each of many is kept as often as any other', async t => {
  const sample = new Sample<number>(2000)
  for (let i = 0; i < 100_000; i++) sample.add(50, () => i)
  const kept = sample.list()
  t.equal(new Set(kept).size, 2000)
  // Binomial: 1000 of them from each half, within six standard deviations.
  t.ok(Math.abs(kept.filter(i => i < 50_000).length - 1000) < 6 * Math.sqrt(500))
})

t.test('of long rows as many are kept as there is room for, evenly', async t => {
  const sample = new Sample<number>(2000)
  for (let i = 0; i < 10_000; i++) sample.add(MB, () => i)
  const kept = sample.list()
  t.equal(kept.length, 67)
  t.equal(new Set(kept).size, 67)
  t.ok(Math.abs(kept.filter(i => i < 5000).length - 33.5) < 6 * Math.sqrt(67 / 4))
})

t.test('one that is longer than that is kept when there is no other', async t => {
  const sample = new Sample<string>(10)
  sample.add(1000 * MB, () => 'long')
  t.strictSame(sample.list(), ['long'])
})
