/**
 * The hot loops: rows of features to class probabilities or other sums over trees. Figures in the comments:
 * microseconds a row for a forest of 100 trees, 153,304 nodes, 16 classes / one of 200 trees of depth 10, 2 classes.
 */
import { evaluateCategorySplits } from './categories.js'
import { LANES, MAX_SLOTS, NARROW_SLOT_BITS, type CompiledForest } from './compiled-forest.js'
import { addLeaves, finishSums, startSums } from './leaves.js'
import { addLinearLeaves } from './linear-leaves.js'
import { findBucket, rankBetween } from './ranks.js'

/**
 * Scratch: rank << slotBits of each of the row's slots; a split has 0 for left and 1 for right. There is one for all
 * forests: V8 then knows its address and length when it compiles the loop, which saves two instructions a step.
 */
const CODES = new Int32Array(2 ** NARROW_SLOT_BITS)

const NARROW_MASK = 2 ** NARROW_SLOT_BITS - 1

/** The same for forests with more slots. Memory is only taken for what is ever written. */
const WIDE_CODES = new Int32Array(MAX_SLOTS)

/** Scratch: where the bucket of each of the row's features begins and ends. */
const LOWS = new Int32Array(MAX_SLOTS)
const HIGHS = new Int32Array(MAX_SLOTS)

/**
 * What the trees add up to for one row: for a forest of classifiers its class probabilities, the bits of
 * scikit-learn's `predict_proba` with `n_jobs=1`. Allocates nothing.
 *
 * Precondition, which the caller checks: once rounded to the forest's precision every value is finite, or NaN where the
 * forest accepts missing values. The result for others is unspecified.
 * @param row [nFeatures]
 * @param out [nOutputs] receives the sums
 * @throws RangeError when an array is too short
 */
export function predictRow(forest: CompiledForest, row: Float64Array, out: Float64Array): void {
  checkLength('rows', row, forest.nFeatures)
  checkLength('out', out, forest.nOutputs)
  predictAlone(forest, row, 0, out, 0)
}

/**
 * The same for many rows, each as if it came alone.
 * @param rows [nRows x nFeatures] row-major
 * @param out [nRows x nOutputs] row-major, receives the sums
 * @throws RangeError when an array is too short
 */
export function predictRows(forest: CompiledForest, rows: Float64Array, nRows: number, out: Float64Array): void {
  const { nFeatures, nOutputs, rowsAtOnce } = forest
  checkLength('rows', rows, nRows * nFeatures)
  checkLength('out', out, nRows * nOutputs)
  if (rowsAtOnce === 1) {
    for (let row = 0; row < nRows; row++) predictAlone(forest, rows, row * nFeatures, out, row * nOutputs)
    return
  }
  const codes = new Int32Array(Math.min(nRows, rowsAtOnce) * forest.nSlots)
  for (let row = 0; row < nRows; row += rowsAtOnce) {
    const end = Math.min(row + rowsAtOnce, nRows)
    const block = { values: rows.subarray(row * nFeatures), width: nFeatures, places: undefined }
    const steps = predictTogether(forest, block, end - row, codes, out.subarray(row * nOutputs))
    while (steps.next().done !== true);
  }
}

/** Trees that a row passes, of all rows in a step of `predictTogether`: some 20 to 60 us, whatever the forest. */
const WALKS_PER_STEP = 512

/** Values that are encoded in one step. */
const VALUES_PER_STEP = 2048

/** Where a forest finds its features. */
export interface RowValues {
  /** [nRows x width] row-major */
  readonly values: Float64Array
  readonly width: number
  /** [nFeatures] Place of each feature in a row; undefined when a row is the features and nothing else. */
  readonly places: Int32Array | undefined
}

/**
 * The same for rows that pass the trees together: a few trees for all rows, then the next few. The sums go in tree
 * order all the same. Yields after each short step: other rows may pass through the forest before the next one.
 * @param codes [nRows x nSlots] scratch, this block's own until it is done
 * @param out [nRows x nOutputs] row-major, receives the sums
 */
export function* predictTogether(
  forest: CompiledForest, rows: RowValues, nRows: number, codes: Int32Array, out: Float64Array
): Generator<undefined, void> {
  const { nTrees, treesAtOnce } = forest
  if (forest.leaves.linear !== undefined) return yield* predictEach(forest, rows, nRows, out)
  const rowsPerStart = Math.max(1, Math.floor(VALUES_PER_STEP / forest.nFeatures))
  for (let row = 0; row < nRows; row += rowsPerStart) {
    startRows(forest, rows, row, Math.min(row + rowsPerStart, nRows), codes, out)
    yield
  }
  const rowsPerStep = Math.max(1, Math.floor(WALKS_PER_STEP / Math.min(treesAtOnce, nTrees)))
  for (let tree = 0; tree < nTrees; tree += treesAtOnce) {
    const treesEnd = Math.min(tree + treesAtOnce, nTrees)
    for (let row = 0; row < nRows; row += rowsPerStep) {
      walkRows(forest, tree, treesEnd, row, Math.min(row + rowsPerStep, nRows), codes, out)
      yield
    }
  }
  for (let row = 0; row < nRows; row++) finishSums(forest.leaves, out, row * forest.nOutputs)
}

