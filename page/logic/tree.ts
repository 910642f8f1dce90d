/** One tree of a dump, as far down as it is looked at, and the way of a row through it. */
import type { Dump, ForestDump, TreeDump } from '../../src/dump/dump.js'
import { goesLeft } from '../../src/evaluator/reference.js'

/** A node with its children; those below the depth are left out. */
export interface TreeNode {
  readonly index: number
  /** What is asked; undefined at a leaf. Yes leads to the first child. */
  readonly question: Question | undefined
  /** Of a leaf, the number that weighs most: of a class when `place` says which. */
  readonly leaf: { readonly place: number, readonly value: number } | undefined
  /** Training rows that reached it, where the dump says. */
  readonly samples: number | undefined
  /** Whether the row passes here. */
  readonly isOnPath: boolean
  /** How many nodes below are not drawn. */
  readonly hidden: number
  readonly children: readonly TreeNode[]
}

export interface Question {
  readonly column: string
  /** Whether the column is one of the categories, or a number at most, or below, the threshold. */
  readonly test: Comparison | { readonly categories: readonly string[] }
}

interface Comparison {
  readonly sign: '≤' | '<'
  readonly threshold: number
  /** False where the threshold is not in the field's units, but in those of the preprocessed column. */
  readonly isExact: boolean
}

/**
 * @param depth of the deepest nodes; the root has 0
 * @param features the row, as the forest reads it; undefined when there is none
 */
export function buildTree(
  dump: Dump, forest: ForestDump, index: number, depth: number, features?: ArrayLike<number>
): TreeNode {
  const tree = forest.trees[index]
  const { childrenLeft, childrenRight, weightedNNodeSamples } = tree
  const places = numberLeaves(tree)
  const build = (node: number, level: number, isOnPath: boolean): TreeNode => {
    const isLeaf = childrenLeft[node] < 0
    const isCut = !isLeaf && level >= depth
    const x = features?.[tree.feature[node]] ?? NaN
    const left = isOnPath && !isLeaf && goesLeft(forest, tree, node, forest.precision === 'float32' ? Math.fround(x) : x)
    return {
      index: node,
      question: isLeaf ? undefined : describeQuestion(dump, forest, tree, node),
      leaf: isLeaf ? readLeaf(forest, tree, places[node]) : undefined,
      samples: weightedNNodeSamples?.[node],
      isOnPath,
      hidden: isCut ? countNodes(tree, node) - 1 : 0,
      children: isLeaf || isCut ? [] : [
        build(childrenLeft[node], level + 1, left),
        build(childrenRight[node], level + 1, isOnPath && !left)
      ]
    }
  }
  return build(0, 0, features !== undefined)
}

function describeQuestion(dump: Dump, forest: ForestDump, tree: TreeDump, node: number): Question {
  const column = forest.features[tree.feature[node]]
  const input = dump.inputs.find(({ name }) => name === column)
  const categories = input?.type === 'category' && input.hashed !== true ? input.categories : undefined
  const split = tree.categoricalSplits?.find(one => one.node === node)
  if (split !== undefined) return { column, test: { categories: split.left.map(code => categories?.[code] ?? String(code)) } }
  const sign = forest.split === '<' ? '<' : '≤'
  const { threshold, isExact } = inUnits(dump, column, Number(tree.threshold[node]))
  if (categories === undefined || !isExact) return { column, test: { sign, threshold, isExact } }
  // Codes that are at most a threshold between two of them.
  return { column, test: { categories: categories.filter((_, code) => sign === '<' ? code < threshold : code <= threshold) } }
}

/**
 * A threshold of a column in the units of the column as it came in.
 * @returns with `isExact` false where a step changes the column in a way that is not undone here
 */
function inUnits({ steps }: Dump, column: string, threshold: number): { threshold: number, isExact: boolean } {
  let value = threshold
  for (const step of steps.toReversed()) {
    if (!('columns' in step) || !step.columns.includes(column)) continue
    const place = step.columns.indexOf(column)
    if (step.op === 'scale') value = value * (step.scale?.[place] ?? 1) + (step.mean?.[place] ?? 0)
    else if (step.op === 'multiply') value = (value - (step.offset?.[place] ?? 0)) / step.factor[place]
    else if (step.op !== 'check' && step.op !== 'impute') return { threshold: value, isExact: false }
  }
  return { threshold: value, isExact: true }
}

function readLeaf({ leaves }: ForestDump, { value, output }: TreeDump, place: number): { place: number, value: number } {
  const leaf = value[place]
  if (typeof leaf === 'number') return leaves === 'probabilities' ? { place: leaf, value: 1 } : { place: output ?? 0, value: leaf }
  let best = { place: output ?? 0, value: 0 }
  for (let i = 0; i < leaf.length; i += 2) {
    if (Math.abs(leaf[i + 1]) > Math.abs(best.value)) best = { place: leaf[i], value: leaf[i + 1] }
  }
  return best
}

/** Of each leaf the number of leaves before it. */
function numberLeaves({ childrenLeft }: TreeDump): Int32Array {
  let leaves = 0
  return Int32Array.from(childrenLeft, child => child < 0 ? leaves++ : -1)
}

function countNodes({ childrenLeft, childrenRight }: TreeDump, root: number): number {
  let count = 0
  const left = [root]
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    count++
    if (childrenLeft[node] >= 0) left.push(childrenLeft[node], childrenRight[node])
  }
  return count
}

/** Depth of the deepest leaf. */
export function depthOf({ childrenLeft, childrenRight }: TreeDump): number {
  let deepest = 0
  const left: Array<readonly [node: number, depth: number]> = [[0, 0]]
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const [node, depth] = next
    deepest = Math.max(deepest, depth)
    if (childrenLeft[node] >= 0) left.push([childrenLeft[node], depth + 1], [childrenRight[node], depth + 1])
  }
  return deepest
}
