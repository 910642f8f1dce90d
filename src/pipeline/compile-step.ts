import { DumpError } from '../dump/dump-error.js'
import type { Input } from '../dump/dump.js'
import type { Step, StepOf } from '../dump/steps.js'
import type { CompileSums } from '../arithmetic/sums.js'
import type { ColumnTable, Unit } from './column-table.js'
import type { OperationTable } from './expression.js'
import type { CreateCategoryHash } from './inputs.js'
import type { CompilePredictor } from './whole-row-steps.js'

/** Steps, operations and inputs that are known. */
export interface StepKinds {
  readonly steps: StepTable
  /** What expressions may do. */
  readonly operations: OperationTable
  /** Undefined where no input is hashed. */
  readonly createCategoryHash?: CreateCategoryHash
}

/** What a pipeline is compiled with: also how sums and predictors among the steps become evaluations. */
export interface StepTools extends StepKinds {
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

/** What each kind of step does; a table may know some kinds only. */
export type StepTable = { readonly [Op in Step['op']]?: CompileStep<Op> }

/**
 * @returns what the step does, in order
 * @throws DumpError when the kind is not known, or the step names a column that does not exist, adds one that does, or
 * has lists that differ in length
 */
export function compileStep<Op extends Step['op']>(step: StepOf<Op> & { op: Op }, context: StepContext): Unit[] {
  const compile: CompileStep<Op> | undefined = context.steps[step.op]
  if (compile === undefined) throw new DumpError(context.path, `the step ${step.op} is not known here`)
  return [compile(step, context)].flat()
}
