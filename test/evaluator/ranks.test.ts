import t from 'tap'
import { compileRanks, positionOf, rankOf } from '../../src/evaluator/ranks.js'
import type { TreeDump } from '../../src/dump/dump.js'
import {
  listThresholds, makeForest, makeRandom, makeStump, nextFloat64, pickSeed, randomForest
} from '../helpers/forests.js'

function stumpsAt(thresholds: TreeDump['threshold']): TreeDump[] {
  return thresholds.map(threshold => makeStump({ threshold: [threshold, -2, -2] }))
}

t.test('a rank is the number of distinct thresholds to the left', async t => {
  const seed = pickSeed()
  t.comment(`seed ${seed}`)
  const random = makeRandom(seed)
  const wrong: string[] = []
  for (let i = 0; i < 100; i++) {
    const forest = randomForest(random)
    const ranks = compileRanks(forest)
    listThresholds(forest).forEach((all, f) => {
      const distinct = all.filter((threshold, k) => all.indexOf(threshold) === k)
      const near = distinct.flatMap(x => [x, nextFloat64(x, true), nextFloat64(x, false)])
      for (const x of [-1e300, 0, -0, 1e300, ...near]) {
        const rank = distinct.filter(threshold => forest.split === '<' ? threshold <= x : threshold < x).length
        const received = rankOf(ranks, f, x)
        if (received !== rank) wrong.push(`forest ${i}, feature ${f}: rank of ${x}: ${received} not ${rank}`)
      }
      for (const threshold of distinct) {
        const position = distinct.filter(other => other < threshold).length
        if (positionOf(ranks, f, threshold) !== position) wrong.push(`forest ${i}, feature ${f}: position of ${threshold}`)
      }
    })
  }
  t.same(wrong.slice(0, 3), [])
})

t.test('spans that overflow, vanish or are very uneven', async t => {
  const cases: Record<string, TreeDump['threshold']> = {
    'wider than the largest number': [-1.7e308, -1, 0, 1, 2, 3, 4, 5, 1.7e308],
    'narrower than the smallest normal number': [0, 5e-324, 1e-323, 1.5e-323, 2e-323, 2.5e-323],
    'all but one in a corner': [...Array.from({ length: 50 }, (_, i) => i * 1e-9), 1e9],
    'infinite at both ends': ['-Infinity', 1, 2, 3, 4, 5, 6, 'Infinity'],
    'nothing but infinities': ['-Infinity', 'Infinity'],
    'one': [3]
  }
  for (const [name, thresholds] of Object.entries(cases)) {
    const ranks = compileRanks(makeForest(stumpsAt(thresholds), { precision: 'float64' }))
    const sorted = thresholds.map(Number)
    const values = [-1.7e308, 1.7e308, ...sorted.flatMap(x => [x, nextFloat64(x, true), nextFloat64(x, false)])]
    for (const x of values) t.equal(rankOf(ranks, 0, x), sorted.filter(threshold => threshold < x).length, `${name}: ${x}`)
  }
})

t.test('a feature that no tree asks about has rank 0', async t => {
  const ranks = compileRanks(makeForest([makeStump()]))
  for (const x of [-1, 0, 1, NaN]) t.equal(rankOf(ranks, 1, x), 0)
})

t.test('NaN has rank 0', async t => {
  for (const split of ['<=', '<'] as const) {
    t.equal(rankOf(compileRanks(makeForest(stumpsAt([1, 2, 3, 4, 5, 6]), { split })), 0, NaN), 0)
  }
})
