/** What the leaves hold, and their sum over a forest's trees. Equal leaves are stored once. */
import type { ForestDump } from './dump.js'

type LeafDump = ForestDump['trees'][number]['value'][number]

/**
 * Up to here a leaf keeps a probability for every class, beyond it the classes that have any. For 2 classes and 200
 * trees the dense sum takes 0.3 us instead of 1.6; for 16 classes, one to a leaf, 1.9 instead of 0.7.
 */
const MAX_DENSE_OUTPUTS = 4

/** The distinct leaves. A leaf is known by its number: an offset into `values` when dense, else an index of `start`. */
export interface LeafTable {
  readonly nOutputs: number
  /** Values from one dense leaf to the next: nOutputs, made even as they are read in twos. 0: leaves are sparse. */
  readonly stride: number
  /** [nLeaves x stride] when dense, one for each of `outputs` when sparse. */
  readonly values: Float64Array
  /** Output of each of a sparse leaf's values, ascending within the leaf. */
  readonly outputs: Int32Array
  /** [nLeaves + 1] Sparse leaf `l` owns `values` from `start[l]` up to `start[l + 1]`. */
  readonly start: Int32Array
  /** [nOutputs] Where the sums start. */
  readonly base: Float64Array
  /** What the sums are divided by: the number of trees for a mean, else 1, which changes no bit. */
  readonly divisor: number
  /** [nOutputs] Scratch. */
  readonly sums: Float64Array
}

/** Gathers leaves while the trees are compiled. */
export class LeafTableBuilder {
  private readonly known = new Map<number | string, number>()
  private readonly values: number[] = []
  private readonly outputs: number[] = []
  private readonly start = [0]
  private readonly stride: number
  private readonly nOutputs: number

  constructor(private readonly forest: ForestDump) {
    this.nOutputs = forest.nOutputs
    this.stride = this.nOutputs <= MAX_DENSE_OUTPUTS ? this.nOutputs + this.nOutputs % 2 : 0
  }

  /**
   * @param output of the tree, for a leaf that is a mere number
   * @returns the number of the leaf that holds this
   */
  add(leaf: LeafDump, output: number): number {
    const pairs = typeof leaf !== 'number' ? leaf : this.forest.leaves === 'probabilities' ? [leaf, 1] : [output, leaf]
    // The text of -0 is that of 0, and the two are told apart by nothing but the sign of an all-zero sum.
    const key = pairs.length === 2 && pairs[1] === 1 ? pairs[0] : pairs.join()
    let number = this.known.get(key)
    if (number === undefined) {
      number = this.append(pairs)
      this.known.set(key, number)
    }
    return number
  }

  build(): LeafTable {
    return {
      nOutputs: this.nOutputs,
      stride: this.stride,
      values: Float64Array.from(this.values),
      outputs: Int32Array.from(this.outputs),
      start: Int32Array.from(this.start),
      base: Float64Array.from(this.forest.base ?? new Float64Array(this.nOutputs)),
      divisor: this.forest.aggregate === 'mean' ? this.forest.trees.length : 1,
      sums: new Float64Array(this.nOutputs)
    }
  }

  private append(pairs: number[]): number {
    const first = this.values.length
    if (this.stride > 0) {
      for (let c = 0; c < this.stride; c++) this.values.push(0)
      for (let i = 0; i < pairs.length; i += 2) this.values[first + pairs[i]] = pairs[i + 1]
      return first
    }
    for (let i = 0; i < pairs.length; i += 2) {
      this.outputs.push(pairs[i])
      this.values.push(pairs[i + 1])
    }
    this.start.push(this.values.length)
    return this.start.length - 2
  }
}

/**
 * Sum or mean of one leaf a tree, in scikit-learn's order: from the base, tree after tree, then one division. Adding
 * the zeros of a dense leaf or leaving them out gives the same bits, but for the sign of a sum that stays -0.
 * @param reached number of the leaf in the first `nTrees` places
 * @param out nOutputs numbers go to places from `outStart`
 */
export function sumLeaves(
  table: LeafTable, reached: Int32Array, nTrees: number, out: Float64Array, outStart: number
): void {
  if (table.stride > 0) sumDense(table, reached, nTrees, out, outStart)
  else sumSparse(table, reached, nTrees, out, outStart)
}

/** Two outputs at once, each sum in a register: a sum in memory waits for its own store at every tree. */
function sumDense(
  { nOutputs, values, base, divisor }: LeafTable,
  reached: Int32Array, nTrees: number, out: Float64Array, outStart: number
): void {
  for (let c = 0; c < nOutputs; c += 2) {
    const isPair = c + 1 < nOutputs
    let first = base[c]
    let second = isPair ? base[c + 1] : 0
    for (let tree = 0; tree < nTrees; tree++) {
      const i = reached[tree] + c
      first += values[i]
      second += values[i + 1]
    }
    out[outStart + c] = first / divisor
    if (isPair) out[outStart + c + 1] = second / divisor
  }
}

function sumSparse(
  { nOutputs, values, outputs, start, base, divisor, sums }: LeafTable,
  reached: Int32Array, nTrees: number, out: Float64Array, outStart: number
): void {
  sums.set(base)
  for (let tree = 0; tree < nTrees; tree++) {
    const leaf = reached[tree]
    const end = start[leaf + 1]
    for (let i = start[leaf]; i < end; i++) sums[outputs[i]] += values[i]
  }
  for (let c = 0; c < nOutputs; c++) out[outStart + c] = sums[c] / divisor
}
