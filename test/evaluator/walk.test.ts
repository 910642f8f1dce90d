import t from 'tap'
import { compileForest, type CompiledForest } from '../../src/evaluator/compile.js'
import { LANES } from '../../src/evaluator/compiled-forest.js'
import type { ForestDump } from '../../src/dump/dump.js'
import { predictReference } from '../../src/evaluator/reference.js'
import { validateForest } from '../../src/dump/validate.js'
import { firstMaximum } from '../../src/evaluator/link.js'
import { predictRow, predictRows } from '../../src/evaluator/walk.js'
import { firstDifference } from '../helpers/bits.js'
import {
  makeChain, makeForest, makeLeaf, makeRandom, makeStump, nextFloat32, pickSeed, randomForest, randomRows
} from '../helpers/forests.js'

function predict(forest: ForestDump, row: number[]): number[] {
  validateForest(forest)
  const out = new Float64Array(forest.nOutputs)
  predictRow(compileForest(forest), Float64Array.from(row), out)
  return [...out]
}

/** As a forest too large for the cache is walked: a few trees for a few rows at a time. */
function openLarge(forest: CompiledForest, rowsAtOnce: number): CompiledForest {
  return { ...forest, treesAtOnce: LANES, rowsAtOnce }
}

t.test('random forests: predictRow and predictRows give the bits of the reference', async t => {
  const seed = pickSeed()
  t.comment(`seed ${seed}`)
  const random = makeRandom(seed)
  const nRows = 25
  const wrong: string[] = []
  for (let i = 0; i < 300; i++) {
    const forest = randomForest(random)
    validateForest(forest)
    const compiled = compileForest(forest)
    const { nFeatures, nOutputs } = compiled
    const rows = randomRows(random, forest, nRows)
    // What an earlier call left in `out` must not matter.
    const all = new Float64Array(nRows * nOutputs).fill(NaN)
    const one = new Float64Array(nOutputs).fill(NaN)
    predictRows(compiled, rows, nRows, all)
    const together = new Float64Array(nRows * nOutputs).fill(NaN)
    predictRows(openLarge(compiled, 1 + i % 30), rows, nRows, together)
    for (let r = 0; r < nRows; r++) {
      const row = rows.slice(r * nFeatures, (r + 1) * nFeatures)
      const expected = predictReference(forest, row)
      predictRow(compiled, row, one)
      const many = all.subarray(r * nOutputs, (r + 1) * nOutputs)
      const manyTogether = together.subarray(r * nOutputs, (r + 1) * nOutputs)
      for (const [name, received] of Object.entries({ predictRow: one, predictRows: many, manyTogether })) {
        if (firstDifference(received, expected) < 0) continue
        wrong.push(`forest ${i}, row ${r}: ${name}: ${received.join()} not ${expected.join()}`)
      }
    }
  }
  t.same(wrong.slice(0, 3), [])
})

t.test('a category is compared in the precision of the forest', async t => {
  for (const precision of ['float32', 'float64'] as const) {
    const tree = makeStump({ categoricalSplits: [{ node: 0, left: [Math.fround(0.1)] }], missingGoToLeft: [0, 0, 0] })
    const forest = makeForest([tree], { precision })
    for (const x of [0.1, Math.fround(0.1), 0.5]) {
      t.strictSame(predict(forest, [x, 0]), [...predictReference(forest, [x, 0])], `${precision}, ${x}`)
    }
  }
})

