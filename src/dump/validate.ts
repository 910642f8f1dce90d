/** What a JSON Schema cannot say about trees. */
import { DumpError } from './dump-error.js'
import type { ForestDump, TreeDump } from './dump.js'

/** More is not a model, and would be memory that is allocated before the trees are looked at. */
const MAX_OUTPUTS = 1_000_000

/** Probabilities are quotients of sums of weights: rounding can carry one a little above 1. */
const MAX_PROBABILITY = 1 + 1e-9

/**
 * Checks that every tree is one: each node but the root has one parent and hangs on the root, splits name a feature and
 * a threshold, leaves hold numbers for known outputs, and probabilities where the forest says so. No recursion, about
 * 10 ms for 200,000 nodes.
 * @param forest with the types of its schema; what stands in the arrays of its trees may be anything
 * @param where the forest's place in the dump
 * @throws DumpError for the first thing that is wrong, with `path` down to the tree, and the node in its message
 */
export function validateForest(forest: ForestDump, where = 'model'): void {
  const { features, nOutputs, trees, base, scale, aggregate } = forest
  if (!isIntegerIn(nOutputs, 1, MAX_OUTPUTS)) {
    fail(`${where}.nOutputs`, `expected an integer in 1..${MAX_OUTPUTS}, received ${nOutputs}`)
  }
  if (features.length === 0) fail(`${where}.features`, 'expected at least one column, received none')
  if (trees.length === 0) fail(`${where}.trees`, 'expected at least one tree, received none')
  if (base !== undefined && base.length !== nOutputs) {
    fail(`${where}.base`, `expected ${nOutputs} numbers, one per output, received ${base.length}`)
  }
  if (scale !== undefined && (scale.offset.length !== nOutputs || aggregate !== 'sum')) {
    fail(`${where}.scale`, `expected an offset for each of the ${nOutputs} outputs of sums`)
  }
  trees.forEach((tree, t) => {
    const path = `${where}.trees[${t}]`
    checkLengths(tree, path)
    checkMissing(tree, trees[0], path)
    checkWeights(tree, path)
    const nLeaves = checkNodes(tree, features.length, path)
    checkCategoricalSplits(tree, path)
    checkOneTree(tree, path)
    checkValues(tree, nLeaves, forest, path)
  })
  checkVotes(forest, where)
  checkLinearLeaves(forest, where)
}

/** Trees that vote have an output each, which their leaves have a class in. */
function checkVotes({ link, nOutputs, leaves, aggregate, base, trees }: ForestDump, where: string): void {
  if (link?.kind !== 'first-mode') return
  if (nOutputs !== trees.length || leaves !== 'values' || aggregate !== 'sum' || base !== undefined) {
    fail(where, 'first-mode: expected a sum of values without a base, with an output per tree')
  }
  trees.forEach(({ output = 0, value }, t) => {
    if (output !== t) fail(`${where}.trees[${t}].output`, `expected ${t}, received ${output}`)
    const bad = value.find(vote => typeof vote !== 'number' || !isIntegerIn(vote, 0, link.nClasses - 1))
    if (bad !== undefined) fail(`${where}.trees[${t}].value`, `expected classes in 0..${link.nClasses - 1}, received ${String(bad)}`)
  })
}

function checkCategoricalSplits({ categoricalSplits, childrenLeft }: TreeDump, path: string): void {
  const seen = new Set<number>()
  for (const { node } of categoricalSplits ?? []) {
    if (!isIntegerIn(node, 0, childrenLeft.length - 1) || childrenLeft[node] === -1 || seen.has(node)) {
      fail(path, `categoricalSplits: expected inner nodes, each once, received ${node}`)
    }
    seen.add(node)
  }
}

function checkLinearLeaves({ trees, leaves, precision, accumulate, features }: ForestDump, where: string): void {
  if (trees.every(({ linearLeaves = [] }) => linearLeaves.length === 0)) return
  const isPlain = leaves === 'values' && precision === 'float64' && accumulate === undefined
  if (!isPlain || trees.some(({ value }) => value.some(leaf => typeof leaf !== 'number'))) {
    fail(`${where}.trees`, 'linearLeaves: expected in a forest of float64 alone, and of values of one output per tree')
  }
  trees.forEach(({ childrenLeft, linearLeaves = [] }, t) => {
    const seen = new Set<number>()
    for (const { node, intercept, features: read, coef } of linearLeaves) {
      const path = `${where}.trees[${t}]`
      if (childrenLeft[node] !== -1 || seen.has(node)) {
        fail(path, `linearLeaves: expected leaves, each once, received ${node}`)
      }
      seen.add(node)
      if (coef.length !== read.length || !read.every(f => isIntegerIn(f, 0, features.length - 1))) {
        fail(path, `node ${node}: linearLeaves: expected features in 0..${features.length - 1}, each with a coefficient`)
      }
      if (![intercept, ...coef].every(Number.isFinite)) fail(path, `node ${node}: linearLeaves: expected numbers`)
    }
  })
}

