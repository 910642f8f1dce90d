/** Forests of any size, as dumps have them. Random, and the same each time. */
import { seededRandom, type Random } from './random.js'

export interface Size {
  readonly trees: number
  /** Every leaf of every tree is as deep as this; 0: trees that grow at a random leaf until they have their nodes. */
  readonly depth: number
  /** Of all trees together, where depth is 0. */
  readonly nodes: number
  readonly classes: number
}

export const FEATURES = 12

interface Tree {
  readonly childrenLeft: number[]
  readonly childrenRight: number[]
  readonly feature: number[]
  readonly threshold: number[]
  readonly value: Array<number | number[]>
}

/** A dump's `model`. */
export interface Forest {
  readonly nOutputs: number
  readonly trees: readonly Tree[]
}

export function makeForest({ trees, depth, nodes, classes }: Size): Forest {
  const random = seededRandom(7)
  const splits = depth > 0 ? 2 ** depth - 1 : Math.floor(nodes / trees / 2)
  const forest = {
    kind: 'forest', estimator: 'RandomForestClassifier', split: '<=', precision: 'float32',
    features: Array.from({ length: FEATURES }, (_, f) => `x${f}`),
    leaves: 'probabilities', nOutputs: classes, aggregate: 'mean',
    trees: Array.from({ length: trees }, () => makeTree(random, splits, depth > 0, classes))
  }
  return forest
}

/** Nodes in the order in which they were made: children after their parents. */
function makeTree(random: Random, splits: number, balanced: boolean, classes: number): Tree {
  const tree: Tree = { childrenLeft: [-1], childrenRight: [-1], feature: [-2], threshold: [-2], value: [] }
  const leaves = [0]
  for (let i = 0; i < splits; i++) {
    // The oldest leaf makes a level full before the next one begins.
    const at = balanced ? i : random.below(leaves.length)
    const node = leaves[at]
    const left = tree.feature.length
    tree.childrenLeft[node] = left
    tree.childrenRight[node] = left + 1
    tree.feature[node] = random.below(FEATURES)
    tree.threshold[node] = Math.fround(random.normal())
    for (let child = 0; child < 2; child++) {
      tree.childrenLeft.push(-1)
      tree.childrenRight.push(-1)
      tree.feature.push(-2)
      tree.threshold.push(-2)
    }
    if (!balanced) leaves[at] = left
    else leaves.push(left)
    leaves.push(left + 1)
  }
  for (const child of tree.childrenLeft) if (child === -1) tree.value.push(makeLeaf(random, classes))
  return tree
}

/** Most leaves of a grown tree are all one class. */
function makeLeaf(random: Random, classes: number): number | number[] {
  const first = random.below(classes)
  if (classes < 2 || random.uniform() < 0.7) return first
  const second = (first + 1 + random.below(classes - 1)) % classes
  return first < second ? [first, 0.25, second, 0.75] : [second, 0.75, first, 0.25]
}

/** [count x FEATURES] */
export function makeRows(count: number): Float64Array {
  const random = seededRandom(11)
  return Float64Array.from({ length: count * FEATURES }, () => random.normal())
}

/** What a dump promises for a row, [nOutputs]: the mean of the leaves that it falls into. */
export function predictPlainly({ nOutputs, trees }: Forest, row: Float64Array): number[] {
  const sums = new Array<number>(nOutputs).fill(0)
  for (const { childrenLeft, childrenRight, feature, threshold, value } of trees) {
    let node = 0
    while (childrenLeft[node] !== -1) {
      node = Math.fround(row[feature[node]]) <= threshold[node] ? childrenLeft[node] : childrenRight[node]
    }
    const leaf = value[childrenLeft.slice(0, node).filter(child => child === -1).length]
    if (typeof leaf === 'number') sums[leaf] += 1
    else for (let i = 0; i < leaf.length; i += 2) sums[leaf[i]] += leaf[i + 1]
  }
  return sums.map(sum => sum / trees.length)
}
