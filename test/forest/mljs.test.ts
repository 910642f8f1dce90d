/** ml-random-forest as a second opinion that needs no Python: its trees split on `<`, in float64. */
import { RandomForestClassifier } from 'ml-random-forest'
import t from 'tap'
import { compileForest } from '../../src/forest/compile.js'
import type { TreeDump } from '../../src/forest/dump.js'
import { predictReference } from '../../src/forest/reference.js'
import { validateForest } from '../../src/forest/validate.js'
import { predictRows } from '../../src/forest/walk.js'
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

/** @param makeValue what a leaf holds, from its classes' shares */
function toTree(root: MljsNode, columns: number[], makeValue: (shares: number[]) => TreeDump['value'][number]): TreeDump {
  const tree: TreeDump = { childrenLeft: [], childrenRight: [], feature: [], threshold: [], value: [] }
  const add = ({ left, right, splitColumn, splitValue, distribution }: MljsNode): number => {
    const isLeaf = left === undefined || right === undefined
    const node = tree.feature.push(isLeaf ? -2 : columns[splitColumn]) - 1
    tree.threshold.push(isLeaf ? -2 : splitValue)
    tree.childrenLeft.push(-1)
    tree.childrenRight.push(-1)
    if (isLeaf) {
      tree.value.push(makeValue(distribution?.[0] ?? []))
    } else {
      tree.childrenLeft[node] = add(left)
      tree.childrenRight[node] = add(right)
    }
    return node
  }
  add(root)
  return tree
}

/** Column of the class with the largest share, as ml-cart votes. */
function toVote(shares: number[]): number {
  return shares.indexOf(Math.max(...shares))
}

function toPairs(shares: number[]): number[] {
  return shares.flatMap((share, c) => share > 0 ? [c, share] : [])
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
  const changes = {
    split: '<' as const, precision: 'float64' as const, nOutputs: N_CLASSES,
    features: Array.from({ length: N_FEATURES }, (_, f) => `f${f}`)
  }
  const makeTrees = (makeValue: (shares: number[]) => TreeDump['value'][number]) =>
    estimators.map(({ root }, i) => toTree(root, indexes[i], makeValue))

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
  for (const [name, makeValue] of [['votes', toVote], ['probabilities', toPairs]] as const) {
    const forest = makeForest(makeTrees(makeValue), changes)
    validateForest(forest)
    const out = new Float64Array(rows.length * N_CLASSES)
    predictRows(compileForest(forest), Float64Array.from(rows.flat()), rows.length, out)
    t.equal(firstDifference(out, expected[name].flat()), -1, name)
    t.equal(firstDifference(rows.flatMap(row => [...predictReference(forest, row)]), out), -1, `${name}, reference`)
  }
})