/** The same for leaves that need the row itself. */
function* predictEach(
  forest: CompiledForest, { values, width, places }: RowValues, nRows: number, out: Float64Array
): Generator<undefined, void> {
  const selected = new Float64Array(forest.nFeatures)
  for (let row = 0; row < nRows; row++) {
    for (let f = 0; f < forest.nFeatures; f++) selected[f] = values[row * width + (places?.[f] ?? f)]
    predictAlone(forest, selected, 0, out, row * forest.nOutputs)
    yield
  }
}

function checkLength(name: string, array: Float64Array, length: number): void {
  if (array.length < length) throw new RangeError(`${name}: expected ${length} numbers, received ${array.length}`)
}

function predictAlone(
  forest: CompiledForest, rows: Float64Array, start: number, out: Float64Array, outStart: number
): void {
  const { leaves, reached, nTrees } = forest
  encodeRow(forest, rows, start)
  if (forest.slotBits === NARROW_SLOT_BITS) walkTrees(forest, 0, nTrees)
  else walkWide(forest, 0, nTrees)
  startSums(leaves, out, outStart)
  if (leaves.linear === undefined) addLeaves(leaves, reached, nTrees, out, outStart)
  else addLinearLeaves(leaves.linear, reached, nTrees, rows, start, out, outStart)
  finishSums(leaves, out, outStart)
}

/** Encodes the rows from `first` up to `end` and starts their sums. */
function startRows(
  forest: CompiledForest, { values, width, places }: RowValues,
  first: number, end: number, codes: Int32Array, out: Float64Array
): void {
  const { leaves, nFeatures, nOutputs, nSlots } = forest
  const own = codesOf(forest)
  const selected = new Float64Array(places === undefined ? 0 : nFeatures)
  for (let row = first; row < end; row++) {
    if (places === undefined) {
      encodeRow(forest, values, row * width)
    } else {
      for (let f = 0; f < nFeatures; f++) selected[f] = values[row * width + places[f]]
      encodeRow(forest, selected, 0)
    }
    const at = row * nSlots
    for (let slot = 0; slot < nSlots; slot++) codes[at + slot] = own[slot]
    startSums(leaves, out, row * nOutputs)
  }
}

/** Leads the rows from `first` up to `end` through the trees from `tree` up to `treesEnd`. */
function walkRows(
  forest: CompiledForest, tree: number, treesEnd: number,
  first: number, end: number, codes: Int32Array, out: Float64Array
): void {
  const { leaves, reached, nOutputs, nSlots } = forest
  const own = codesOf(forest)
  for (let row = first; row < end; row++) {
    const at = row * nSlots
    for (let slot = 0; slot < nSlots; slot++) own[slot] = codes[at + slot]
    if (own === CODES) walkTrees(forest, tree, treesEnd)
    else walkWide(forest, tree, treesEnd)
    addLeaves(leaves, reached, treesEnd - tree, out, row * nOutputs)
  }
}

function codesOf({ slotBits }: CompiledForest): Int32Array {
  return slotBits === NARROW_SLOT_BITS ? CODES : WIDE_CODES
}

/**
 * Fills the forest's codes, which it returns, for the row that begins at `start`. First all buckets, then all searches:
 * a search ends with a branch that nobody can foresee, and what is read before it is read for all features at once. In
 * caches that other work has passed through (64 MB between every eight rows), 2.5 us instead of 3.3; in warm ones, 0.14
 * either way.
 */
export function encodeRow(forest: CompiledForest, rows: Float64Array, start: number): Int32Array {
  const { nFeatures, ranks, slotBits, categorySplits } = forest
  const codes = codesOf(forest)
  // Of these V8 knows what they are: see `rankBetween`.
  const isFloat64 = !forest.float32
  const isComplete = !forest.acceptsMissing
  for (let f = 0; f < nFeatures; f++) {
    const bucket = findBucket(ranks, f, isFloat64 ? rows[start + f] : Math.fround(rows[start + f]))
    LOWS[f] = ranks.buckets[bucket]
    HIGHS[f] = ranks.buckets[bucket + 1]
  }
  for (let f = 0; f < nFeatures; f++) {
    const x = isFloat64 ? rows[start + f] : Math.fround(rows[start + f])
    const code = rankBetween(ranks, f, x, LOWS[f], HIGHS[f]) << slotBits
    if (isComplete) {
      codes[f] = code
    } else {
      // A NaN's rank is 0, below every threshold; for the nodes that send it to the right it is above them all.
      codes[2 * f] = code
      codes[2 * f + 1] = Number.isNaN(x) ? (ranks.start[f + 1] - ranks.start[f]) << slotBits : code
    }
  }
  if (categorySplits !== undefined) {
    evaluateCategorySplits(categorySplits, rows, start, slotBits, forest.float32, codes)
  }
  return codes
}

