import t from 'tap'
import { addLeaves, finishSums, LeafTableBuilder, startSums } from '../../src/evaluator/leaves.js'
import { predictReference } from '../../src/evaluator/reference.js'
import { firstDifference } from '../helpers/bits.js'
import { makeForest, makeLeaf, makeStump } from '../helpers/forests.js'

t.test('by hand', async t => {
  const forest = makeForest([
    makeStump(),
    makeStump({ feature: [1, -2, -2], value: [[0, 0.25, 1, 0.75], [1, 1]] }),
    makeLeaf([0, 0.1])
  ])
  t.same([...predictReference(forest, [0.5, 0.5])], [(1 + 0.25 + 0.1) / 3, 0.75 / 3])
  t.same([...predictReference(forest, [0.6, 0.5])], [(0 + 0.25 + 0.1) / 3, (1 + 0.75) / 3])
  t.same([...predictReference(forest, [0.5, 0.6])], [(1 + 0.1) / 3, 1 / 3])
})

t.test('values belong to the leaves in node order, wherever those are', async t => {
  // Node 1 is the right child's right leaf, node 3 the root's left one.
  const tree = {
    childrenLeft: [3, -1, 4, -1, -1], childrenRight: [2, -1, 1, -1, -1],
    feature: [0, -2, 1, -2, -2], threshold: [0, -2, 0, -2, -2], value: [0, 1, 2]
  }
  const forest = makeForest([tree], { nOutputs: 3 })
  t.same([...predictReference(forest, [1, 1])], [1, 0, 0])
  t.same([...predictReference(forest, [-1, 1])], [0, 1, 0])
  t.same([...predictReference(forest, [1, -1])], [0, 0, 1])
})

t.test('NaN is refused by a forest without missing values', async t => {
  const forest = makeForest([makeStump()])
  t.throws(() => predictReference(forest, [NaN, 0]),
    new RangeError('feature 0: expected a number, received NaN: this forest has no missing values'))
  t.same([...predictReference(forest, [0, NaN])], [1, 0], 'unless no tree looks at it')
})

t.test('sums are divided, and then scaled', async t => {
  const scale = { factor: 3, offset: [0.5, 0] }
  const trees = [makeLeaf([0, 0.1, 1, 0.7]), makeLeaf([0, 0.2, 1, 0.1]), makeLeaf([0, 0.4])]
  for (const forest of [
    makeForest(trees, { leaves: 'values', scale }), makeForest(trees, { leaves: 'values', aggregate: 'sum', scale }),
    makeForest(trees, { leaves: 'values', accumulate: 'float32', scale })
  ]) {
    const divisor = forest.aggregate === 'mean' ? 3 : 1
    const [reached, sums] = [new Int32Array(3), new Float64Array(2)]
    const builder = new LeafTableBuilder(forest)
    trees.forEach((tree, i) => {
      const numbers = new Int32Array(1)
      builder.addTree(tree, numbers)
      reached[i] = numbers[0]
    })
    const table = builder.build()
    startSums(table, sums, 0)
    addLeaves(table, reached, 3, sums, 0)
    finishSums(table, sums, 0)
    const computed = predictReference(forest, [0, 0])
    t.equal(firstDifference(computed, sums), -1, `${forest.aggregate}: ${computed.join()} and ${sums.join()}`)
    if (forest.accumulate === undefined) t.equal(computed[0], (0.1 + 0.2 + 0.4) / divisor * 3 + 0.5)
  }
})
