/** Steps that make new columns from several others at once: projections, and predictors within a model. */
import { checkCount, numbersFor } from './column-table.js'
import { createFailure } from './create-failure.js'
import type { CompileStep } from './compile-step.js'
import { DumpError } from '../dump/dump-error.js'
import type { Estimator } from '../dump/estimators.js'
import type { StepOf } from '../dump/steps.js'

/** A predictor among the steps, ready to evaluate: one row at a time. */
interface Predictor {
  /** Columns that it reads, in the order of its row. */
  readonly features: readonly string[]
  /** Classes that it tells apart. */
  readonly nClasses: number
  /** Of the last row: its values, and its decision function. */
  readonly values: Float64Array
  readonly raw: Float64Array
  /** @param row [nFeatures] */
  evaluate(row: Float64Array): void
  /** Of the last row: index of the predicted class. */
  decide(): number
  /** Whether it takes a value of its feature. */
  takes(feature: number, value: number): boolean
}

export type CompilePredictor = (model: Estimator, path: string) => Predictor

export const compileProject: CompileStep<'project'> = (step, { table, path, sums }) => {
  const slots = step.columns.map(name => table.slot(name, path))
  checkCount(step.components, step.as.length, `${path}.components`)
  step.components.forEach((component, k) => checkCount(component, slots.length, `${path}.components[${k}]`))
  if (step.mean !== undefined) checkCount(step.mean, slots.length, `${path}.mean`)
  const centre = step.centred === 'after' ? step.mean : undefined
  const mean = centre === undefined ? step.mean : undefined
  const scale = step.scale && numbersFor(step.scale, step.as.length, `${path}.scale`)
  const evaluate = sums({ coef: step.components, centre })
  const row = new Float64Array(slots.length)
  const made = new Float64Array(step.as.length)
  const sources = new Set(slots.flatMap(slot => [...table.sources(slot)]))
  const targets = step.as.map(name => table.add(name, sources, path))
  return {
    reads: slots,
    writes: targets,
    apply: columns => {
      for (let i = 0; i < slots.length; i++) {
        const value = columns[slots[i]]
        row[i] = mean === undefined ? value : value - mean[i]
      }
      evaluate(row, made)
      for (let k = 0; k < targets.length; k++) {
        columns[targets[k]] = scale === undefined ? made[k] : made[k] / scale[k]
      }
    }
  }
}

/** What a predictor answers becomes columns. Rows that it does not take are refused, as by the model itself. */
export const compilePredict: CompileStep<'predict'> = (step, { table, path, predictor: compile }) => {
  const predictor = compile(step.model, `${path}.model`)
  const slots = predictor.features.map(name => table.slot(name, path))
  const sources = slots.map(slot => table.sources(slot))
  const fail = sources.map(fields => createFailure(fields, 'a number that the model can compute with, not missing'))
  const all = new Set(sources.flatMap(fields => [...fields]))
  const targets = step.gives.map(({ as }) => as.map(name => table.add(name, all, path)))
  const writers = step.gives.map((given, i) => compileGiven(given, targets[i], predictor, `${path}.gives[${i}]`))
  const row = new Float64Array(slots.length)
  return {
    reads: slots,
    writes: targets.flat(),
    refuses: all,
    apply: (columns, sent) => {
      for (let i = 0; i < slots.length; i++) {
        row[i] = columns[slots[i]]
        if (!predictor.takes(i, row[i])) fail[i](sent)
      }
      predictor.evaluate(row)
      for (let i = 0; i < writers.length; i++) writers[i](columns)
    }
  }
}

/** What becomes of the last row's answer. */
function compileGiven(
  { what, from = 0, labels }: StepOf<'predict'>['gives'][number], targets: readonly number[], predictor: Predictor, path: string
): (columns: Float64Array) => void {
  const { values, raw, nClasses } = predictor
  const numbers = what === 'decision' ? raw : values
  const count = what === 'label' ? 1 : numbers.length - from
  if (count !== targets.length) {
    throw new DumpError(`${path}.as`, `expected ${count} columns for the ${what} of the predictor, received ${targets.length}`)
  }
  if (what !== 'label') {
    return columns => {
      for (let k = 0; k < targets.length; k++) columns[targets[k]] = numbers[from + k]
    }
  }
  const codes = labels ?? Array.from({ length: nClasses }, (_, c) => c)
  checkCount(codes, nClasses, `${path}.labels`)
  return columns => {
    columns[targets[0]] = codes[predictor.decide()]
  }
}
