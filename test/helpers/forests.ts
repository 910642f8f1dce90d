/** Forests for tests: hand-made ones, and random ones with everything that is awkward for an evaluator. */
import type { ForestDump, TreeDump } from '../../src/dump/dump.js'
import { readVariable } from './environment.js'

export type Random = () => number

/** Numbers in [0, 1), the same ones for the same seed (mulberry32). */
export function makeRandom(seed: number): Random {
  let state = seed | 0
  return () => {
    state = state + 0x6d2b79f5 | 0
    let mixed = Math.imul(state ^ state >>> 15, state | 1)
    mixed ^= mixed + Math.imul(mixed ^ mixed >>> 7, mixed | 61)
    return ((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32
  }
}

/** A new seed on each run, or the one in TEST_SEED to repeat a failure. */
export function pickSeed(): number {
  return Number(readVariable('TEST_SEED') ?? Date.now() % 2 ** 31)
}

export function randomInteger(random: Random, low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1))
}

function pick<T>(random: Random, items: readonly T[]): T {
  return items[randomInteger(random, 0, items.length - 1)]
}

/** Standard normal (Box-Muller). */
function randomNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/** A forest around the given trees, with features f0, f1, ... */
export function makeForest(trees: TreeDump[], changes: Partial<ForestDump> = {}): ForestDump {
  return {
    kind: 'forest', estimator: 'RandomForestClassifier', aggregate: 'mean', split: '<=', precision: 'float32',
    leaves: 'probabilities', features: ['f0', 'f1'], nOutputs: 2, trees, ...changes
  }
}

/** One split: feature 0 at 0.5, class 0 on the left, class 1 on the right. */
export function makeStump(changes: Partial<TreeDump> = {}): TreeDump {
  return {
    childrenLeft: [1, -1, -1], childrenRight: [2, -1, -1],
    feature: [0, -2, -2], threshold: [0.5, -2, -2], value: [0, 1],
    ...changes
  }
}

/** A tree that never splits. */
export function makeLeaf(value: TreeDump['value'][number]): TreeDump {
  return { childrenLeft: [-1], childrenRight: [-1], feature: [-2], threshold: [-2], value: [value] }
}

/** As deep as a tree can be: level i leaves for class i % nClasses when feature 0 is at most i, else goes on. */
export function makeChain(depth: number, nClasses: number): TreeDump {
  const nNodes = 2 * depth + 1
  const isLeaf = (node: number) => node % 2 === 1 || node === nNodes - 1
  const nodes = Array.from({ length: nNodes }, (_, node) => node)
  return {
    childrenLeft: nodes.map(node => isLeaf(node) ? -1 : node + 1),
    childrenRight: nodes.map(node => isLeaf(node) ? -1 : node + 2),
    feature: nodes.map(node => isLeaf(node) ? -2 : 0),
    threshold: nodes.map(node => isLeaf(node) ? -2 : node / 2),
    value: nodes.filter(isLeaf).map((_, level) => level % nClasses)
  }
}

/** Any forest that is valid: all splits, precisions, numbers of classes, with and without missing values. */
export function randomForest(random: Random): ForestDump {
  const nFeatures = pick(random, [1, 2, 3, 6, 17])
  const forest = makeForest([], {
    split: pick(random, ['<=', '<'] as const),
    precision: pick(random, ['float32', 'float64'] as const),
    features: Array.from({ length: nFeatures }, (_, f) => `f${f}`),
    nOutputs: pick(random, [1, 2, 2, 3, 4, 5, 7, 16, 40])
  })
  const missing = random() < 0.4
  const pools = forest.features.map(() => randomThresholds(random, forest.precision))
  const nTrees = randomInteger(random, 1, 20)
  for (let t = 0; t < nTrees; t++) {
    forest.trees.push(randomTree(random, pick(random, [0, 1, 5, 30]), pools, forest.nOutputs, missing))
  }
  return forest
}

/** Few or many thresholds for trees to share, so that they tie; some a float64 ulp apart. */
function randomThresholds(random: Random, precision: ForestDump['precision']): number[] {
  const thresholds: number[] = []
  const huge = precision === 'float32' ? 3e38 : 1.7e308
  const makers = [
    () => randomNormal(random),
    () => Math.fround(randomNormal(random)),
    () => randomInteger(random, -3, 3) / 2,
    () => nextFloat64(pick(random, [0, ...thresholds]), random() < 0.5),
    () => pick(random, [0, -0, Infinity, -Infinity, huge, -huge, 1e-42, -1e-50, 16777217, 1e-310])
  ]
  const count = pick(random, [1, 3, 12, 150])
  while (thresholds.length < count) thresholds.push(pick(random, makers)())
  return thresholds
}