function fail(path: string, problem: string): never {
  throw new DumpError(path, `${problem}: the dump is damaged, convert the model again`)
}

function isIntegerIn(value: number, low: number, high: number): boolean {
  return Number.isInteger(value) && value >= low && value <= high
}

/** Whether a value is an integer in 0..end - 1. */
function isIndex(value: number, end: number): boolean {
  // Nothing is called, since most of a start is interpreted; and of what is not a number nothing else must be asked.
  return typeof value === 'number' && value >>> 0 === value && value < end
}

/** A value in a message, however long it is. */
function show(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value) ?? 'nothing'
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

function checkLengths(tree: TreeDump, path: string): void {
  const { childrenLeft, childrenRight, feature, threshold, missingGoToLeft, weightedNNodeSamples } = tree
  const nNodes = childrenLeft.length
  if (nNodes === 0) fail(path, 'expected at least one node, received none')
  const arrays = { childrenRight, feature, threshold, missingGoToLeft, weightedNNodeSamples }
  for (const [name, array] of Object.entries(arrays)) {
    if (array !== undefined && array.length !== nNodes) {
      fail(path, `${name}: expected ${nNodes} entries, as many as childrenLeft has, received ${array.length}`)
    }
  }
}

function checkMissing({ missingGoToLeft }: TreeDump, first: TreeDump, path: string): void {
  if ((missingGoToLeft === undefined) !== (first.missingGoToLeft === undefined)) {
    const [here, there] = missingGoToLeft === undefined ? ['none', 'one'] : ['one', 'none']
    fail(path, `missingGoToLeft: expected in every tree or in none, received ${here} here and ${there} in tree 0`)
  }
  const bad = missingGoToLeft?.findIndex(flag => flag !== 0 && flag !== 1) ?? -1
  if (bad >= 0) fail(path, `node ${bad}: missingGoToLeft: expected 0 or 1, received ${show(missingGoToLeft?.[bad])}`)
}

function checkWeights({ weightedNNodeSamples: weights = [] }: TreeDump, path: string): void {
  for (let node = 0; node < weights.length; node++) {
    const weight = weights[node]
    if (typeof weight === 'number' && weight >= 0) continue
    fail(path, `node ${node}: weightedNNodeSamples: expected a number of 0 or more, received ${show(weight)}`)
  }
}

/** @returns the number of leaves */
function checkNodes(tree: TreeDump, nFeatures: number, path: string): number {
  const { childrenLeft, childrenRight, feature, threshold } = tree
  const last = childrenLeft.length - 1
  let nLeaves = 0
  for (let node = 0; node <= last; node++) {
    const left = childrenLeft[node]
    const right = childrenRight[node]
    if (!isFloat64(threshold[node])) {
      fail(path, `node ${node}: threshold: expected a number, received ${show(threshold[node])}`)
    }
    if (left === -1 && right === -1) {
      if (!Number.isInteger(feature[node])) {
        fail(path, `node ${node}: feature: expected an integer, -2 at a leaf, received ${show(feature[node])}`)
      }
      nLeaves++
      continue
    }
    if (left === -1 || right === -1) {
      fail(path, `node ${node}: expected two children, or -1 for both, received ${show(left)} and ${show(right)}`)
    }
    checkChild('childrenLeft', left, node, last, path)
    checkChild('childrenRight', right, node, last, path)
    if (!isIndex(feature[node], nFeatures)) {
      fail(path, `node ${node}: feature: expected an integer in 0..${nFeatures - 1}, received ${show(feature[node])}`)
    }
  }
  return nLeaves
}

function isFloat64(value: unknown): boolean {
  return typeof value === 'number' ? !Number.isNaN(value) : value === 'Infinity' || value === '-Infinity'
}

function checkChild(name: string, child: number, node: number, last: number, path: string): void {
  if (!isIndex(child, last + 1) || child === 0) {
    fail(path, `node ${node}: ${name}: expected the index of another node, 1..${last}, or -1, received ${show(child)}`)
  }
}