t.test('a value on the threshold', async t => {
  const threshold = 0.1
  const tree = makeStump({ threshold: [threshold, -2, -2] })
  const LEFT = [1, 0]
  const RIGHT = [0, 1]

  t.test('float32: compared after rounding, with the threshold as it is', async t => {
    const forest = makeForest([tree])
    t.ok(Math.fround(threshold) > threshold, '0.1 rounds up')
    t.same(predict(forest, [threshold, 0]), RIGHT)
    t.same(predict(forest, [nextFloat32(Math.fround(threshold), false), 0]), LEFT)
  })

  t.test('float64: compared as it is', async t => {
    t.same(predict(makeForest([tree], { precision: 'float64' }), [threshold, 0]), LEFT)
    t.same(predict(makeForest([tree], { precision: 'float64', split: '<' }), [threshold, 0]), RIGHT)
  })

  t.test('-0 and 0 are the same', async t => {
    for (const threshold of [0, -0]) {
      const tree = makeStump({ threshold: [threshold, -2, -2] })
      for (const x of [0, -0]) {
        t.same(predict(makeForest([tree]), [x, 0]), LEFT)
        t.same(predict(makeForest([tree], { split: '<' }), [x, 0]), RIGHT)
      }
    }
  })

  t.test('infinite thresholds send every number one way', async t => {
    for (const split of ['<=', '<'] as const) {
      for (const x of [-3.4e38, 0, 3.4e38]) {
        const up = makeStump({ threshold: ['Infinity', -2, -2] })
        const down = makeStump({ threshold: ['-Infinity', -2, -2] })
        t.same(predict(makeForest([up], { split }), [x, 0]), LEFT)
        t.same(predict(makeForest([down], { split }), [x, 0]), RIGHT)
        t.same(predict(makeForest([up, down], { split }), [x, 0]), [0.5, 0.5])
      }
    }
  })
})

t.test('NaN goes where its node says, in one row to both sides', async t => {
  const left = makeStump({ missingGoToLeft: [1, 0, 0] })
  const right = makeStump({ missingGoToLeft: [0, 0, 0], threshold: [0.7, -2, -2] })
  t.same(predict(makeForest([left, right]), [NaN, 0]), [0.5, 0.5])
  t.same(predict(makeForest([left, left]), [NaN, 0]), [1, 0])
  t.same(predict(makeForest([right, right]), [NaN, 0]), [0, 1])
  t.same(predict(makeForest([right, right]), [0.6, NaN]), [1, 0])
})

t.test('sums go from 0 in tree order, with one division at the end', async t => {
  // Added in any other order, or divided one by one, these give other bits.
  const values = [0.1, 0.7, 0.3, 0.9, 0.2, 1 / 3, 0.6, 0.8, 0.4, 0.15, 1 / 7]
  const expected = values.reduce((sum, value) => sum + value, 0) / values.length
  for (const nOutputs of [1, 2, 3, 4, 5, 16]) {
    for (const c of [0, nOutputs - 1]) {
      const out = predict(makeForest(values.map(value => makeLeaf([c, value])), { nOutputs }), [0, 0])
      t.equal(firstDifference(out, out.map((_, i) => i === c ? expected : 0)), -1, `class ${c} of ${nOutputs}`)
    }
  }
})

t.test('a chain of 2,000 levels', async t => {
  const forest = makeForest([makeChain(2000, 7), makeChain(1, 7), makeLeaf(6)], { nOutputs: 7 })
  validateForest(forest)
  const compiled = compileForest(forest)
  const out = new Float64Array(7)
  for (const x of [-1, 0, 0.5, 1, 998, 1998.5, 1999, 1999.5, 1e9]) {
    predictRow(compiled, Float64Array.of(x, 0), out)
    t.equal(firstDifference(out, predictReference(forest, [x, 0])), -1, `row ${x}`)
  }
})

t.test('trees of very different depths in one group, and more than one group', async t => {
  const cases = [[0], [9, 0, 1, 2, 3, 4, 5, 6], [0, 0, 0, 0, 0, 0, 0, 0, 7], [...new Array<number>(20).keys()]]
  for (const depths of cases) {
    const forest = makeForest(depths.map(depth => depth === 0 ? makeLeaf(3) : makeChain(depth, 5)), { nOutputs: 5 })
    const compiled = compileForest(forest)
    const rows = Float64Array.from({ length: 44 }, (_, i) => i % 2 === 0 ? i / 2 - 0.5 : 0)
    const out = new Float64Array(22 * 5)
    for (const walked of [compiled, openLarge(compiled, 4)]) {
      predictRows(walked, rows, 22, out.fill(NaN))
      for (let r = 0; r < 22; r++) {
        const expected = predictReference(forest, rows.subarray(2 * r, 2 * r + 2))
        t.equal(firstDifference(out.subarray(5 * r, 5 * r + 5), expected), -1, `depths ${depths.join()}, row ${r}`)
      }
    }
  }
})

