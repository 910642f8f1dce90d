import t from 'tap'
import { compileForest } from '../../src/evaluator/compile.js'
import { predictRow } from '../../src/evaluator/walk.js'
import { makeForest, makeLeaf, makeStump } from '../helpers/forests.js'

t.test('what the service reads of a forest', async t => {
  const { nFeatures, nOutputs, nTrees, float32, acceptsMissing } = compileForest(makeForest([makeStump(), makeLeaf(1)]))
  t.same({ nFeatures, nOutputs, nTrees, float32, acceptsMissing },
    { nFeatures: 2, nOutputs: 2, nTrees: 2, float32: true, acceptsMissing: false })
  const other = compileForest(makeForest([makeStump({ missingGoToLeft: [0, 0, 0] })], { precision: 'float64' }))
  t.same([other.float32, other.acceptsMissing], [false, true])
})

t.test('equal leaves are stored once', async t => {
  const trees = Array.from({ length: 100 }, (_, i) => makeStump({ threshold: [i, -2, -2] }))
  t.equal(compileForest(makeForest(trees)).leaves.values.length, 2 * 2)
  t.equal(compileForest(makeForest(trees, { nOutputs: 9 })).leaves.values.length, 2)
})

t.test('features and thresholds that the nodes have no room for', async t => {
  const nFeatures = 2 ** 16
  const features = new Array<string>(nFeatures).fill('f')
  const stumps = (count: number) => Array.from({ length: count }, (_, i) =>
    makeStump({ feature: [nFeatures - 1, -2, -2], threshold: [i, -2, -2] }))
  const full = compileForest(makeForest(stumps(16383), { features }))
  for (const [x, expected] of [[-1, [1, 0]], [1e9, [0, 1]], [1e4, [6383 / 16383, 1e4 / 16383]]] as const) {
    const row = new Float64Array(nFeatures)
    const out = new Float64Array(2)
    row[nFeatures - 1] = x
    predictRow(full, row, out)
    t.same([...out], expected)
  }
  t.throws(() => compileForest(makeForest(stumps(16384), { features })), {
    name: 'DumpError',
    path: 'model.features[65535]',
    problem: '16384 distinct thresholds, and with 65536 feature slots at most 16383 fit: ' +
      'train the model with fewer features or smaller trees'
  })
})
