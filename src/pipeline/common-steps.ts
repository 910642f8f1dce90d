/** What most models' steps do. The other kinds are in steps.ts. */
import { compileToUint8 } from './cast-steps.js'
import type { CompileStep, StepTable } from './compile-step.js'
import { compileCheck, compileLookup, compileOneHot } from './encode-steps.js'
import { columnsOf, compileExpression } from './expression.js'
import { compileImpute, compileIsMissing, compileReplace, compileZeroToMissing } from './impute-steps.js'
import { compileBin, compileClip, compileMultiply, compileScale, compileThreshold } from './scale-steps.js'

const compileDerive: CompileStep<'derive'> = ({ column, expression }, { table, operations, path }) => {
  const reads = columnsOf(expression).map(name => table.slot(name, path))
  const evaluate = compileExpression(expression, name => table.slot(name, path), operations)
  const target = table.add(column, reads.flatMap(slot => [...table.sources(slot)]), path)
  return {
    reads,
    writes: [target],
    apply: columns => {
      columns[target] = evaluate(columns)
    }
  }
}

export const COMMON_STEPS = {
  bin: compileBin,
  check: compileCheck,
  clip: compileClip,
  derive: compileDerive,
  impute: compileImpute,
  'is-missing': compileIsMissing,
  lookup: compileLookup,
  multiply: compileMultiply,
  'one-hot': compileOneHot,
  replace: compileReplace,
  scale: compileScale,
  threshold: compileThreshold,
  'to-uint8': compileToUint8,
  'zero-to-missing': compileZeroToMissing
} satisfies StepTable