t.test('more features than a narrow slot has room for', async t => {
  const seed = pickSeed()
  t.comment(`seed ${seed}`)
  const random = makeRandom(seed)
  for (const nFeatures of [255, 256, 257, 300, 5000]) {
    const forest = { ...randomForest(random), features: Array.from({ length: nFeatures }, (_, f) => `f${f}`) }
    for (const tree of forest.trees) {
      tree.feature = tree.feature.map(feature => feature < 0 ? feature : nFeatures - 1 - Math.floor(random() * 60))
    }
    const compiled = compileForest(forest)
    const missing = forest.trees[0].missingGoToLeft !== undefined
    t.equal(compiled.slotBits === 8, nFeatures * (missing ? 2 : 1) <= 256, `${nFeatures} features`)
    const rows = randomRows(random, forest, 12)
    const out = new Float64Array(12 * forest.nOutputs)
    for (const walked of [compiled, openLarge(compiled, 5)]) {
      predictRows(walked, rows, 12, out.fill(NaN))
      const expected = Array.from({ length: 12 }, (_, r) =>
        [...predictReference(forest, rows.subarray(r * nFeatures, (r + 1) * nFeatures))])
      t.equal(firstDifference(out, expected.flat()), -1, `${nFeatures} features`)
    }
  }
})

t.test('forests that take turns do not see what the other left', async t => {
  const wide = compileForest(makeForest([makeStump({ feature: [2, -2, -2] })], { features: ['a', 'b', 'c', 'd', 'e'] }))
  const narrow = compileForest(makeForest([makeStump()]))
  const out = new Float64Array(2)
  for (let i = 0; i < 3; i++) {
    predictRow(wide, Float64Array.of(9, 9, i % 2, 9, 9), out)
    t.same([...out], i % 2 === 0 ? [1, 0] : [0, 1])
    predictRow(narrow, Float64Array.of(1 - i % 2, 9), out)
    t.same([...out], i % 2 === 0 ? [0, 1] : [1, 0])
  }
})

t.test('a compiled forest keeps nothing of the rows before', async t => {
  const compiled = compileForest(makeForest([makeStump(), makeStump({ feature: [1, -2, -2] })]))
  const out = new Float64Array(2)
  for (const [row, expected] of [[[0, 1], [0.5, 0.5]], [[1, 1], [0, 1]], [[0, 0], [1, 0]]]) {
    predictRow(compiled, Float64Array.from(row), out)
    t.same([...out], expected)
  }
})

t.test('arrays that are too short are refused, longer ones left alone beyond their part', async t => {
  const compiled = compileForest(makeForest([makeStump()]))
  t.throws(() => predictRow(compiled, new Float64Array(1), new Float64Array(2)),
    new RangeError('rows: expected 2 numbers, received 1'))
  t.throws(() => predictRows(compiled, new Float64Array(6), 3, new Float64Array(5)),
    new RangeError('out: expected 6 numbers, received 5'))
  for (const nOutputs of [1, 2, 3, 4, 5]) {
    const out = new Float64Array(2 * nOutputs + 1).fill(9)
    predictRows(compileForest(makeForest([makeLeaf(0)], { nOutputs })), new Float64Array(4), 2, out)
    t.equal(out[2 * nOutputs], 9, `${nOutputs} classes`)
  }
  const out = new Float64Array(5).fill(9)
  predictRows(compiled, Float64Array.of(0, 0, 1, 1, 0, 0), 2, out)
  t.same([...out], [1, 0, 0, 1, 9])
  predictRows(compiled, new Float64Array(0), 0, out)
  t.same([...out], [1, 0, 0, 1, 9])
})

t.test('firstMaximum is the first maximum', async t => {
  t.equal(firstMaximum(Float64Array.of(0.2, 0.4, 0.4)), 1)
  t.equal(firstMaximum(Float64Array.of(0.5, 0.5)), 0)
  t.equal(firstMaximum(Float64Array.of(1)), 0)
  t.equal(firstMaximum(Float64Array.of(0, 0, 0.1)), 2)
})
