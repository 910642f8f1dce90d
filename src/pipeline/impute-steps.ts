/** Missing values: what takes their place, and columns that say where they were. */
import { checkCount, numbersFor } from './column-table.js'
import { inPlace } from './scale-steps.js'
import type { CompileStep } from './compile-step.js'

/** Whether a value is missing: NaN, or equal to the value that means so. */
export function missingTest(missing: number | undefined): (value: number) => boolean {
  return missing === undefined ? Number.isNaN : value => value === missing
}

export const compileImpute: CompileStep<'impute'> = (step, context) => inPlace(step.columns, context, slots => {
  const statistics = numbersFor(step.statistics, slots.length, `${context.path}.statistics`)
  const isMissing = missingTest(step.missing)
  return columns => {
    for (let i = 0; i < slots.length; i++) {
      if (isMissing(columns[slots[i]])) columns[slots[i]] = statistics[i]
    }
  }
})

export const compileZeroToMissing: CompileStep<'zero-to-missing'> = ({ columns: names, threshold }, context) =>
  inPlace(names, context, slots => columns => {
    for (const slot of slots) if (Math.abs(columns[slot]) <= threshold) columns[slot] = NaN
  })

export const compileIsMissing: CompileStep<'is-missing'> = (step, { table, path }) => {
  checkCount(step.as, step.columns.length, `${path}.as`)
  const isMissing = missingTest(step.missing)
  return step.columns.map((name, i) => {
    const source = table.slot(name, path)
    const target = table.add(step.as[i], table.sources(source), path)
    return {
      reads: [source],
      writes: [target],
      apply: columns => {
        columns[target] = isMissing(columns[source]) ? 1 : 0
      }
    }
  })
}

export const compileReplace: CompileStep<'replace'> = ({ column, by, where }, { table, path }) => {
  const slots = [column, by, where].map(name => table.slot(name, path))
  const [target, source, flag] = slots
  table.mix([target, source])
  return {
    reads: slots,
    writes: [target],
    apply: columns => {
      if (columns[flag] === 1) columns[target] = columns[source]
    }
  }
}
