/** A forest as a function of a row. */
import { compileForest, type CompiledForest } from './compile.js'
import type { ForestDump } from '../dump/dump.js'
import { predictRow } from './walk.js'

/**
 * Gives the sums of a forest for a row: the fast evaluator, or the plain one that it is held against. They start at
 * `base`, [nOutputs], if that is given, else at the forest's own.
 */
export interface EvaluateForest {
  (row: Float64Array, sums: Float64Array, base?: Float64Array): void
  /** What the fast evaluator runs through. */
  readonly compiled?: CompiledForest
}

/** @param startsElsewhere whether each row comes with a base of its own */
export type CompileForest = (forest: ForestDump, startsElsewhere: boolean) => EvaluateForest

/** The fast evaluator. */
export function compileFast(forest: ForestDump): EvaluateForest {
  return evaluateForest(compileForest(forest))
}

/** The fast evaluator of a compiled forest. */
export function evaluateForest(compiled: CompiledForest): EvaluateForest {
  // Other threads may read the same leaves: a base that changes from row to row is this evaluation's own.
  let moving: CompiledForest | undefined
  const evaluate = (row: Float64Array, sums: Float64Array, base?: Float64Array) => {
    if (base === undefined) return predictRow(compiled, row, sums)
    moving ??= { ...compiled, leaves: { ...compiled.leaves, base: new Float64Array(compiled.nOutputs) } }
    moving.leaves.base.set(base)
    predictRow(moving, row, sums)
  }
  return Object.assign(evaluate, { compiled })
}
