/** Which leaves of a model's trees rows have reached, and how near they came to the thresholds on their way. */
import type { Dump, ForestDump, TreeDump } from '../../../src/dump/dump.js'
import { listForests, listPredictors } from '../../../src/dump/list-forests.js'
import { compileRanks, positionOf, rankOf, type FeatureRanks } from '../../../src/evaluator/ranks.js'

/** What a row that lies right beside a threshold, where none did, counts in new leaves. */
const NEARNESS = 0.5

export class Coverage {
  private readonly forests: readonly ForestCoverage[]

  /** @param columns names of the columns of a row, in order */
  constructor(dump: Pick<Dump, 'steps' | 'model'>, columns: readonly string[]) {
    const places = new Map(columns.map((name, c) => [name, c]))
    this.forests = listPredictors(dump).flatMap(listForests).map(forest => new ForestCoverage(forest, places))
  }

  /** About as many nodes as a row visits. */
  get nVisits(): number {
    return sum(this.forests, ({ roots, nLeaves }) => roots.length * Math.ceil(1 + Math.log2(nLeaves / roots.length)))
  }

  /** Share of the leaves that rows have reached. */
  get share(): number {
    return sum(this.forests, forest => forest.nReached) / sum(this.forests, forest => forest.nLeaves)
  }

  /**
   * What a row would add: its new leaves, and how much nearer it comes to thresholds.
   * @param features [nColumns] that the model takes
   */
  gain(features: Float64Array): number {
    return sum(this.forests, forest => forest.gain(features))
  }

  add(features: Float64Array): void {
    for (const forest of this.forests) forest.add(features)
  }
}

function sum<T>(items: readonly T[], valueOf: (item: T) => number): number {
  return items.reduce((total, item) => total + valueOf(item), 0)
}

/** What a node has in `nodes`, at these places from its start on; a leaf has but `LEFT`, -1, and `REACHED`. */
const LEFT = 0
const RIGHT = 1
const FEATURE = 2
/** Place of its threshold among the feature's distinct ones, or `CATEGORICAL`. */
const POSITION = 3
const MISSING_LEFT = 4
const REACHED = 5
/** How near rows came to the threshold from the left, and after it from the right: 1 is next to it. In `near`. */
const NEAR = 6
const STRIDE = 8

const CATEGORICAL = -1

interface CategoricalSplit {
  readonly left: ReadonlySet<number>
  readonly known: ReadonlySet<number> | undefined
}

class ForestCoverage {
  /** Where the root of each tree starts. */
  readonly roots: readonly number[]
  readonly nLeaves: number
  nReached = 0
  /** Nodes of all trees, one after the other: a visit touches one line of the cache. */
  private readonly nodes: Int32Array
  private readonly near: Float32Array
  private readonly categoricalSplits = new Map<number, CategoricalSplit>()
  private readonly ranks: FeatureRanks
  private readonly places: Int32Array
  private readonly values: Float64Array
  /** [nFeatures] Rank of each value among the thresholds, -1 for NaN. */
  private readonly codes: Int32Array

  /** @param columns place of each by name */
  constructor(private readonly forest: ForestDump, columns: ReadonlyMap<string, number>) {
    this.ranks = compileRanks(forest)
    this.places = Int32Array.from(forest.features, name => columns.get(name) ?? 0)
    this.values = new Float64Array(forest.features.length)
    this.codes = new Int32Array(forest.features.length)
    this.nodes = new Int32Array(STRIDE * sum(forest.trees, tree => tree.feature.length))
    this.near = new Float32Array(this.nodes.buffer)
    this.nLeaves = sum(forest.trees, tree => tree.value.length)
    let start = 0
    this.roots = forest.trees.map(tree => {
      this.fill(tree, start)
      start += STRIDE * tree.feature.length
      return start - STRIDE * tree.feature.length
    })
  }

  private fill(tree: TreeDump, start: number): void {
    const { childrenLeft, childrenRight, feature, threshold, missingGoToLeft, categoricalSplits = [] } = tree
    for (let node = 0; node < feature.length; node++) {
      const at = start + STRIDE * node
      if (childrenLeft[node] === -1) {
        this.nodes[at + LEFT] = -1
        continue
      }
      this.nodes[at + LEFT] = start + STRIDE * childrenLeft[node]
      this.nodes[at + RIGHT] = start + STRIDE * childrenRight[node]
      this.nodes[at + FEATURE] = feature[node]
      this.nodes[at + POSITION] = positionOf(this.ranks, feature[node], Number(threshold[node]))
      this.nodes[at + MISSING_LEFT] = missingGoToLeft?.[node] ?? 0
    }
    for (const { node, left } of categoricalSplits) {
      const known = this.forest.knownCategories?.[this.forest.features[feature[node]]]
      this.nodes[start + STRIDE * node + POSITION] = CATEGORICAL
      this.categoricalSplits.set(start + STRIDE * node, { left: new Set(left), known: known && new Set(known) })
    }
  }

  gain(features: Float64Array): number {
    this.encode(features)
    let gain = 0
    for (const root of this.roots) gain += this.walk(root, false)
    return gain
  }

  add(features: Float64Array): void {
    this.encode(features)
    for (const root of this.roots) this.walk(root, true)
  }

  private encode(features: Float64Array): void {
    const { places, values, codes, ranks } = this
    const isFloat32 = this.forest.precision === 'float32'
    for (let f = 0; f < places.length; f++) {
      const value = features[places[f]]
      values[f] = isFloat32 ? Math.fround(value) : value
      codes[f] = Number.isNaN(value) ? -1 : rankOf(ranks, f, values[f])
    }
  }

  /** @param keep whether what the row adds is noted */
  private walk(root: number, keep: boolean): number {
    const { nodes, near, codes } = this
    let gain = 0
    let node = root
    while (nodes[node + LEFT] !== -1) {
      const code = codes[nodes[node + FEATURE]]
      const position = nodes[node + POSITION]
      if (code === -1 || position === CATEGORICAL) {
        node = nodes[node + (this.isLeft(node, code) ? LEFT : RIGHT)]
        continue
      }
      const isRight = code > position ? 1 : 0
      const nearness = 1 / (isRight === 1 ? code - position : position - code + 1)
      const before = near[node + NEAR + isRight]
      if (nearness > before) {
        gain += NEARNESS * (nearness - before)
        if (keep) near[node + NEAR + isRight] = nearness
      }
      node = nodes[node + LEFT + isRight]
    }
    if (nodes[node + REACHED] === 1) return gain
    if (keep) {
      nodes[node + REACHED] = 1
      this.nReached++
    }
    return gain + 1
  }

  /** Of a missing value, or at a categorical split. */
  private isLeft(node: number, code: number): boolean {
    const missingLeft = this.nodes[node + MISSING_LEFT] === 1
    const split = this.categoricalSplits.get(node)
    if (code === -1 || split === undefined) return missingLeft
    const value = this.values[this.nodes[node + FEATURE]]
    return split.left.has(value) || (missingLeft && split.known?.has(value) === false)
  }
}
