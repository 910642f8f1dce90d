/** The evaluator as it would be written with no thought of speed: what the fast one is held against. */
import type { CompileSums } from '../arithmetic/sums.js'
import type { ForestDump, TreeDump } from '../dump/dump.js'

/**
 * What the trees add up to for one row, straight from the dump.
 * @param forest as `validateForest` accepts it
 * @param row [nFeatures]
 * @returns [nOutputs]
 * @throws RangeError when a value is NaN and the forest does not accept missing values
 */
export function predictReference(forest: ForestDump, row: ArrayLike<number>): Float64Array {
  const features = forest.features.map((_, f) => forest.precision === 'float32' ? Math.fround(row[f]) : row[f])
  const round = forest.accumulate === 'float32' ? Math.fround : (sum: number) => sum
  const sums = Float64Array.from(forest.base ?? new Float64Array(forest.nOutputs))
  for (const tree of forest.trees) {
    const leaf = findLeaf(forest, tree, features)
    const value = tree.value[countLeaves(tree, leaf)]
    const whole = forest.leaves === 'probabilities'
    const linear = tree.linearLeaves?.find(({ node }) => node === leaf)
    if (linear !== undefined && !linear.features.some(f => Number.isNaN(features[f]))) {
      // LightGBM takes so small a number for 0.
      const values = linear.features.map(f => Math.abs(features[f]) <= Math.fround(1e-35) ? 0 : features[f])
      sums[tree.output ?? 0] += values.reduce((sum, x, i) => sum + linear.coef[i] * x, linear.intercept)
      continue
    }
    const pairs = typeof value !== 'number' ? value : whole ? [value, 1] : [tree.output ?? 0, value]
    for (let i = 0; i < pairs.length; i += 2) sums[pairs[i]] = round(sums[pairs[i]] + pairs[i + 1])
  }
  const { scale } = forest
  const means = forest.aggregate === 'mean' ? sums.map(sum => round(sum / (forest.divisor ?? forest.trees.length))) : sums
  return scale === undefined ? means : means.map((mean, c) => mean * scale.factor + scale.offset[c])
}

/** The sums of a linear model or a projection for one row, straight from the dump. */
export const sumReference: CompileSums = ({ coef, intercept, centre }) => (row, sums) => {
  const sumOf = (values: ArrayLike<number>, weights: readonly number[]) =>
    weights.reduce((total, weight, i) => total + values[i] * weight, 0)
  coef.forEach((weights, k) => {
    sums[k] = sumOf(row, weights)
    if (intercept !== undefined) sums[k] += intercept[k]
    if (centre !== undefined) sums[k] -= sumOf(centre, weights)
  })
}

function findLeaf(forest: ForestDump, tree: TreeDump, features: number[]): number {
  let node = 0
  while (tree.childrenLeft[node] !== -1) {
    const x = features[tree.feature[node]]
    node = goesLeft(forest, tree, node, x) ? tree.childrenLeft[node] : tree.childrenRight[node]
  }
  return node
}

/** Leaves before a node. */
function countLeaves({ childrenLeft }: TreeDump, end: number): number {
  let count = 0
  for (let node = 0; node < end; node++) if (childrenLeft[node] === -1) count++
  return count
}

/** Whether a value of the feature that a node asks for goes to its left child. */
export function goesLeft(forest: ForestDump, tree: TreeDump, node: number, x: number): boolean {
  if (Number.isNaN(x)) return missingGoesLeft(tree, node)
  const categorical = tree.categoricalSplits?.find(split => split.node === node)
  if (categorical !== undefined) {
    if (categorical.left.includes(x)) return true
    const known = forest.knownCategories?.[forest.features[tree.feature[node]]]
    return known !== undefined && !known.includes(x) && missingGoesLeft(tree, node)
  }
  const threshold = Number(tree.threshold[node])
  return forest.split === '<' ? x < threshold : x <= threshold
}

function missingGoesLeft({ feature, missingGoToLeft }: TreeDump, node: number): boolean {
  if (missingGoToLeft === undefined) {
    throw new RangeError(`feature ${feature[node]}: expected a number, received NaN: this forest has no missing values`)
  }
  return missingGoToLeft[node] === 1
}
