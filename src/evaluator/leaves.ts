/** What the leaves hold, and their sum over a forest's trees. Equal leaves are stored once. */
import type { ForestDump, TreeDump } from '../dump/dump.js'
import { compileLinearLeaves, hasLinearLeaves, type LinearLeaves } from './linear-leaves.js'

/**
 * Up to here a leaf keeps a probability for every class, beyond it the classes that have any. For 2 classes and 200
 * trees the dense sum takes 0.3 us instead of 1.6; for 16 classes, one to a leaf, 1.9 instead of 0.7.
 */
const MAX_DENSE_OUTPUTS = 4

const MAX_COUNTED_OUTPUTS = 1024

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
  /** Every leaf is all of one class, and nothing else is added: sums are counts. So are trees that grew to the end. */
  readonly counted: boolean
  /** [nOutputs] Where the sums start. */
  readonly base: Float64Array
  /** What the sums are divided by: for a mean the forest's divisor or its number of trees, else 1: no bit changes. */
  readonly divisor: number
  /** Every sum is rounded to float32, and so is what comes of the division. */
  readonly float32: boolean
  /** What the sums are multiplied by, and then added to; the latter is [nOutputs]. */
  readonly scale: { readonly factor: number, readonly offset: Float64Array } | undefined
  /** What is added instead where leaves hold linear models, which need the row; the leaves' numbers are its own. */
  readonly linear: LinearLeaves | undefined
}

/** Gathers leaves while the trees are compiled. Equal ones are found by a hash of their bits, with open addressing. */
export class LeafTableBuilder {
  private values = new Float64Array(64)
  private outputs = new Int32Array(64)
  private start = new Int32Array(64)
  private nValues = 0
  private nLeaves = 0
  /** [a power of 2] Number of a leaf + 1, at the place of its hash or in the next free one; 0 is free. */
  private table = new Int32Array(256)
  private readonly nOutputs: number
  private readonly whole: boolean
  /** [nOutputs] The leaf, number + 1, that is all of one class; 0 as long as there is none. */
  private readonly pure: Int32Array
  /** A number's bits. */
  private readonly number = new Float64Array(1)
  private readonly bits = new Int32Array(this.number.buffer)

  private readonly linear: LinearLeaves | undefined

  constructor(private readonly forest: ForestDump) {
    this.linear = hasLinearLeaves(forest) ? compileLinearLeaves(forest) : undefined
    this.nOutputs = forest.nOutputs
    this.whole = forest.leaves === 'probabilities'
    this.pure = new Int32Array(this.whole ? forest.nOutputs : 0)
  }

  /** @param numbers receives at each leaf's node what `reached` is to hold for it */
  addTree({ childrenLeft, value, output = 0 }: TreeDump, numbers: Int32Array): void {
    const isDense = this.nOutputs <= MAX_DENSE_OUTPUTS
    let entry = 0
    for (let node = 0; node < childrenLeft.length; node++) {
      if (childrenLeft[node] !== -1) continue
      if (this.linear !== undefined) {
        numbers[node] = this.nLeaves++
        continue
      }
      const leaf = value[entry++]
      const number = typeof leaf === 'number' ? this.addNumber(leaf, output) : this.addPairs(leaf)
      numbers[node] = isDense ? number * strideOf(this.nOutputs) : number
    }
  }

  build(): LeafTable {
    const { nOutputs, nLeaves, nValues, forest } = this
    const stride = strideOf(nOutputs)
    const shared = {
      nOutputs,
      stride,
      base: Float64Array.from(forest.base ?? new Float64Array(nOutputs)),
      divisor: forest.aggregate === 'mean' ? forest.divisor ?? forest.trees.length : 1,
      float32: forest.accumulate === 'float32',
      scale: forest.scale && { factor: forest.scale.factor, offset: Float64Array.from(forest.scale.offset) },
      linear: this.linear
    }
    if (this.linear !== undefined) return { ...shared, counted: false, ...NO_LEAVES }
    if (stride > 0) {
      return { ...shared, counted: false, ...NO_LEAVES, values: this.fillDense(stride) }
    }
    const values = this.values.slice(0, nValues)
    const isPure = this.whole && nValues === nLeaves && values.every(value => value === 1)
    return {
      ...shared,
      counted: isPure && forest.base === undefined && nOutputs <= MAX_COUNTED_OUTPUTS,
      values,
      outputs: this.outputs.slice(0, nValues),
      start: this.start.slice(0, nLeaves + 1)
    }
  }

