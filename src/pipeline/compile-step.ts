import type { Input } from '../dump/dump.js'
import type { Step, StepOf } from '../dump/steps.js'
import type { CompileSums } from '../arithmetic/sums.js'
import type { ColumnTable, Unit } from './column-table.js'
import type { CompilePredictor } from './whole-row-steps.js'

/** How sums and predictors among the steps become evaluations. */
export interface StepTools {
  readonly sums: CompileSums
  readonly predictor: CompilePredictor
}

/** What a step is compiled against; `path` is its place in the dump. */
export interface StepContext extends StepTools {
  readonly table: ColumnTable
  readonly inputs: readonly Input[]
  readonly path: string
}

/** Compiles one kind of step; the table in steps.ts has them all. */
export type CompileStep<Op extends Step['op']> = (step: StepOf<Op>, context: StepContext) => Unit | Unit[]
