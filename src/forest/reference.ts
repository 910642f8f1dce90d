/** The evaluator as it would be written with no thought of speed: what the fast one is held against. */
import type { ForestDump, TreeDump } from './dump.js'

/**
 * Class probabilities of one row, straight from the dump.
 * @param forest as `validateForest` accepts it
 * @param row [nFeatures]
 * @returns [nClasses]
 * @throws RangeError when a value is NaN and the forest does not accept missing values
 */
export function predictReference(forest: ForestDump, row: ArrayLike<number>): Float64Array {
  const features = forest.features.map((_, f) => forest.precision === 'float32' ? Math.fround(row[f]) : row[f])
  const sums = new Float64Array(forest.nClasses)
  for (const tree of forest.trees) {
    const leaf = findLeaf(forest, tree, features)
    const value = tree.value[tree.childrenLeft.slice(0, leaf).filter(child => child === -1).length]
    const pairs = typeof value === 'number' ? [value, 1] : value
    for (let i = 0; i < pairs.length; i += 2) sums[pairs[i]] += pairs[i + 1]
  }
  return sums.map(sum => sum / forest.trees.length)
}

function findLeaf({ split }: ForestDump, tree: TreeDump, features: number[]): number {
  let node = 0
  while (tree.childrenLeft[node] !== -1) {
    const x = features[tree.feature[node]]
    const threshold = Number(tree.threshold[node])
    const goLeft = Number.isNaN(x) ? missingGoesLeft(tree, node) : split === '<' ? x < threshold : x <= threshold
    node = goLeft ? tree.childrenLeft[node] : tree.childrenRight[node]
  }
  return node
}

function missingGoesLeft({ feature, missingGoToLeft }: TreeDump, node: number): boolean {
  if (missingGoToLeft === undefined) {
    throw new RangeError(`feature ${feature[node]}: expected a number, received NaN: this forest has no missing values`)
  }
  return missingGoToLeft[node] === 1
}
