import t from 'tap'
import { compileForest } from '../../src/evaluator/compile.js'
import type { ForestDump } from '../../src/dump/dump.js'
import { predictReference } from '../../src/evaluator/reference.js'
import { validateForest } from '../../src/dump/validate.js'
import { predictRow, predictRows } from '../../src/evaluator/walk.js'
import { firstDifference } from '../helpers/bits.js'
import { makeForest, makeLeaf, makeRandom, pickSeed, randomForest, randomRows } from '../helpers/forests.js'

/** A forest as XGBoost makes them: every tree adds to one output. */
const FLOAT32: Partial<ForestDump> = { leaves: 'values', aggregate: 'sum', accumulate: 'float32' }

function predict(forest: ForestDump): number[] {
  validateForest(forest)
  const out = new Float64Array(forest.nOutputs)
  predictRow(compileForest(forest), Float64Array.of(0, 0), out)
  return [...out]
}

t.test('float32 sums are rounded at every tree, from the base', async t => {
  const base = Math.fround(0.3)
  const values = [0.1, 1e-9, 16777216, 1, 1, -16777216, 0.7, 1 / 3, 1e-40].map(Math.fround)
  const expected = Float32Array.of(base)
  for (const value of values) expected[0] += value
  t.not(expected[0], values.reduce((sum, value) => sum + value, base), 'float64 would not do')
  for (const nOutputs of [1, 2, 3, 4, 5, 16]) {
    for (const c of [0, nOutputs - 1]) {
      const trees = values.map(value => ({ ...makeLeaf(value), output: c }))
      const bases = Array.from({ length: nOutputs }, (_, i) => i === c ? base : i)
      const forest = makeForest(trees, { ...FLOAT32, nOutputs, base: bases })
      const wanted = bases.map((start, i) => i === c ? expected[0] : start)
      t.equal(firstDifference(predict(forest), wanted), -1, `output ${c} of ${nOutputs}`)
      t.equal(firstDifference(predictReference(forest, [0, 0]), wanted), -1, `reference, output ${c} of ${nOutputs}`)
    }
  }
})

t.test('a float32 mean is rounded once more', async t => {
  const trees = [0.1, 0.2, 0.4].map(value => makeLeaf(Math.fround(value)))
  const sum = Math.fround(Math.fround(Math.fround(0.1) + Math.fround(0.2)) + Math.fround(0.4))
  for (const nOutputs of [1, 7]) {
    const forest = makeForest(trees, { ...FLOAT32, aggregate: 'mean', nOutputs })
    t.equal(predict(forest)[0], Math.fround(sum / 3))
    t.equal(predictReference(forest, [0, 0])[0], Math.fround(sum / 3))
  }
})

t.test('random forests with float32 sums: the bits of the reference', async t => {
  const seed = pickSeed()
  t.comment(`seed ${seed}`)
  const random = makeRandom(seed)
  const nRows = 10
  const wrong: string[] = []
  for (let i = 0; i < 150; i++) {
    const forest: ForestDump = { ...randomForest(random), ...FLOAT32, aggregate: random() < 0.2 ? 'mean' : 'sum' }
    // The helper's leaves: shares of classes, here any numbers; a mere number is added to the tree's output.
    for (const tree of forest.trees) {
      tree.output = Math.floor(random() * forest.nOutputs)
      tree.value = tree.value.map(leaf => typeof leaf === 'number'
        ? Math.fround(random() - 0.5)
        : leaf.map((number, k) => k % 2 === 0 ? number : Math.fround(number - 0.4)))
    }
    if (random() < 0.7) forest.base = Array.from({ length: forest.nOutputs }, () => Math.fround(random()))
    validateForest(forest)
    const compiled = compileForest(forest)
    const { nFeatures, nOutputs } = compiled
    const rows = randomRows(random, forest, nRows)
    const all = new Float64Array(nRows * nOutputs).fill(NaN)
    predictRows(compiled, rows, nRows, all)
    for (let r = 0; r < nRows; r++) {
      const expected = predictReference(forest, rows.slice(r * nFeatures, (r + 1) * nFeatures))
      const received = all.subarray(r * nOutputs, (r + 1) * nOutputs)
      if (expected.some(value => !Object.is(value, Math.fround(value)))) wrong.push(`forest ${i}: no float32`)
      if (firstDifference(received, expected) < 0) continue
      wrong.push(`forest ${i}, row ${r}: ${received.join()} not ${expected.join()}`)
    }
  }
  t.same(wrong.slice(0, 3), [])
})

t.test('trees of pure leaves are counted, with the bits of the reference', async t => {
  const seed = pickSeed()
  t.comment(`seed ${seed}`)
  const random = makeRandom(seed)
  for (const nOutputs of [5, 16, 1024, 1025]) {
    for (const accumulate of [{}, { accumulate: 'float32' }] as const) {
      const nTrees = 1 + Math.floor(random() * 40)
      const trees = Array.from({ length: nTrees }, () => makeLeaf(Math.floor(random() * nOutputs)))
      for (const aggregate of ['mean', 'sum'] as const) {
        const forest = makeForest(trees, { nOutputs, aggregate, ...accumulate })
        t.equal(compileForest(forest).leaves.counted, nOutputs <= 1024)
        t.equal(firstDifference(predict(forest), predictReference(forest, [0, 0])), -1, `${nOutputs} ${aggregate}`)
      }
    }
  }
})

t.test('what is not all of one class, or does not start at 0, is not counted', async t => {
  const pure = [makeLeaf(1), makeLeaf(2)]
  const forests = {
    shares: makeForest([...pure, makeLeaf([0, 0.3, 4, 0.7])], { nOutputs: 5 }),
    half: makeForest([...pure, makeLeaf([0, 0.5])], { nOutputs: 5 }),
    nothing: makeForest([...pure, makeLeaf([])], { nOutputs: 5 }),
    base: makeForest(pure, { nOutputs: 5, base: [0.1, 0.2, 0.3, 0.4, 0.5] }),
    values: makeForest([makeLeaf(1), makeLeaf([2, 1])], { nOutputs: 5, leaves: 'values', aggregate: 'sum' })
  }
  for (const [name, forest] of Object.entries(forests)) {
    t.equal(compileForest(forest).leaves.counted, false, name)
    t.equal(firstDifference(predict(forest), predictReference(forest, [0, 0])), -1, name)
  }
})

t.test('many distinct leaves, each stored once', async t => {
  const value = (i: number) => [i % 7, 1 / (1 + i), 7 + i % 2, i * 1e-9]
  const trees = Array.from({ length: 9000 }, (_, i) => makeLeaf(value(i % 3000)))
  for (const nOutputs of [9, 4]) {
    const own = nOutputs === 9 ? trees : trees.map((_, i) => makeLeaf([i % 4, (1 + i % 3000) / 7]))
    const forest = makeForest(own, { nOutputs, leaves: 'values', aggregate: 'sum' })
    t.equal(compileForest(forest).leaves.values.length, nOutputs === 9 ? 6000 : 3000 * 4)
    t.equal(firstDifference(predict(forest), predictReference(forest, [0, 0])), -1)
  }
})