  private fillDense(stride: number): Float64Array {
    const dense = new Float64Array(this.nLeaves * stride)
    for (let leaf = 0, i = 0; leaf < this.nLeaves; leaf++) {
      for (; i < this.start[leaf + 1]; i++) dense[leaf * stride + this.outputs[i]] = this.values[i]
    }
    return dense
  }

  /** A class that has all of it, which most leaves are, or a value of the tree's output. */
  private addNumber(number: number, output: number): number {
    if (!this.whole) return this.addOne(output, number)
    if (this.pure[number] === 0) this.pure[number] = this.addOne(number, 1) + 1
    return this.pure[number] - 1
  }

  private addOne(output: number, value: number): number {
    this.push(this.nValues, output, value)
    return this.find(1)
  }

  private addPairs(pairs: number[]): number {
    for (let i = 0; i < pairs.length; i += 2) this.push(this.nValues + i / 2, pairs[i], pairs[i + 1])
    return this.find(pairs.length / 2)
  }

  private push(at: number, output: number, value: number): void {
    if (at >= this.values.length) {
      this.values = grow(this.values, new Float64Array(2 * at))
      this.outputs = grow(this.outputs, new Int32Array(2 * at))
    }
    this.values[at] = value
    this.outputs[at] = output
  }

  /** Number of the leaf whose `size` values stand after those of the known ones: its equal's, else its own. */
  private find(size: number): number {
    const mask = this.table.length - 1
    let place = this.hash(size) & mask
    for (; this.table[place] !== 0; place = place + 1 & mask) {
      if (this.isLast(this.table[place] - 1, size)) return this.table[place] - 1
    }
    const leaf = this.nLeaves++
    this.table[place] = leaf + 1
    this.nValues += size
    if (this.nLeaves >= this.start.length) this.start = grow(this.start, new Int32Array(2 * this.nLeaves))
    this.start[this.nLeaves] = this.nValues
    if (2 * this.nLeaves > this.table.length) this.rehash()
    return leaf
  }

  private isLast(leaf: number, size: number): boolean {
    const first = this.start[leaf]
    if (this.start[leaf + 1] - first !== size) return false
    for (let i = 0; i < size; i++) {
      if (this.outputs[first + i] !== this.outputs[this.nValues + i]) return false
      // Tells -0 from 0, which the sign of a sum that stays 0 depends on.
      if (!Object.is(this.values[first + i], this.values[this.nValues + i])) return false
    }
    return true
  }

  private hash(size: number, first = this.nValues): number {
    let hash = size
    for (let i = first; i < first + size; i++) {
      this.number[0] = this.values[i]
      hash = Math.imul(hash ^ this.outputs[i], 0x9e3779b1)
      hash = Math.imul(hash ^ this.bits[0], 0x85ebca6b)
      hash = Math.imul(hash ^ hash >>> 15 ^ this.bits[1], 0xc2b2ae35)
    }
    return hash ^ hash >>> 16
  }

  private rehash(): void {
    this.table = new Int32Array(2 * this.table.length)
    const mask = this.table.length - 1
    for (let leaf = 0; leaf < this.nLeaves; leaf++) {
      const first = this.start[leaf]
      let place = this.hash(this.start[leaf + 1] - first, first) & mask
      while (this.table[place] !== 0) place = place + 1 & mask
      this.table[place] = leaf + 1
    }
  }
}

const NO_LEAVES = { values: new Float64Array(0), outputs: new Int32Array(0), start: new Int32Array(0) }

function strideOf(nOutputs: number): number {
  return nOutputs <= MAX_DENSE_OUTPUTS ? nOutputs + nOutputs % 2 : 0
}

function grow<T extends Float64Array | Int32Array>(array: T, larger: T): T {
  larger.set(array)
  return larger
}

/** Sets `out` to where the sums start, nOutputs numbers from `outStart`. */
export function startSums({ nOutputs, base }: LeafTable, out: Float64Array, outStart: number): void {
  for (let c = 0; c < nOutputs; c++) out[outStart + c] = base[c]
}

