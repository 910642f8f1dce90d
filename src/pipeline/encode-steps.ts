/** Categories to numbers, and the refusal of values that a model has no answer for. */
import { checkCount, numbersFor } from './column-table.js'
import { createFailure } from './create-failure.js'
import type { CompileStep, StepContext } from './compile-step.js'

/** Most values that a message lists. */
const LISTED = 20

export const compileLookup: CompileStep<'lookup'> = (step, context) => {
  const { table, path } = context
  const slot = table.slot(step.column, path)
  const codes = new Map<number, number>()
  numbersFor(step.results, step.values.length, `${path}.results`).forEach((result, i) => codes.set(step.values[i], result))
  const unknown = step.unknown === undefined ? undefined : Number(step.unknown)
  const missing = step.missing === undefined ? unknown : Number(step.missing)
  const sources = table.sources(slot)
  const fail = createFailure(sources, describeKnown(step.values, sources, context))
  return {
    reads: [slot],
    writes: [slot],
    ...((unknown === undefined || missing === undefined) && { refuses: sources }),
    apply: (columns, row) => {
      const value = columns[slot]
      const result = Number.isNaN(value) ? missing : codes.get(value) ?? unknown
      columns[slot] = result ?? fail(row)
    }
  }
}

/** The values that a lookup knows, as the caller of the service would write them. */
function describeKnown(values: readonly number[], sources: ReadonlySet<string>, { inputs }: StepContext): string {
  const input = inputs.find(({ name }) => sources.has(name))
  const names = values.map(value => input?.type === 'category' ? input.categories[value] ?? value : value)
  const rest = names.length - LISTED
  return `one of ${names.slice(0, LISTED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}

export const compileOneHot: CompileStep<'one-hot'> = (step, { table, path }) => {
  checkCount(step.values, step.as.length, `${path}.values`)
  const source = table.slot(step.column, path)
  const targets = step.as.map(name => table.add(name, table.sources(source), path))
  const { values } = step
  return {
    reads: [source],
    writes: targets,
    apply: columns => {
      const value = columns[source]
      for (let i = 0; i < targets.length; i++) columns[targets[i]] = value === values[i] ? 1 : 0
    }
  }
}

/** Columns that the model does not read are checked too, as scikit-learn does. */
export const compileCheck: CompileStep<'check'> = ({ columns: names, missing }, { table, path }) =>
  names.map(name => {
    const slot = table.slot(name, path)
    const sources = table.sources(slot)
    const fail = createFailure(sources, `a number that the model can compute with${missing ? '' : ', not missing'}`)
    return {
      reads: [slot],
      writes: [],
      refuses: sources,
      apply: (columns, row) => {
        const value = columns[slot]
        if (!Number.isFinite(value) && !(missing && Number.isNaN(value))) fail(row)
      }
    }
  })