function checkOneTree(tree: TreeDump, path: string): void {
  const parents = findParents(tree, path)
  const orphan = parents.indexOf(-1, 1)
  if (orphan >= 0) fail(path, `node ${orphan}: expected a parent, received none: no row can reach it`)
  // As scikit-learn numbers nodes: nothing can be below itself.
  if (isAscending(parents)) return
  const stray = findUnreached(tree)
  // With one parent each, whoever walks up from a node that the root does not reach ends in a cycle.
  if (stray >= 0) {
    let node = stray
    for (let i = 0; i < parents.length; i++) node = parents[node]
    fail(path, `node ${node}: expected a path from the root, received a cycle: it is below itself`)
  }
}

/** [nNodes] The parent of each node, -1 where it has none. */
function findParents({ childrenLeft, childrenRight }: TreeDump, path: string): Int32Array {
  const parents = new Int32Array(childrenLeft.length).fill(-1)
  for (let node = 0; node < parents.length; node++) {
    const left = childrenLeft[node]
    if (left === -1) continue
    const right = childrenRight[node]
    if (parents[left] !== -1) failAdoption(left, parents[left], node, path)
    parents[left] = node
    if (parents[right] !== -1) failAdoption(right, parents[right], node, path)
    parents[right] = node
  }
  return parents
}

function failAdoption(child: number, first: number, second: number, path: string): never {
  fail(path, `node ${child}: expected one parent, received two: nodes ${first} and ${second}`)
}

/** Whether all nodes come after their parents. */
function isAscending(parents: Int32Array): boolean {
  for (let node = 0; node < parents.length; node++) if (parents[node] >= node) return false
  return true
}

/** Lowest node that is not below the root, -1 when all are. */
function findUnreached({ childrenLeft, childrenRight }: TreeDump): number {
  const reached = new Uint8Array(childrenLeft.length)
  const pending = [0]
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    reached[node] = 1
    if (childrenLeft[node] !== -1) pending.push(childrenRight[node], childrenLeft[node])
  }
  return reached.indexOf(0)
}

function checkValues(tree: TreeDump, nLeaves: number, forest: ForestDump, path: string): void {
  const { childrenLeft, value, output = 0 } = tree
  if (value.length !== nLeaves) fail(path, `value: expected ${nLeaves} entries, one per leaf, received ${value.length}`)
  if (!isIntegerIn(output, 0, forest.nOutputs - 1)) fail(path, `output: ${describeOutput(output, forest)}`)
  const nClasses = forest.leaves === 'probabilities' ? forest.nOutputs : 0
  for (let leaf = 0; leaf < value.length; leaf++) {
    const entry = value[leaf]
    // Most leaves are all of one class.
    if (typeof entry === 'number' && isIndex(entry, nClasses)) continue
    const problem = describeProblem(entry, forest)
    if (problem !== undefined) fail(path, `node ${findLeaf(childrenLeft, leaf)}: value[${leaf}]: ${problem}`)
  }
}

/** Node of a leaf, counted from 0. */
function findLeaf(childrenLeft: readonly number[], leaf: number): number {
  let node = childrenLeft.indexOf(-1)
  for (let i = 0; i < leaf; i++) node = childrenLeft.indexOf(-1, node + 1)
  return node
}

function describeProblem(value: TreeDump['value'][number], forest: ForestDump): string | undefined {
  const { leaves, nOutputs } = forest
  if (typeof value === 'number') {
    if (leaves === 'values') return Number.isFinite(value) ? undefined : `expected a number, received ${value}`
    return isIntegerIn(value, 0, nOutputs - 1) ? undefined : describeOutput(value, forest)
  }
  if (!Array.isArray(value)) return `expected a number or pairs of output and value, received ${show(value)}`
  if (value.length % 2 !== 0) return `expected pairs of output and value, received ${value.length} numbers`
  for (let i = 0; i < value.length; i += 2) {
    const output = value[i]
    if (!isIntegerIn(output, 0, nOutputs - 1)) return describeOutput(output, forest)
    if (i > 0 && output <= value[i - 2]) return `expected ascending outputs, received ${output} after ${value[i - 2]}`
    const number = value[i + 1]
    const isFit = leaves === 'probabilities' ? number >= 0 && number <= MAX_PROBABILITY : Number.isFinite(number)
    if (typeof number !== 'number' || !isFit) {
      const expected = leaves === 'probabilities' ? 'a probability in 0..1' : 'a number'
      return `output ${output}: expected ${expected}, received ${show(number)}`
    }
  }
  return undefined
}

function describeOutput(received: unknown, { nOutputs }: ForestDump): string {
  return `expected an output in 0..${nOutputs - 1}, received ${show(received)}`
}
