/**
 * Thresholds as ranks. A tree only ever asks on which side of its thresholds a value lies, so the distinct thresholds
 * of a feature are sorted once, and a value is replaced by the number of them that lie to its left. The nodes then
 * compare small integers, with the same outcome as the floats.
 */
import type { ForestDump, TreeDump } from '../dump/dump.js'

/** The sorted thresholds of every feature, with an index that leaves a search only a few steps. */
export interface FeatureRanks {
  /** [nThresholds] The features' distinct thresholds, feature after feature, ascending within each. */
  readonly thresholds: Float64Array
  /** [nFeatures + 1] Feature `f` owns `thresholds` from `start[f]` up to `start[f + 1]`. */
  readonly start: Int32Array
  /**
   * Where each bucket of a feature's span begins in `thresholds`, and after the feature's last bucket where that ends.
   * Buckets are equally wide, about {@link THRESHOLDS_PER_BUCKET} thresholds each.
   */
  readonly buckets: Int32Array
  /** [nFeatures + 1] Feature `f` owns `buckets` from `bucketStart[f]` up to `bucketStart[f + 1]`. */
  readonly bucketStart: Int32Array
  /** [nFeatures] Smallest finite threshold. */
  readonly minimum: Float64Array
  /** [nFeatures] Buckets a unit of the feature. */
  readonly scale: Float64Array
  /** Splits are `x < threshold`: a threshold that equals the value lies to its left. */
  readonly strict: boolean
}

/**
 * Encoding 12 features with up to 7,700 thresholds each takes 0.3 us; with four thresholds a bucket 0.45, by binary
 * search alone 0.8.
 */
const THRESHOLDS_PER_BUCKET = 1

/** @param forest validated */
export function compileRanks(forest: ForestDump): FeatureRanks {
  const distinct = collectThresholds(forest)
  const nFeatures = distinct.length
  const start = sumLengths(distinct.map(thresholds => thresholds.length))
  const nBuckets = distinct.map(thresholds => Math.max(1, Math.ceil(thresholds.length / THRESHOLDS_PER_BUCKET)))
  const bucketStart = sumLengths(nBuckets.map(n => n + 1))
  const ranks = {
    thresholds: new Float64Array(start[nFeatures]),
    start,
    buckets: new Int32Array(bucketStart[nFeatures]),
    bucketStart,
    minimum: new Float64Array(nFeatures),
    scale: new Float64Array(nFeatures),
    strict: forest.split === '<'
  }
  distinct.forEach((thresholds, feature) => {
    ranks.thresholds.set(thresholds, start[feature])
    const lowest = thresholds.find(Number.isFinite)
    const highest = thresholds.findLast(Number.isFinite)
    if (lowest !== undefined && highest !== undefined && lowest < highest) {
      ranks.minimum[feature] = lowest
      ranks.scale[feature] = nBuckets[feature] / (highest - lowest)
    }
    fillBuckets(ranks, feature, thresholds)
  })
  return ranks
}

/**
 * Rank of a value: how many of the feature's thresholds send it to the right, `threshold < x` for `<=` splits and
 * `threshold <= x` for `<`. A NaN has rank 0.
 * @param x rounded to the forest's precision
 */
export function rankOf(ranks: FeatureRanks, feature: number, x: number): number {
  const bucket = findBucket(ranks, feature, x)
  return rankBetween(ranks, feature, x, ranks.buckets[bucket], ranks.buckets[bucket + 1])
}

/**
 * The same for those who have looked up the value's bucket.
 * @param low where the bucket begins in `thresholds`
 * @param high where it ends
 */
export function rankBetween(ranks: FeatureRanks, feature: number, x: number, low: number, high: number): number {
  const { thresholds, start } = ranks
  // V8 knows that `!` gives a boolean. One from a property it examines at every use, in ten instructions.
  const isLoose = !ranks.strict
  while (low < high) {
    // Signed, else `low` might be too large for an integer of V8's and is turned into a double and back at every step.
    const middle = low + high >> 1
    if (isLoose ? thresholds[middle] < x : thresholds[middle] <= x) low = middle + 1 | 0
    else high = middle
  }
  return low - start[feature]
}

