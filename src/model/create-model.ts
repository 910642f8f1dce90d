import type { CompileSums } from '../arithmetic/sums.js'
import type { Dump } from '../dump/dump.js'
import type { CompileForest } from '../evaluator/evaluate-forest.js'
import { ALL_KINDS } from './all-kinds.js'
import { compileModel } from './compile-model.js'
import type { Model } from './types.js'

/**
 * A model that answers, compiled from a checked dump and proven against its golden rows.
 * @param compile how a forest becomes an evaluation; the fast evaluator when left out
 * @param sums the same for the sums of linear models and projections
 * @throws DumpError when the dump contradicts itself, or a golden row does not come out with the same bits
 */
export function createModel(dump: Dump, compile?: CompileForest, sums?: CompileSums): Model {
  return compileModel(dump, ALL_KINDS, compile, sums)
}
