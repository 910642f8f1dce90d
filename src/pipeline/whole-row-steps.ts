/** Steps that make new columns from several others at once: projections, and predictors within a model. */
import { checkCount, numbersFor } from './column-table.js'
import { refusal } from './refusal.js'
import type { CompileStep } from './compile-step.js'
import { DumpError } from '../dump/dump-error.js'
import type { Estimator } from '../dump/estimators.js'

/** A predictor among the steps, ready to evaluate: one row at a time. */
export interface Predictor {
  /** Columns that it reads, in the order of its row. */
  readonly features: readonly string[]
  readonly nValues: number
  readonly nRaw: number
  /** [nValues], [nRaw] Of the last row: its values, and its decision function. */
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
  const mean = step.mean && numbersFor(step.mean, slots.length, `${path}.mean`)
  const offset = step.offset && numbersFor(step.offset, step.as.length, `${path}.offset`)
  const scale = step.scale && numbersFor(step.scale, step.as.length, `${path}.scale`)
  const evaluate = sums({ coef: step.components })
  const row = new Float64Array(slots.length)
  const made = new Float64Array(step.as.length)
  const sources = new Set(slots.flatMap(slot => [...table.sources(slot)]))
  const targets = step.as.map(name => table.add(name, sources, path))
  return {
    reads: slots,
    writes: targets,
    apply: columns => {
      for (let i = 0; i < slots.length; i++) row[i] = mean === undefined ? columns[slots[i]] : columns[slots[i]] - mean[i]
      evaluate(row, made)
      for (let k = 0; k < targets.length; k++) {
        const moved = offset === undefined ? made[k] : made[k] + offset[k]
        columns[targets[k]] = scale === undefined ? moved : moved / scale[k]
      }
    }
  }
}

/** What a predictor answers becomes columns. Rows that it does not take are refused, as by the model itself. */
export const compilePredict: CompileStep<'predict'> = (step, { table, path, predictor }) => {
  const { features, values, raw, evaluate, decide, takes } = predictor(step.model, `${path}.model`)
  const slots = features.map(name => table.slot(name, path))
  const sources = slots.map(slot => table.sources(slot))
  const refuse = sources.map(fields => refusal(fields, 'a number that the model can compute with, not missing'))
  const all = new Set(sources.flatMap(fields => [...fields]))
  const targets = step.as.map(name => table.add(name, all, path))
  const { gives, from = 0, labels } = step
  const given = gives === 'values' ? values.length : gives === 'decision' ? raw.length : 1
  if (given !== from + targets.length) {
    throw new DumpError(`${path}.as`, `expected ${given - from} columns for the ${gives} of the predictor, received ${targets.length}`)
  }
  const row = new Float64Array(slots.length)
  const numbers = gives === 'decision' ? raw : values
  return {
    reads: slots,
    writes: targets,
    refuses: all,
    apply: (columns, sent) => {
      for (let i = 0; i < slots.length; i++) {
        row[i] = columns[slots[i]]
        if (!takes(i, row[i])) refuse[i](sent)
      }
      evaluate(row)
      if (gives === 'label') {
        const index = decide()
        columns[targets[0]] = labels === undefined ? index : labels[index]
      } else {
        for (let k = 0; k < targets.length; k++) columns[targets[k]] = numbers[from + k]
      }
    }
  }
}
