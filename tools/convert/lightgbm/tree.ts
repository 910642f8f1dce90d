/**
 * A tree as LightGBM walks it: `Tree::NumericalDecision`, `Tree::CategoricalDecision` in
 * https://github.com/microsoft/LightGBM/blob/master/include/LightGBM/tree.h
 */
import type { TreeDump } from '../../../src/dump/dump.js'
import { ConvertError } from '../errors/convert-error.js'
import { toFloat64Value } from '../sklearn/tree.js'
import type { Section } from './section.js'

/** What a node does with a value: it looks it up, or compares it and takes nothing, zeros or NaN for missing. */
export type Kind = 'category' | 'none' | 'zero' | 'nan'

/** Up to here a value counts as zero: `kZeroThreshold`, a float32 in LightGBM's source. */
export const ZERO_THRESHOLD = Math.fround(1e-35)

/** The largest negative number that does not count as zero. */
const BELOW_ZERO = -1.0000000180025096e-35

const CATEGORICAL = 1
const DEFAULT_LEFT = 2
const MISSING: readonly Kind[] = ['none', 'zero', 'nan']

const MAX_INT = 2 ** 31 - 1
const WORD_BITS = 32

/** The nodes of a tree: its splits first, then its leaves. */
export interface Tree {
  readonly section: Section
  readonly nLeaves: number
  /** [nLeaves - 1] Index of the feature of each split. */
  readonly feature: readonly number[]
  /** [nLeaves - 1] */
  readonly kind: readonly Kind[]
  readonly dump: TreeDump
  /** Linear models of leaves, whose features are as many as those of the file. */
  readonly linear: NonNullable<TreeDump['linearLeaves']>
  /** [nLeaves - 1] What each split took off the loss. */
  readonly gain: readonly number[]
}

/**
 * @param nFeatures that the head names
 * @throws ConvertError naming the line, for what does not fit together
 */
export function readTree(section: Section, nFeatures: number): Tree {
  const nLeaves = section.integer('num_leaves', 1, MAX_INT)
  const value = section.floats('leaf_value', nLeaves)
  const linear = readLinear(section, value, nFeatures)
  // What a tree of one leaf says beside it differs from version to version, and means nothing.
  const nSplits = nLeaves - 1
  const ofSplits = <T>(read: () => T[]): T[] => nSplits === 0 ? [] : read()
  const feature = ofSplits(() => section.integers('split_feature', nSplits, 0, nFeatures - 1))
  const decision = ofSplits(() => section.integers('decision_type', nSplits, 0, 11))
  const threshold = ofSplits(() => section.limits('threshold', nSplits))
  const left = ofSplits(() => readChildren(section, 'left_child', nLeaves))
  const right = ofSplits(() => readChildren(section, 'right_child', nLeaves))
  const kind = decision.map((bits): Kind => (bits & CATEGORICAL) !== 0 ? 'category' : MISSING[bits >> 2])
  const splits = readCategories(section, kind, threshold)
  const counts = readCounts(section, nLeaves)
  const pad = <T>(entry: T) => Array.from({ length: nLeaves }, () => entry)
  // The last line of a tree: without it, the file was cut off here.
  section.floats('shrinkage', 1)
  return {
    section,
    nLeaves,
    feature,
    kind,
    linear,
    gain: section.has('split_gain') ? ofSplits(() => section.floats('split_gain', nSplits)) : [],
    dump: {
      childrenLeft: [...left, ...pad(-1)],
      childrenRight: [...right, ...pad(-1)],
      feature: [...feature, ...pad(-2)],
      threshold: [...threshold.map((x, node) => kind[node] === 'category' ? 0 : toFloat64Value(spareZeros(x))), ...pad(-2)],
      missingGoToLeft: [
        ...decision.map((bits, node): 0 | 1 => kind[node] !== 'category' && (bits & DEFAULT_LEFT) !== 0 ? 1 : 0),
        ...pad<0>(0)
      ],
      ...(splits.length === 0 ? {} : { categoricalSplits: splits }),
      ...(counts === undefined ? {} : { weightedNNodeSamples: counts }),
      value
    }
  }
}

/** Between the numbers of two leaves there are two blanks. */
const BLANKS = / +/