/**
 * Fills `reached` with the leaves of the trees from `first`, the first of a group, up to `end`. A single walk spends
 * its time on mispredicted branches and cache misses. Here the only branch is one for every eight steps, and the misses
 * of eight trees overlap: a tree that has arrived stays on its leaf until the others have.
 *
 * What the machine code needs most is few instructions a step, so that many steps are in flight; each of these was
 * measured against the loop as it is, which takes 2.45 / 2.65 in all, the same in C, 12 trees in step, 2.4 / 2.15:
 * - `DataView` instead of `Int32Array`, whose memory V8 knows to be outside its heap: 2.75 / 2.95 with typed arrays.
 * - Two views half a node apart, so that both words have the same index.
 * - A mask and scratch that are constants: 2.65 / 2.8 with variables, see `walkWide`.
 * - A test that looks at words which a step has read anyway, and an upper bound that spares full trees the last round:
 *   2.85 / 3.0 with typed arrays and a test that reads the new nodes.
 * - 6 trees in step 2.6 / 2.85, 12 trees 2.6 / 2.65, 16 trees 2.55 / 2.65; two rounds a test 2.5 / 2.5, but V8 stops
 *   inlining `step` soon after, and with four rounds it is 5.0 / 6.1.
 * - One 32-bit word per node, with rank, slot and distance to the children, halves the memory and takes 3.3 / 3.5.
 * - The left child right after its node, the distance to the right one in the second word, and no leaf written twice
 *   spare a quarter of the memory and a sixth of the cache lines of a walk, and take 2.65 / 3.05; with 4 MB of other
 *   data read between every eight rows 4.3 instead of 3.5.
 * - Four pairs of children that are likely to be read together in each cache line spare a quarter of the lines and take
 *   as long, warm or not; where the lines begin, a program cannot know.
 */
function walkTrees({ words, children, depths, reached }: CompiledForest, first: number, end: number): void {
  for (let tree = first; tree < end; tree += LANES) {
    let a = tree << 3
    let b = a + 8 | 0
    let c = a + 16 | 0
    let d = a + 24 | 0
    let e = a + 32 | 0
    let f = a + 40 | 0
    let g = a + 48 | 0
    let h = a + 56 | 0
    let left = depths[tree >> 3]
    let all: number
    let word: number
    do {
      word = all = words.getInt32(a, true)
      a = step(children, a, word)
      all &= word = words.getInt32(b, true)
      b = step(children, b, word)
      all &= word = words.getInt32(c, true)
      c = step(children, c, word)
      all &= word = words.getInt32(d, true)
      d = step(children, d, word)
      all &= word = words.getInt32(e, true)
      e = step(children, e, word)
      all &= word = words.getInt32(f, true)
      f = step(children, f, word)
      all &= word = words.getInt32(g, true)
      g = step(children, g, word)
      all &= word = words.getInt32(h, true)
      h = step(children, h, word)
      // Only the first words of leaves are negative.
    } while (all >= 0 && --left > 0)
    const at = tree - first
    reached[at] = ~words.getInt32(a, true)
    reached[at + 1] = ~words.getInt32(b, true)
    reached[at + 2] = ~words.getInt32(c, true)
    reached[at + 3] = ~words.getInt32(d, true)
    reached[at + 4] = ~words.getInt32(e, true)
    reached[at + 5] = ~words.getInt32(f, true)
    reached[at + 6] = ~words.getInt32(g, true)
    reached[at + 7] = ~words.getInt32(h, true)
  }
}

/**
 * From a node to its child: to the right when the row's rank is above the threshold's position, that is when the
 * difference is negative, which its sign bit says without a branch. The slot in the low bits of the node's word is
 * below one position, so it cannot change the sign. `| 0` spares the overflow checks.
 */
function step(children: DataView, node: number, word: number): number {
  return children.getInt32(node, true) + ((word - CODES[word & NARROW_MASK] >>> 31) << 3) | 0
}

/** The same for forests with more slots, or more thresholds than fit beside 8 bits. */
function walkWide({ words, children, slotBits, reached }: CompiledForest, first: number, end: number): void {
  const mask = (1 << slotBits) - 1
  for (let tree = first; tree < end; tree += LANES / 2) {
    let a = tree << 3
    let b = a + 8 | 0
    let c = a + 16 | 0
    let d = a + 24 | 0
    let all: number
    let word: number
    do {
      word = all = words.getInt32(a, true)
      a = stepWide(children, a, word, mask)
      all &= word = words.getInt32(b, true)
      b = stepWide(children, b, word, mask)
      all &= word = words.getInt32(c, true)
      c = stepWide(children, c, word, mask)
      all &= word = words.getInt32(d, true)
      d = stepWide(children, d, word, mask)
    } while (all >= 0)
    const at = tree - first
    reached[at] = ~words.getInt32(a, true)
    reached[at + 1] = ~words.getInt32(b, true)
    reached[at + 2] = ~words.getInt32(c, true)
    reached[at + 3] = ~words.getInt32(d, true)
  }
}

function stepWide(children: DataView, node: number, word: number, mask: number): number {
  return children.getInt32(node, true) + ((word - WIDE_CODES[word & mask] >>> 31) << 3) | 0
}