/** Turns sums into means, or scales them, where the forest has those. */
export function finishSums(
  { nOutputs, divisor, float32, scale }: LeafTable, out: Float64Array, outStart: number
): void {
  for (let c = outStart; c < outStart + nOutputs; c++) {
    const quotient = out[c] / divisor
    out[c] = float32 ? Math.fround(quotient) : quotient
  }
  if (scale === undefined) return
  for (let c = 0; c < nOutputs; c++) out[outStart + c] = out[outStart + c] * scale.factor + scale.offset[c]
}

/**
 * Adds one leaf a tree, in tree order as scikit-learn does. Adding the zeros of a dense leaf or leaving them out gives
 * the same bits, but for the sign of a sum that stays -0.
 * @param reached number of the leaf in the first `nTrees` places
 * @param out has the sums so far, nOutputs numbers from `outStart`
 */
export function addLeaves(
  table: LeafTable, reached: Int32Array, nTrees: number, out: Float64Array, outStart: number
): void {
  if (table.counted) countLeaves(table, reached, nTrees, out, outStart)
  else if (table.float32) addInFloat32(table, reached, nTrees, out, outStart)
  else if (table.stride > 0) addDense(table, reached, nTrees, out, outStart)
  else addSparse(table, reached, nTrees, out, outStart)
}

/** Two outputs at once, each sum in a register: a sum in memory waits for its own store at every tree. */
function addDense(
  { nOutputs, values }: LeafTable, reached: Int32Array, nTrees: number, out: Float64Array, outStart: number
): void {
  for (let c = 0; c < nOutputs; c += 2) {
    const isPair = c + 1 < nOutputs
    let first = out[outStart + c]
    let second = isPair ? out[outStart + c + 1] : 0
    for (let tree = 0; tree < nTrees; tree++) {
      const i = reached[tree] + c
      first += values[i]
      second += values[i + 1]
    }
    out[outStart + c] = first
    if (isPair) out[outStart + c + 1] = second
  }
}

/** Scratch: zeros between calls. */
const EVEN = new Int32Array(MAX_COUNTED_OUTPUTS)
const ODD = new Int32Array(MAX_COUNTED_OUTPUTS)

/**
 * Whole numbers up to 2 ** 24 add up to the same in any order, in float32 as well. Two counters a class, since one in
 * memory waits for its own store when trees agree, as they do: 2.8 instead of 3.0 for 16 classes.
 */
function countLeaves(
  { nOutputs, outputs }: LeafTable, reached: Int32Array, nTrees: number, out: Float64Array, outStart: number
): void {
  let tree = 0
  for (; tree + 1 < nTrees; tree += 2) {
    EVEN[outputs[reached[tree]]]++
    ODD[outputs[reached[tree + 1]]]++
  }
  if (tree < nTrees) EVEN[outputs[reached[tree]]]++
  for (let c = 0; c < nOutputs; c++) {
    out[outStart + c] += EVEN[c] + ODD[c]
    EVEN[c] = ODD[c] = 0
  }
}

function addSparse(
  { values, outputs, start }: LeafTable, reached: Int32Array, nTrees: number, out: Float64Array, outStart: number
): void {
  for (let tree = 0; tree < nTrees; tree++) {
    const leaf = reached[tree]
    const end = start[leaf + 1]
    for (let i = start[leaf]; i < end; i++) out[outStart + outputs[i]] += values[i]
  }
}

/** Two float32 added as float64 and rounded are what a float32 addition gives: 53 bits are enough for that. */
function addInFloat32(
  { nOutputs, stride, values, outputs, start }: LeafTable,
  reached: Int32Array, nTrees: number, out: Float64Array, outStart: number
): void {
  if (stride > 0) {
    for (let c = 0; c < nOutputs; c++) {
      let sum = out[outStart + c]
      for (let tree = 0; tree < nTrees; tree++) sum = Math.fround(sum + values[reached[tree] + c])
      out[outStart + c] = sum
    }
    return
  }
  for (let tree = 0; tree < nTrees; tree++) {
    const leaf = reached[tree]
    const end = start[leaf + 1]
    for (let i = start[leaf]; i < end; i++) {
      const c = outStart + outputs[i]
      out[c] = Math.fround(out[c] + values[i])
    }
  }
}
