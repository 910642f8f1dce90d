import { Worker } from 'node:worker_threads'
import t from 'tap'
import { compileForest } from '../../src/evaluator/compile.js'
import { LANES, openForest, type ForestData } from '../../src/evaluator/compiled-forest.js'
import { shareForest } from '../../src/evaluator/share.js'
import { predictRows } from '../../src/evaluator/walk.js'
import { firstDifference } from '../helpers/bits.js'
import { makeForest, makeLeaf, makeRandom, makeStump, pickSeed, randomForest, randomRows } from '../helpers/forests.js'

/** Every typed array in a value. */
function listArrays(value: unknown): ArrayBufferView[] {
  if (ArrayBuffer.isView(value)) return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(listArrays) : []
}

t.test('an opened forest gives the same bits, and its arrays are shared', async t => {
  const seed = pickSeed()
  t.comment(`seed ${seed}`)
  const random = makeRandom(seed)
  for (let i = 0; i < 60; i++) {
    const forest = randomForest(random)
    const compiled = compileForest(forest)
    const shared = shareForest(compiled)
    const arrays = listArrays(shared)
    t.ok(arrays.length > 8 && arrays.every(({ buffer }) => buffer instanceof SharedArrayBuffer), `forest ${i}: shared`)
    const [first, second] = [openForest(structuredClone(shared)), openForest(shared)]
    const rows = randomRows(random, forest, 10)
    const [expected, one, two] = [0, 1, 2].map(() => new Float64Array(10 * forest.nOutputs))
    predictRows(compiled, rows, 10, expected)
    predictRows(first, rows, 10, one)
    predictRows(second, rows, 10, two)
    t.equal(firstDifference(one, expected), -1, `forest ${i}`)
    t.equal(firstDifference(two, expected), -1, `forest ${i}`)
    t.equal(first.nodes.buffer.byteLength, compiled.nodes.byteLength)
  }
})

t.test('categorical splits go along', async t => {
  const tree = makeStump({ categoricalSplits: [{ node: 0, left: [3, 5] }], missingGoToLeft: [1, 0, 0] })
  const forest = makeForest([tree], { knownCategories: { f0: [3, 4, 5] } })
  const opened = openForest(structuredClone(shareForest(compileForest(forest))))
  const out = new Float64Array(10)
  predictRows(opened, Float64Array.of(3, 0, 4, 0, 5, 0, 6, 0, NaN, 0), 5, out)
  t.same([...out], [1, 0, 0, 1, 1, 0, 1, 0, 1, 0])
})

t.test('each has its own scratch and base', async t => {
  const forest = makeForest([makeLeaf(0.5)], { leaves: 'values', aggregate: 'sum', base: [1, 2] })
  const shared = shareForest(compileForest(forest))
  const [first, second] = [openForest(shared), openForest(shared)]
  first.leaves.base.set([10, 20])
  const out = new Float64Array(2)
  predictRows(first, Float64Array.of(0, 0), 1, out)
  t.same([...out], [10.5, 20])
  predictRows(second, Float64Array.of(0, 0), 1, out)
  t.same([...out], [1.5, 2])
  t.not(first.reached, second.reached)
})

t.test('another thread sees the same memory', async t => {
  const shared = shareForest(compileForest(makeForest([makeStump()])))
  const script = "const { workerData, parentPort } = require('node:worker_threads')\n" +
    'workerData.ranks.thresholds[0] = 7\nparentPort.postMessage(workerData)'
  const worker = new Worker(script, { eval: true, workerData: shared })
  const back = await new Promise<ForestData>((resolve, reject) => worker.once('message', resolve).once('error', reject))
  t.equal(shared.ranks.thresholds[0], 7)
  const out = new Float64Array(2)
  predictRows(openForest(back), Float64Array.of(6, 0), 1, out)
  t.same([...out], [1, 0])
})

t.test('a small forest is walked row by row, a large one in groups of trees', async t => {
  const data = compileForest(makeForest(Array.from({ length: 100 }, () => makeStump())))
  t.same([data.treesAtOnce, data.rowsAtOnce], [104, 1])
  const large = openForest({ ...data, nodes: new Uint8Array(2 ** 22) })
  t.same([large.treesAtOnce, large.rowsAtOnce], [LANES, 2 ** 19 / 24 | 0])
  const few = openForest({ ...data, nTrees: 8, depths: new Int32Array(1), nodes: new Uint8Array(2 ** 22) })
  t.same([few.treesAtOnce, few.rowsAtOnce], [LANES, 1])
})