/** Grown leaf by leaf, then its nodes put in random order: nothing says that children come after their parent. */
function randomTree(random: Random, nSplits: number, pools: number[][], nClasses: number, missing: boolean): TreeDump {
  const children = new Map<number, [number, number]>()
  const leaves = [0]
  for (let i = 0; i < nSplits; i++) {
    const [node] = leaves.splice(randomInteger(random, 0, leaves.length - 1), 1)
    const pair: [number, number] = [2 * i + 1, 2 * i + 2]
    children.set(node, pair)
    leaves.push(...pair)
  }
  const nNodes = 2 * nSplits + 1
  const place = [0, ...shuffle(random, Array.from({ length: nNodes - 1 }, (_, i) => i + 1))]
  const tree: TreeDump = {
    childrenLeft: new Array<number>(nNodes).fill(-1),
    childrenRight: new Array<number>(nNodes).fill(-1),
    feature: new Array<number>(nNodes).fill(-2),
    threshold: new Array<number>(nNodes).fill(-2),
    value: leaves.map(() => randomLeaf(random, nClasses))
  }
  if (missing) tree.missingGoToLeft = Array.from({ length: nNodes }, () => random() < 0.5 ? 1 : 0)
  for (const [node, [left, right]] of children) {
    const at = place[node]
    tree.childrenLeft[at] = place[left]
    tree.childrenRight[at] = place[right]
    tree.feature[at] = randomInteger(random, 0, pools.length - 1)
    tree.threshold[at] = toDumpNumber(pick(random, pools[tree.feature[at]]))
  }
  return tree
}

function toDumpNumber(x: number): TreeDump['threshold'][number] {
  return x === Infinity ? 'Infinity' : x === -Infinity ? '-Infinity' : x
}

function randomLeaf(random: Random, nClasses: number): TreeDump['value'][number] {
  if (random() < 0.4) return randomInteger(random, 0, nClasses - 1)
  const classes = Array.from({ length: nClasses }, (_, c) => c).filter(() => random() < 0.5)
  const weights = classes.map(() => randomInteger(random, 1, 30))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return classes.flatMap((c, i) => [c, weights[i] / total])
}

function shuffle(random: Random, items: number[]): number[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = randomInteger(random, 0, i)
    const item = items[i]
    items[i] = items[j]
    items[j] = item
  }
  return items
}

/** [nRows x nFeatures] Values on the forest's own thresholds, right beside them, and elsewhere; NaN if it may be. */
export function randomRows(random: Random, forest: ForestDump, nRows: number): Float64Array {
  const float32 = forest.precision === 'float32'
  const round = (x: number) => float32 ? Math.fround(x) : x
  const next = float32 ? nextFloat32 : nextFloat64
  const thresholds = listThresholds(forest)
  const missing = forest.trees[0].missingGoToLeft !== undefined
  return Float64Array.from({ length: nRows * thresholds.length }, (_, i) => {
    const threshold = pick(random, [0, ...thresholds[i % thresholds.length]])
    const x = pick(random, [
      threshold, round(threshold), next(round(threshold), true), next(round(threshold), false),
      randomNormal(random), pick(random, [0, -0, 3e38, -3e38]), missing ? NaN : 0.1
    ])
    return Number.isNaN(x) || Number.isFinite(round(x)) ? x : 1
  })
}

/** [nFeatures] The thresholds that the trees compare each feature with, in no order. */
export function listThresholds(forest: ForestDump): number[][] {
  return forest.features.map((_, f) => forest.trees.flatMap(tree =>
    tree.feature.flatMap((feature, node) => feature === f ? [Number(tree.threshold[node])] : [])))
}

/** The float64 next to a finite x. */
export function nextFloat64(x: number, up: boolean): number {
  const value = new Float64Array([x])
  const bits = new BigInt64Array(value.buffer)
  if (x === 0) value[0] = up ? 5e-324 : -5e-324
  else if (Number.isFinite(x)) bits[0] += x > 0 === up ? 1n : -1n
  return value[0]
}

/** The float32 next to a finite float32 x. */
export function nextFloat32(x: number, up: boolean): number {
  const value = new Float32Array([x])
  const bits = new Int32Array(value.buffer)
  if (x === 0) value[0] = up ? 1.5e-45 : -1.5e-45
  else if (Number.isFinite(x)) bits[0] += x > 0 === up ? 1 : -1
  return value[0]
}