/** @param value [nLeaves] receives the constants of leaves without terms */
function readLinear(section: Section, value: number[], nFeatures: number): Tree['linear'] {
  if (!section.has('is_linear') || section.integer('is_linear', 0, 1) === 0) return []
  const nLeaves = value.length
  const intercepts = section.floats('leaf_const', nLeaves)
  const counts = section.integers('num_features', nLeaves, 0, nFeatures)
  const nTerms = counts.reduce((sum, count) => sum + count, 0)
  const features = section.integers('leaf_features', nTerms, 0, nFeatures - 1, BLANKS)
  const coef = section.floats('leaf_coeff', nTerms, BLANKS)
  let start = 0
  return counts.flatMap((count, leaf) => {
    if (count === 0) {
      value[leaf] = intercepts[leaf]
      return []
    }
    const from = start
    start += count
    const terms = { features: features.slice(from, start), coef: coef.slice(from, start) }
    return [{ node: nLeaves - 1 + leaf, intercept: intercepts[leaf], ...terms }]
  })
}

/** Splits are numbered from 0, leaves are ~0, ~1, ...; here leaves follow the splits. */
function readChildren(section: Section, key: string, nLeaves: number): number[] {
  return section.integers(key, nLeaves - 1, -nLeaves, nLeaves - 2)
    .map(child => child < 0 ? nLeaves - 1 + ~child : child)
}

/**
 * LightGBM takes what counts as zero for 0 before it compares. The threshold here sends the numbers as they are the
 * same way.
 */
function spareZeros(threshold: number): number {
  if (threshold < -ZERO_THRESHOLD || threshold >= ZERO_THRESHOLD) return threshold
  return threshold < 0 ? BELOW_ZERO : ZERO_THRESHOLD
}

/** The categories that go to the left: a bit each, in the words from one boundary to the next. */
function readCategories(
  section: Section, kind: readonly Kind[], threshold: readonly number[]
): NonNullable<TreeDump['categoricalSplits']> {
  const nodes = [...kind.keys()].filter(node => kind[node] === 'category')
  if (!section.has('num_cat')) {
    section.fail('num_cat', 'a line num_cat=...', undefined,
      'LightGBM before 2.1 wrote categories in another form: train the model again with a later version.')
  }
  const count = section.integer('num_cat', 0, kind.length)
  if (count !== nodes.length) section.fail('num_cat', `${nodes.length}, the number of categorical splits`)
  if (count === 0) return []
  const bounds = section.integers('cat_boundaries', count + 1, 0, MAX_INT)
  if (bounds[0] !== 0 || bounds.some((bound, i) => i > 0 && bound < bounds[i - 1])) {
    section.fail('cat_boundaries', 'ascending numbers from 0')
  }
  const words = section.integers('cat_threshold', bounds[count], 0, 2 ** WORD_BITS - 1)
  const used = new Set<number>()
  return nodes.map(node => {
    const set = threshold[node]
    if (!Number.isInteger(set) || set < 0 || set >= count || used.has(set)) {
      section.fail('threshold', `at each categorical split another set in 0..${count - 1}`, `${set} at node ${node}`)
    }
    used.add(set)
    return { node, left: listBits(words.slice(bounds[set], bounds[set + 1])) }
  })
}

function listBits(words: readonly number[]): number[] {
  const bits: number[] = []
  words.forEach((word, i) => {
    for (let bit = 0; bit < WORD_BITS; bit++) if ((word >>> bit & 1) !== 0) bits.push(i * WORD_BITS + bit)
  })
  return bits
}

/** [nNodes] Training rows at each node; undefined where the file does not say. */
function readCounts(section: Section, nLeaves: number): number[] | undefined {
  if (nLeaves === 1 || !section.has('internal_count') || !section.has('leaf_count')) return undefined
  return [
    ...section.integers('internal_count', nLeaves - 1, 0, MAX_INT),
    ...section.integers('leaf_count', nLeaves, 0, MAX_INT)
  ]
}

/** More is not a model: this many answers are worked out before the first row, one a question and category. */
const MAX_ANSWERS = 2 ** 28

/** Refuses sets of categories whose answers would fill the memory: a small file can name many of both. */
export function checkAnswers(trees: readonly Tree[]): void {
  const questions = new Map<number, number>()
  const categories = new Map<number, Set<number>>()
  for (const { section, feature, dump: { categoricalSplits = [] } } of trees) {
    for (const { node, left } of categoricalSplits) {
      const known = categories.get(feature[node]) ?? new Set()
      for (const category of left) known.add(category)
      const asked = (questions.get(feature[node]) ?? 0) + 1
      categories.set(feature[node], known)
      questions.set(feature[node], asked)
      if (asked * known.size > MAX_ANSWERS) {
        throw new ConvertError(`${section.title}: feature ${feature[node]} has ${known.size} categories and ${asked} splits on them, too many to serve.`)
      }
    }
  }
}
