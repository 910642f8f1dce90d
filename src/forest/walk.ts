/**
 * The hot loops: rows of features to class probabilities or other sums over trees. Figures in the comments:
 * microseconds a row for a forest of 100 trees, 153,304 nodes, 16 classes / one of 200 trees of depth 10, 2 classes,
 * measured side by side on one core. The whole takes 3.5 / 3.2; typed arrays walked node by node took 21 / 16.
 */
import { askQuestions } from './categories.js'
import { LANES, type CompiledForest } from './compile.js'
import { sumLeaves } from './leaves.js'
import { rankOf } from './ranks.js'

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
  predictRows(forest, row, 1, out)
}

/**
 * The same for many rows, each as if it came alone. Row by row is the fastest order as well: one tree for a block of
 * rows at a time took 3.6 / 3.9.
 * @param rows [nRows x nFeatures] row-major
 * @param out [nRows x nOutputs] row-major, receives the sums
 * @throws RangeError when an array is too short
 */
export function predictRows(forest: CompiledForest, rows: Float64Array, nRows: number, out: Float64Array): void {
  const { nFeatures, nOutputs } = forest
  checkLength('rows', rows, nRows * nFeatures)
  checkLength('out', out, nRows * nOutputs)
  for (let row = 0; row < nRows; row++) {
    encodeRow(forest, rows, row * nFeatures)
    walkTrees(forest)
    sumLeaves(forest.leaves, forest.reached, forest.nTrees, out, row * nOutputs)
  }
}

function checkLength(name: string, array: Float64Array, length: number): void {
  if (array.length < length) throw new RangeError(`${name}: expected ${length} numbers, received ${array.length}`)
}

/** Fills `codes` with the ranks of the row that begins at `start`. */
function encodeRow(forest: CompiledForest, rows: Float64Array, start: number): void {
  const { nFeatures, float32, acceptsMissing, ranks, slotBits, codes } = forest
  for (let f = 0; f < nFeatures; f++) {
    const x = float32 ? Math.fround(rows[start + f]) : rows[start + f]
    const code = rankOf(ranks, f, x) << slotBits
    if (acceptsMissing) {
      // A NaN's rank is 0, below every threshold; for the nodes that send it to the right it is above them all.
      codes[2 * f] = code
      codes[2 * f + 1] = Number.isNaN(x) ? (ranks.start[f + 1] - ranks.start[f]) << slotBits : code
    } else {
      codes[f] = code
    }
  }
  if (forest.questions !== undefined) askQuestions(forest.questions, rows, start, slotBits, codes)
}

/**
 * Fills `reached` with the leaf of each tree. A single walk spends its time on mispredicted branches and cache misses.
 * Here the only branch is one for every 16 steps, and the misses of eight trees overlap: a tree that has arrived stays
 * on its leaf until the others have. Measured: four trees 4.2 / 3.7, eight 3.5 / 3.2, twelve 3.7 / 3.6; one step a
 * test instead of two 3.7 / 3.7, three 3.6 / 3.7.
 */
function walkTrees({ nodes, codes, slotBits, reached }: CompiledForest): void {
  const mask = (1 << slotBits) - 1
  for (let tree = 0; tree < reached.length; tree += LANES) {
    let a = 2 * tree
    let b = a + 2
    let c = a + 4
    let d = a + 6
    let e = a + 8
    let f = a + 10
    let g = a + 12
    let h = a + 14
    do {
      a = step(nodes, codes, mask, a)
      b = step(nodes, codes, mask, b)
      c = step(nodes, codes, mask, c)
      d = step(nodes, codes, mask, d)
      e = step(nodes, codes, mask, e)
      f = step(nodes, codes, mask, f)
      g = step(nodes, codes, mask, g)
      h = step(nodes, codes, mask, h)
      a = step(nodes, codes, mask, a)
      b = step(nodes, codes, mask, b)
      c = step(nodes, codes, mask, c)
      d = step(nodes, codes, mask, d)
      e = step(nodes, codes, mask, e)
      f = step(nodes, codes, mask, f)
      g = step(nodes, codes, mask, g)
      h = step(nodes, codes, mask, h)
      // Only the first words of leaves are negative.
    } while ((nodes[a] & nodes[b] & nodes[c] & nodes[d] & nodes[e] & nodes[f] & nodes[g] & nodes[h]) >= 0)
    reached[tree] = ~nodes[a]
    reached[tree + 1] = ~nodes[b]
    reached[tree + 2] = ~nodes[c]
    reached[tree + 3] = ~nodes[d]
    reached[tree + 4] = ~nodes[e]
    reached[tree + 5] = ~nodes[f]
    reached[tree + 6] = ~nodes[g]
    reached[tree + 7] = ~nodes[h]
  }
}

/**
 * From a node to its child: to the right when the row's rank is above the threshold's position, that is when the
 * difference is negative, which its sign bit says without a branch. The slot in the low bits of the node's word is
 * below one position, so it cannot change the sign. `| 0` and `| 1` instead of additions spare the overflow checks.
 * A function of its own, since V8 inlines sixteen calls of it, and the loop is no slower than written out.
 */
function step(nodes: Int32Array, codes: Int32Array, mask: number, node: number): number {
  const word = nodes[node]
  return nodes[node | 1] + (((word - codes[word & mask]) >>> 31) << 1) | 0
}
