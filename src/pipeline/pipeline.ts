/**
 * Preprocessing as data: a row of named columns that starts as the inputs, steps that change or add columns, and the
 * selection that makes the forest's row. All arithmetic is float64, in scikit-learn's order of operations.
 */
import { DumpError } from '../forest/dump-error.js'
import type { Dump, Step } from '../forest/dump.js'
import type { Row } from './input-error.js'
import { columnsOf, compileExpression } from './expression.js'
import { InputReader } from './inputs.js'

type Apply = (columns: Float64Array) => void

export interface Pipeline {
  /** Names of the inputs that reach the forest. */
  readonly usedInputs: ReadonlySet<string>
  /** For each of the forest's features, the inputs it is made from. */
  readonly featureInputs: ReadonlyArray<ReadonlySet<string>>
  /**
   * @param features [nFeatures] float64, overwritten
   * @returns names of the fields that counted as their fallback, undefined when there are none
   * @throws InputError naming each field that has no value and no fallback
   */
  run(row: Row, features: Float64Array): string[] | undefined
}

/**
 * @throws DumpError when a step or the forest names a column that does not exist, or lists of a step differ in length
 */
export function compilePipeline(dump: Pick<Dump, 'inputs' | 'steps' | 'forest'>): Pipeline {
  const table = new ColumnTable()
  dump.inputs.forEach((input, i) => table.add(input.name, [input.name], `inputs[${i}]`))
  const steps = dump.steps.map((step, i) => compileStep(step, table, `steps[${i}]`))
  const selected = dump.forest.features.map((name, i) => table.slot(name, `forest.features[${i}]`))
  const featureInputs = selected.map(slot => table.sources(slot))
  const usedInputs = new Set(featureInputs.flatMap(names => [...names]))
  const reader = new InputReader(dump.inputs, usedInputs)
  const columns = new Float64Array(table.size)
  return {
    usedInputs,
    featureInputs,
    run(row, features) {
      const defaulted = reader.read(row, columns)
      for (let i = 0; i < steps.length; i++) steps[i](columns)
      for (let i = 0; i < selected.length; i++) features[i] = columns[selected[i]]
      return defaulted
    }
  }
}

/** Where each named column lives, and which inputs its value comes from. */
class ColumnTable {
  private readonly slots = new Map<string, number>()
  private readonly origins: Array<ReadonlySet<string>> = []

  get size(): number {
    return this.origins.length
  }

  add(name: string, origins: Iterable<string>, path: string): number {
    if (this.slots.has(name)) throw new DumpError(path, `expected a new column, "${name}" exists already`)
    this.slots.set(name, this.origins.length)
    return this.origins.push(new Set(origins)) - 1
  }

  slot(name: string, path: string): number {
    const slot = this.slots.get(name)
    if (slot !== undefined) return slot
    throw new DumpError(path, `there is no column "${name}"; the columns are ${[...this.slots.keys()].join(', ')}`)
  }

  sources(slot: number): ReadonlySet<string> {
    return this.origins[slot]
  }
}

function compileStep(step: Step, table: ColumnTable, path: string): Apply {
  switch (step.op) {
    case 'derive': {
      const origins = columnsOf(step.expression).flatMap(name => [...table.sources(table.slot(name, path))])
      const evaluate = compileExpression(step.expression, name => table.slot(name, path))
      const target = table.add(step.column, origins, path)
      return columns => {
        columns[target] = evaluate(columns)
      }
    }
    case 'impute': {
      const slots = step.columns.map(name => table.slot(name, path))
      const statistics = numbersFor(step.statistics, slots, `${path}.statistics`)
      return columns => {
        for (let i = 0; i < slots.length; i++) {
          if (Number.isNaN(columns[slots[i]])) columns[slots[i]] = statistics[i]
        }
      }
    }
    case 'scale': {
      const slots = step.columns.map(name => table.slot(name, path))
      const mean = step.mean && numbersFor(step.mean, slots, `${path}.mean`)
      const scale = step.scale && numbersFor(step.scale, slots, `${path}.scale`)
      return columns => {
        for (let i = 0; i < slots.length; i++) {
          let value = columns[slots[i]]
          if (mean !== undefined) value -= mean[i]
          if (scale !== undefined) value /= scale[i]
          columns[slots[i]] = value
        }
      }
    }
    case 'one-hot': {
      const source = table.slot(step.column, path)
      const targets = step.as.map(name => table.add(name, table.sources(source), path))
      const values = numbersFor(step.values, targets, `${path}.values`)
      return columns => {
        const value = columns[source]
        for (let i = 0; i < targets.length; i++) columns[targets[i]] = value === values[i] ? 1 : 0
      }
    }
  }
}

/** One number a column. */
function numbersFor(values: readonly number[], slots: readonly number[], path: string): Float64Array {
  if (values.length !== slots.length) {
    throw new DumpError(path, `expected one number for each of the ${slots.length} columns, received ${values.length}`)
  }
  return Float64Array.from(values)
}
