/**
 * Cuts: the numbers at which a forest's answer to a column may change. Between two of them it is the same, since trees
 * only ask on which side of their thresholds a value lies.
 */
import type { CompiledForest } from '../evaluator/compile.js'
import { encodeRow } from '../evaluator/walk.js'
import { cutOf } from './floats.js'

/** Ascending; the row changes sides at each of them, coming from below. */
export type Cuts = Float64Array

/** How many cuts are at or below a number. */
export function countCuts(cuts: Cuts, x: number): number {
  let low = 0
  let high = cuts.length
  while (low < high) {
    const middle = low + high >> 1
    if (cuts[middle] <= x) low = middle + 1
    else high = middle
  }
  return low
}

/** The cuts of one forest, found as they are asked for. */
export class ForestCuts {
  private readonly all: Array<Cuts | undefined> = []
  /** By feature: the categories that splits ask for. */
  private readonly categories = new Map<number, readonly number[]>()
  /** Scratch of a search: by threshold and by feature, the search that has met it last. */
  private readonly thresholdMet: Int32Array
  private readonly featureMet: Int32Array
  private search = 0
  /** [nSlots] The lowest and the highest rank of a row. */
  private readonly low: Int32Array
  private readonly high: Int32Array
  private readonly featureOf: Int32Array

  constructor(readonly forest: CompiledForest) {
    const { ranks, nSlots, nFeatures, acceptsMissing, categorySplits } = forest
    this.thresholdMet = new Int32Array(ranks.thresholds.length)
    this.featureMet = new Int32Array(nFeatures)
    this.low = new Int32Array(nSlots)
    this.high = new Int32Array(nSlots)
    this.featureOf = Int32Array.from({ length: nSlots }, (_, slot) => acceptsMissing ? slot >> 1 : slot)
    for (const { feature, ids, slots } of categorySplits?.features ?? []) {
      this.categories.set(feature, [...ids.keys()])
      for (const slot of slots) this.featureOf[slot] = feature
    }
  }

  /** All cuts of a feature. */
  listAll(feature: number): Cuts {
    const { start, thresholds } = this.forest.ranks
    return this.all[feature] ??= sortCuts([
      ...Array.from(thresholds.subarray(start[feature], start[feature + 1]), threshold => this.cut(threshold)),
      ...this.listCategories(feature)
    ])
  }

  /**
   * Finds the cuts that rows of a range may meet on their ways through the trees: those of all others change nothing.
   * @param lo [nFeatures] least value of each feature; the same as in `hi`, or NaN in both, where it does not move
   * @param add is given each cut with its feature, in no order
   */
  findReachable(lo: Float64Array, hi: Float64Array, add: (feature: number, cut: number) => void): void {
    const { forest, low, high, featureMet, thresholdMet } = this
    const { ranks, slotBits, nSlots, nTrees } = forest
    this.search++
    const codes = encodeRow(forest, lo, 0)
    for (let slot = 0; slot < nSlots; slot++) low[slot] = codes[slot] >> slotBits
    encodeRow(forest, hi, 0)
    for (let slot = 0; slot < nSlots; slot++) high[slot] = codes[slot] >> slotBits
    const nFeatureSlots = forest.nFeatures * (forest.acceptsMissing ? 2 : 1)
    for (let slot = nFeatureSlots; slot < nSlots; slot++) {
      const feature = this.featureOf[slot]
      if (Object.is(lo[feature], hi[feature])) continue
      low[slot] = 0
      high[slot] = 1
    }
    for (let tree = 0; tree < nTrees; tree++) this.descend(tree << 3, nFeatureSlots)
    for (let feature = 0; feature < forest.nFeatures; feature++) {
      for (let i = ranks.start[feature]; i < ranks.start[feature + 1]; i++) {
        if (thresholdMet[i] === this.search) add(feature, this.cut(ranks.thresholds[i]))
      }
      if (featureMet[feature] === this.search) for (const cut of this.listCategories(feature)) add(feature, cut)
    }
  }

  /**
   * Marks what the rows meet below a node, which they reach in part or all. Without recursion, since trees may be deep:
   * what is to do is a node, and between which ranks a slot lies there.
   */
  private descend(root: number, nFeatureSlots: number): void {
    const { low, high, thresholdMet, featureMet, featureOf, search, forest } = this
    const { words, children, slotBits, acceptsMissing, ranks } = forest
    const mask = (1 << slotBits) - 1
    const pending: number[] = []
    let node = root
    for (;;) {
      while (node >= 0) {
        const word = words.getInt32(node, true)
        if (word < 0) break
        const slot = word & mask
        const position = word >> slotBits
        const left = children.getInt32(node, true)
        const [from, to] = [low[slot], high[slot]]
        if (from > position) node = left + 8
        else if (to <= position) node = left
        else {
          const feature = featureOf[slot]
          if (slot >= nFeatureSlots) featureMet[feature] = search
          else thresholdMet[ranks.start[feature] + position] = search
          pending.push(-1, slot, from, to, left + 8, slot, position + 1, to, left, slot, from, position)
          break
        }
      }
      if (pending.length === 0) return
      const [to, from, slot] = [pending.pop() ?? 0, pending.pop() ?? 0, pending.pop() ?? 0]
      node = pending.pop() ?? -1
      low[slot] = from
      high[slot] = to
      if (acceptsMissing && slot < nFeatureSlots) {
        low[slot ^ 1] = from
        high[slot ^ 1] = to
      }
    }
  }

  private cut(threshold: number): number {
    return cutOf(threshold, this.forest.float32, this.forest.ranks.strict)
  }

  /** A category is a number of its own, and not those beside it. */
  private listCategories(feature: number): number[] {
    const { float32 } = this.forest
    return (this.categories.get(feature) ?? []).flatMap(x => [cutOf(x, float32, true), cutOf(x, float32, false)])
  }
}

export function sortCuts(cuts: readonly number[]): Cuts {
  const sorted = Float64Array.from(cuts).sort()
  let n = 0
  for (let i = 0; i < sorted.length; i++) if (i === 0 || sorted[i] !== sorted[n - 1]) sorted[n++] = sorted[i]
  return sorted.subarray(0, n)
}
