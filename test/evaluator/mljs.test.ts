/** ml-random-forest as a second opinion that needs no Python: its trees split on `<`, in float64. */
import { RandomForestClassifier } from 'ml-random-forest'
import t from 'tap'
import { compileForest } from '../../src/evaluator/compile.js'
import { predictReference } from '../../src/evaluator/reference.js'
import { validateForest } from '../../src/dump/validate.js'
import { predictRows } from '../../src/evaluator/walk.js'
import { readVote } from '../../tools/convert/mljs/forest.js'
import { JsonPlace } from '../../tools/convert/common/json-place.js'
import { convertTree } from '../../tools/convert/mljs/tree.js'
import { firstDifference } from '../helpers/bits.js'
import { makeForest, makeRandom } from '../helpers/forests.js'

/** A node as toJSON() shows it: the classes' shares at a leaf, the split elsewhere. */
interface MljsNode {
  distribution?: number[][]
  splitColumn: number
  splitValue: number
  left?: MljsNode
  right?: MljsNode
}

interface MljsForest {
  baseModel: { indexes: number[][], estimators: Array<{ root: MljsNode }> }
}

const N_FEATURES = 4
const N_CLASSES = 3
const N_TREES = 5

/** Whole numbers, so that values meet each other, and some thresholds, exactly. */
function makeData(nRows: number): { rows: number[][], classes: number[] } {
  const random = makeRandom(7)
  const rows = Array.from({ length: nRows }, () => Array.from({ length: N_FEATURES }, () => Math.floor(random() * 12)))
  const classes = rows.map(([a, b, c]) => (a + b > 11 ? 1 : 0) + (c > 8 && random() < 0.8 ? 1 : 0))
  return { rows, classes }
}

/** A leaf with the shares themselves, where the front end takes votes. */
function readPairs(distribution: JsonPlace): number[] {
  return distribution.items()[0].items().flatMap((share, c) => share.number() > 0 ? [c, share.number()] : [])
}

function findShares(node: MljsNode, row: number[]): number[] {
  if (node.left === undefined || node.right === undefined) return node.distribution?.[0] ?? []
  return findShares(row[node.splitColumn] < node.splitValue ? node.left : node.right, row)
}

t.test('votes and probabilities of a forest that ml-random-forest trained', async t => {
  const { rows, classes } = makeData(150)
  const trained = new RandomForestClassifier({
    seed: 3, maxFeatures: 3, replacement: false, nEstimators: N_TREES, noOOB: true,
    treeOptions: { minNumSamples: 8 }
  })
  trained.train(rows, classes)
  const { indexes, estimators } = (JSON.parse(JSON.stringify(trained)) as MljsForest).baseModel
  const toVote = (distribution: JsonPlace) => readVote(distribution, new Set())
  const changes = {
    split: '<' as const, precision: 'float64' as const, nOutputs: N_CLASSES,
    features: Array.from({ length: N_FEATURES }, (_, f) => `f${f}`)
  }
  const makeTrees = (readLeaf: Parameters<typeof convertTree>[2]) =>
    estimators.map(({ root }, i) => convertTree(new JsonPlace(root), indexes[i], readLeaf))

  const meeting = makeTrees(toVote).flatMap(tree => tree.feature.filter((feature, node) =>
    feature >= 0 && rows.some(row => row[feature] === tree.threshold[node])))
  t.ok(meeting.length > 0, 'some rows are on a threshold, where < and <= differ')

  const expected = {
    votes: rows.map((_, r) => {
      const votes = trained.predictionValues(rows).getRow(r)
      return Array.from({ length: N_CLASSES }, (_, c) => votes.filter(vote => vote === c).length / N_TREES)
    }),
    probabilities: rows.map(row => {
      const shares = estimators.map(({ root }, i) => findShares(root, indexes[i].map(column => row[column])))
      return Array.from({ length: N_CLASSES }, (_, c) => shares.reduce((sum, s) => sum + (s[c] ?? 0), 0) / N_TREES)
    })
  }
  for (const [name, readLeaf] of [['votes', toVote], ['probabilities', readPairs]] as const) {
    const forest = makeForest(makeTrees(readLeaf), changes)
    validateForest(forest)
    const out = new Float64Array(rows.length * N_CLASSES)
    predictRows(compileForest(forest), Float64Array.from(rows.flat()), rows.length, out)
    t.equal(firstDifference(out, expected[name].flat()), -1, name)
    t.equal(firstDifference(rows.flatMap(row => [...predictReference(forest, row)]), out), -1, `${name}, reference`)
  }
})
