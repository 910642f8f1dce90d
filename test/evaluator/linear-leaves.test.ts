/** Leaves with linear models: the fast evaluator, row by row and together, beside the reference. */
import t from 'tap'
import type { ForestDump, TreeDump } from '../../src/dump/dump.js'
import { validateForest } from '../../src/dump/validate.js'
import { compileForest } from '../../src/evaluator/compile.js'
import { LANES, openForest } from '../../src/evaluator/compiled-forest.js'
import { predictReference } from '../../src/evaluator/reference.js'
import { shareForest } from '../../src/evaluator/share.js'
import { predictRow, predictRows } from '../../src/evaluator/walk.js'
import { firstDifference } from '../helpers/bits.js'
import { makeForest, makeRandom, makeStump, pickSeed, randomForest, randomInteger, type Random } from '../helpers/forests.js'

const AWKWARD = [NaN, 0, -0, 1e-36, -1e-36, Math.fround(1e-35), 1.1e-35, 1e300, -2.5, 0.1]

/** Any forest of numbers, where half of the leaves hold a model. */
function withModels(forest: ForestDump, random: Random): ForestDump {
  const nFeatures = forest.features.length
  const number = () => random() * 4 - 2
  const trees = forest.trees.map((tree): TreeDump => {
    const leaves = [...tree.childrenLeft.keys()].filter(node => tree.childrenLeft[node] === -1)
    const linearLeaves = leaves.filter(() => random() < 0.5).map(node => {
      const length = randomInteger(random, 1, nFeatures)
      const features = Array.from({ length }, () => randomInteger(random, 0, nFeatures - 1))
      return { node, intercept: random() < 0.2 ? 0 : number(), features, coef: features.map(number) }
    })
    const output = randomInteger(random, 0, forest.nOutputs - 1)
    return { ...tree, output, value: leaves.map(number), linearLeaves }
  })
  const changed: ForestDump = { ...forest, leaves: 'values', precision: 'float64', trees }
  delete changed.base
  delete changed.accumulate
  return changed
}

t.test('random forests give the bits of the reference', async t => {
  const seed = pickSeed()
  t.comment(`seed ${seed}`)
  const random = makeRandom(seed)
  let nModels = 0
  for (let i = 0; i < 200; i++) {
    const forest = withModels(randomForest(random), random)
    nModels += forest.trees.reduce((sum, { linearLeaves = [] }) => sum + linearLeaves.length, 0)
    validateForest(forest)
    const compiled = compileForest(forest)
    const { nFeatures, nOutputs, acceptsMissing } = compiled
    const nRows = 12
    const awkward = acceptsMissing ? AWKWARD : AWKWARD.slice(1)
    const rows = Float64Array.from({ length: nRows * nFeatures }, () =>
      random() < 0.4 ? awkward[randomInteger(random, 0, awkward.length - 1)] : random() * 4 - 2)
    const together = new Float64Array(nRows * nOutputs)
    const shared = openForest(shareForest(compiled))
    predictRows({ ...shared, treesAtOnce: LANES, rowsAtOnce: 5 }, rows, nRows, together)
    for (let r = 0; r < nRows; r++) {
      const row = rows.slice(r * nFeatures, (r + 1) * nFeatures)
      const expected = predictReference(forest, row)
      const one = new Float64Array(nOutputs).fill(NaN)
      predictRow(compiled, row, one)
      if (firstDifference(one, expected) >= 0) t.fail(`forest ${i}, row ${r}: ${one.join()} not ${expected.join()}`)
      const many = together.subarray(r * nOutputs, (r + 1) * nOutputs)
      if (firstDifference(many, expected) >= 0) t.fail(`forest ${i}, row ${r}, together: ${many.join()} not ${expected.join()}`)
    }
  }
  t.ok(nModels > 100)
})

t.test('models that are none are refused', async t => {
  const leaf = { node: 1, intercept: 0, features: [0], coef: [1] }
  const validate = (linearLeaves: NonNullable<TreeDump['linearLeaves']>, changes: Partial<ForestDump> = {}) => {
    validateForest(makeForest([makeStump({ linearLeaves, value: [0.5, 1.5] })], {
      leaves: 'values', nOutputs: 1, precision: 'float64', ...changes
    }))
  }
  t.doesNotThrow(() => validate([leaf]))
  t.throws(() => validate([{ ...leaf, node: 0 }]), /expected leaves, each once, received 0/)
  t.throws(() => validate([{ ...leaf, node: 9 }]), /expected leaves, each once, received 9/)
  t.throws(() => validate([leaf, leaf]), /each once/)
  t.throws(() => validate([{ ...leaf, features: [2] }]), /expected features in 0..1, each with a coefficient/)
  t.throws(() => validate([{ ...leaf, coef: [] }]), /each with a coefficient/)
  t.throws(() => validate([{ ...leaf, coef: [Infinity] }]), /expected numbers/)
  t.throws(() => validate([leaf], { precision: 'float32' }), /float64 alone/)
  t.throws(() => validate([leaf], { accumulate: 'float32' }), /float64 alone/)
})