/** Position of one of the feature's own thresholds among them: a value goes to the right when its rank is above it. */
export function positionOf(ranks: FeatureRanks, feature: number, threshold: number): number {
  return rankOf(ranks, feature, threshold) - (ranks.strict ? 1 : 0)
}

/**
 * Place in `buckets` for a value. Rounding never makes it fall as `x` rises, and thresholds are filed by the same
 * formula, so those in lower buckets are below `x` and those in higher ones above it, however unevenly they are spread.
 * An infinite scale or a span that overflows to scale 0 can yield NaN, which goes to bucket 0, as consistently.
 */
export function findBucket(ranks: FeatureRanks, feature: number, x: number): number {
  const { bucketStart, minimum, scale } = ranks
  const first = bucketStart[feature]
  const last = bucketStart[feature + 1] - first - 2 | 0
  const bucket = (x - minimum[feature]) * scale[feature]
  return first + (bucket > 0 ? bucket < last ? bucket | 0 : last : 0) | 0
}

function fillBuckets(ranks: FeatureRanks, feature: number, thresholds: Float64Array): void {
  const { buckets, bucketStart, start } = ranks
  let next = bucketStart[feature]
  for (let i = 0; i < thresholds.length; i++) {
    const bucket = findBucket(ranks, feature, thresholds[i])
    while (next <= bucket) buckets[next++] = start[feature] + i
  }
  buckets.fill(start[feature + 1], next, bucketStart[feature + 1])
}

/** [nFeatures] The distinct thresholds of each feature, ascending. -0 and 0 compare equal, so one of them stays. */
function collectThresholds({ features, trees }: ForestDump): Float64Array[] {
  const counts = new Int32Array(features.length)
  for (const tree of trees) countSplits(tree, counts)
  const all = Array.from(counts, count => new Float64Array(count))
  counts.fill(0)
  for (const tree of trees) gatherThresholds(tree, all, counts)
  return all.map((thresholds, feature) => takeDistinct(thresholds.subarray(0, counts[feature])))
}

// Functions of a tree, without callbacks: they run at the start, where what is called anew for each tree is soon
// compiled, and what runs through all nodes at once is interpreted for long.

/** Adds to each feature's count the nodes that ask for it. */
function countSplits({ feature, childrenLeft }: TreeDump, counts: Int32Array): void {
  for (let node = 0; node < feature.length; node++) {
    if (childrenLeft[node] !== -1) counts[feature[node]]++
  }
}

/** Appends the thresholds of a tree to those of each feature, where `counts` says. */
function gatherThresholds(tree: TreeDump, all: readonly Float64Array[], counts: Int32Array): void {
  const { feature, threshold, childrenLeft, categoricalSplits } = tree
  const categorical = categoricalSplits && new Set(categoricalSplits.map(split => split.node))
  for (let node = 0; node < feature.length; node++) {
    if (childrenLeft[node] === -1 || categorical?.has(node) === true) continue
    const f = feature[node]
    all[f][counts[f]++] = Number(threshold[node])
  }
}

/** Sorts in place. */
function takeDistinct(thresholds: Float64Array): Float64Array {
  thresholds.sort()
  let n = 0
  for (let i = 0; i < thresholds.length; i++) {
    if (i === 0 || thresholds[i] !== thresholds[n - 1]) thresholds[n++] = thresholds[i]
  }
  return thresholds.subarray(0, n)
}

/** [lengths.length + 1] Where each of several runs begins when they are laid end to end, then where the last ends. */
function sumLengths(lengths: number[]): Int32Array {
  const starts = new Int32Array(lengths.length + 1)
  lengths.forEach((length, i) => { starts[i + 1] = starts[i] + length })
  return starts
}
