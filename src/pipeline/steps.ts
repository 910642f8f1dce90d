/** One table of what each kind of step does. */
import type { Step, StepOf } from '../dump/steps.js'
import type { Unit } from './column-table.js'
import { compileToUint8 } from './cast-steps.js'
import type { CompileStep, StepContext } from './compile-step.js'
import { compileApply, compileNormalize, compilePower, compileQuantile } from './compute-steps.js'
import { compileCheck, compileCombine, compileLookup, compileOneHot } from './encode-steps.js'
import { columnsOf, compileExpression } from './expression.js'
import { compileBin, compileClip, compileMultiply, compileScale, compileThreshold } from './scale-steps.js'
import { compileKnnImpute } from './knn-impute.js'
import { compileSpline } from './spline.js'
import { compileVectorize } from './vectorize.js'
import { compilePredict, compileProject } from './whole-row-steps.js'
import { compileImpute, compileIsMissing, compileReplace, compileZeroToMissing } from './impute-steps.js'

const compileDerive: CompileStep<'derive'> = ({ column, expression }, { table, path }) => {
  const reads = columnsOf(expression).map(name => table.slot(name, path))
  const evaluate = compileExpression(expression, name => table.slot(name, path))
  const target = table.add(column, reads.flatMap(slot => [...table.sources(slot)]), path)
  return {
    reads,
    writes: [target],
    apply: columns => {
      columns[target] = evaluate(columns)
    }
  }
}

const STEPS: { readonly [Op in Step['op']]: CompileStep<Op> } = {
  apply: compileApply,
  bin: compileBin,
  check: compileCheck,
  clip: compileClip,
  combine: compileCombine,
  derive: compileDerive,
  impute: compileImpute,
  'is-missing': compileIsMissing,
  'knn-impute': compileKnnImpute,
  lookup: compileLookup,
  multiply: compileMultiply,
  normalize: compileNormalize,
  'one-hot': compileOneHot,
  power: compilePower,
  predict: compilePredict,
  project: compileProject,
  quantile: compileQuantile,
  replace: compileReplace,
  scale: compileScale,
  spline: compileSpline,
  threshold: compileThreshold,
  'to-uint8': compileToUint8,
  vectorize: compileVectorize,
  'zero-to-missing': compileZeroToMissing
}

/**
 * @returns what the step does, in order
 * @throws DumpError when it names a column that does not exist, adds one that does, or its lists differ in length
 */
export function compileStep<Op extends Step['op']>(step: StepOf<Op> & { op: Op }, context: StepContext): Unit[] {
  const compile = STEPS[step.op] as CompileStep<Op>
  return [compile(step, context)].flat()
}
