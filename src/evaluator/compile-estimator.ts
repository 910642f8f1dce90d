/** How estimators are compiled, whichever kinds of them are known. */
import { compileSums, type CompileSums } from '../arithmetic/sums.js'
import type { Estimator } from '../dump/dump.js'
import type { CompiledEstimator } from './compiled-estimator.js'
import { compileFast, type CompileForest } from './evaluate-forest.js'
import type { LinkTable } from './link.js'

type EstimatorOf<K extends Estimator['kind']> = Extract<Estimator, { kind: K }>

/** What an estimator is compiled with. */
export interface EstimatorContext {
  /** Names of the columns of a row, in order. */
  readonly columns: readonly string[]
  readonly links: LinkTable
  readonly forest: CompileForest
  readonly sums: CompileSums
  /** Compiles an estimator within this one. */
  readonly member: (estimator: Estimator) => CompiledEstimator
}

/** What each kind of estimator does; a table may know some kinds only. */
export type EstimatorTable = {
  readonly [K in Estimator['kind']]?: (estimator: EstimatorOf<K>, context: EstimatorContext) => CompiledEstimator
}

/** Estimators that are known, and their links. */
export interface EstimatorKinds {
  readonly estimators: EstimatorTable
  readonly links: LinkTable
}

/**
 * @param estimator validated, and of known kinds
 * @param columns names of the columns of a row, in order
 * @param forest how a forest becomes an evaluation; the fast evaluator when left out
 * @param sums the same for a linear model's sums
 * @throws DumpError when members do not fit together
 */
export function compileKinds(
  { estimators, links }: EstimatorKinds, estimator: Estimator, columns: readonly string[],
  forest: CompileForest = compileFast, sums: CompileSums = compileSums
): CompiledEstimator {
  const compile = <K extends Estimator['kind']>(part: EstimatorOf<K> & { kind: K }): CompiledEstimator => {
    const compileKind = estimators[part.kind] as (part: EstimatorOf<K>, context: EstimatorContext) => CompiledEstimator
    return compileKind(part, context)
  }
  const context: EstimatorContext = { columns, links, forest, sums, member: compile }
  return compile(estimator)
}
