/**
 * An estimator of rows that come together: first each of its forests for all rows, then what is made of their sums,
 * row by row. The bits are those of each row alone.
 */
import type { CompileSums } from '../arithmetic/sums.js'
import type { CompiledEstimator } from './compiled-estimator.js'
import { ROW_BYTES, SMALL_BYTES, type CompiledForest } from './compiled-forest.js'
import type { Estimator } from '../dump/dump.js'
import { compileKinds, type EstimatorKinds } from './compile-estimator.js'
import { compileFast, type CompileForest } from './evaluate-forest.js'
import { predictTogether } from './walk.js'

/** Rows of a block at most. Whoever asks waits for them all; more gain little, see `ROW_BYTES`. */
const MAX_ROWS = 2048

/** Fewer gain nothing. */
const MIN_ROWS = 16

/** Memory of a block at most. */
const BLOCK_BYTES = 2 * ROW_BYTES

/** An estimator, with the room for blocks. */
export interface BlockEstimator {
  readonly estimator: CompiledEstimator
  /** Most rows of a block; 1 when rows gain nothing by it. */
  readonly rowsAtOnce: number
  /** An empty block. */
  open(): RowBlock
}

/** Rows that are evaluated together. One that is not done keeps nobody from using the estimator. */
export interface RowBlock {
  readonly length: number
  /** @param columns copied */
  add(columns: Float64Array): void
  /** Leads all rows through the forests. Yields after each short step. */
  walk(): Generator<undefined, void>
  /** After `walk`: as the estimator's own `evaluate`, whose `raw` and `decide` are then those of this row. */
  evaluate(row: number, values: Float64Array): void
  /** Takes all rows out. */
  clear(): void
  /** Gives the memory back. */
  close(): void
}

interface BlockForest {
  readonly forest: CompiledForest
  readonly places: Int32Array | undefined
}

/** The sums that forests have for a row already. */
interface Found {
  readonly sums: readonly Float64Array[]
  readonly row: number
}

/**
 * Forests that start at what another predictor answers to the row are evaluated row by row.
 * @throws DumpError as `compileEstimator`
 */
export function compileBlocks(
  kinds: EstimatorKinds, estimator: Estimator, columns: readonly string[],
  compile: CompileForest = compileFast, sums?: CompileSums
): BlockEstimator {
  const forests: BlockForest[] = []
  let found: Found | undefined
  const compiled = compileKinds(kinds, estimator, columns, (dump, startsElsewhere) => {
    const evaluate = compile(dump, startsElsewhere)
    if (startsElsewhere || evaluate.compiled === undefined) return evaluate
    const places = Int32Array.from(dump.features, name => columns.indexOf(name))
    const inOrder = places.length === columns.length && places.every((place, i) => place === i)
    const index = forests.push({ forest: evaluate.compiled, places: inOrder ? undefined : places }) - 1
    // Not the dump: a function that refers to it keeps its trees in memory.
    const { nOutputs } = evaluate.compiled
    return (row, sums, base) => {
      if (found === undefined) return evaluate(row, sums, base)
      const known = found.sums[index]
      const start = found.row * nOutputs
      for (let c = 0; c < nOutputs; c++) sums[c] = known[start + c]
    }
  }, sums)
  const width = columns.length
  const evaluateFound = (all: Float64Array, values: Float64Array, sums: readonly Float64Array[], row: number) => {
    found = { sums, row }
    try {
      compiled.evaluate(all, values)
    } finally {
      found = undefined
    }
  }
  let spare: ForestBlock | undefined
  return {
    estimator: compiled,
    rowsAtOnce: countRows(forests, width),
    open() {
      const block = spare ?? new ForestBlock(forests, width, evaluateFound, done => { spare = done })
      spare = undefined
      return block
    }
  }
}

function countRows(forests: readonly BlockForest[], width: number): number {
  const bytes = forests.reduce((sum, { forest }) => sum + forest.nodes.length, 0)
  const gains = forests.length > 1 || forests.some(({ forest }) => forest.rowsAtOnce > 1)
  if (!gains || bytes <= SMALL_BYTES) return 1
  const sums = forests.reduce((sum, { forest }) => sum + 8 * forest.nOutputs, 0)
  const codes = Math.max(...forests.map(({ forest }) => 4 * forest.nSlots))
  const near = Math.max(...forests.map(({ forest }) => 4 * forest.nSlots + 8 * forest.nOutputs))
  const rows = Math.floor(Math.min(MAX_ROWS, ROW_BYTES / near, BLOCK_BYTES / (8 * width + sums + codes)))
  return rows < MIN_ROWS ? 1 : rows
}

type EvaluateFound = (all: Float64Array, values: Float64Array, sums: readonly Float64Array[], row: number) => void

class ForestBlock implements RowBlock {
  length = 0
  /** [length x width] */
  private values = new Float64Array(0)
  /** Of each forest. */
  private readonly sums: Float64Array[]
  /** Of the forest that rows pass. */
  private codes = new Int32Array(0)
  private readonly all: Float64Array

  constructor(
    private readonly forests: readonly BlockForest[],
    private readonly width: number,
    private readonly evaluateFound: EvaluateFound,
    private readonly giveBack: (block: ForestBlock) => void
  ) {
    this.sums = forests.map(() => new Float64Array(0))
    this.all = new Float64Array(width)
  }

  add(columns: Float64Array): void {
    const { width } = this
    const start = this.length++ * width
    if (start + width > this.values.length) {
      const larger = new Float64Array(Math.max(MIN_ROWS * width, 2 * this.values.length))
      larger.set(this.values)
      this.values = larger
    }
    this.values.set(columns, start)
  }

  * walk(): Generator<undefined, void> {
    const { forests, length, values, width, sums } = this
    for (const [i, { forest, places }] of forests.entries()) {
      if (sums[i].length < length * forest.nOutputs) sums[i] = new Float64Array(length * forest.nOutputs)
      if (this.codes.length < length * forest.nSlots) this.codes = new Int32Array(length * forest.nSlots)
      yield* predictTogether(forest, { values, width, places }, length, this.codes, sums[i])
    }
  }

  evaluate(row: number, values: Float64Array): void {
    const { all, width, sums } = this
    for (let i = 0; i < width; i++) all[i] = this.values[row * width + i]
    this.evaluateFound(all, values, sums, row)
  }

  clear(): void {
    this.length = 0
  }

  close(): void {
    this.clear()
    this.giveBack(this)
  }
}
