/**
 * Preprocessing as data: a row of named columns that starts as the inputs, steps that change or add columns, and the
 * selection that makes the forest's row. All arithmetic is float64, in scikit-learn's order of operations.
 */
import { compileSums } from '../arithmetic/sums.js'
import { DumpError } from '../dump/dump-error.js'
import type { Dump } from '../dump/dump.js'
import { ColumnTable, type Unit } from './column-table.js'
import type { Row } from '../errors/input-error.js'
import { InputReader } from './inputs.js'
import type { StepTools } from './compile-step.js'
import { compileStep } from './steps.js'

/** For steps of which none predicts. */
const PLAIN_TOOLS: StepTools = {
  sums: compileSums,
  predictor: (_, path) => {
    throw new DumpError(path, 'expected no predictor among the steps')
  }
}

export interface Pipeline {
  /** Names of the inputs that reach the forest, or for whose values a step may refuse the row. */
  readonly usedInputs: ReadonlySet<string>
  /** For each of the forest's features, the inputs it is made from. */
  readonly featureInputs: ReadonlyArray<ReadonlySet<string>>
  /**
   * @param features [nFeatures] float64, overwritten
   * @returns names of the fields that counted as their fallback, undefined when there are none
   * @throws InputError naming each field that has no value and no fallback, or whose value a step refuses
   */
  run(row: Row, features: Float64Array): string[] | undefined
}

/**
 * @throws DumpError when a step or the forest names a column that does not exist, or lists of a step differ in length
 */
export function compilePipeline(
  // Taken apart, since what is returned holds on to these as long as it lives: not to the trees beside them.
  { inputs, steps: all }: Pick<Dump, 'inputs' | 'steps'>, features: readonly string[],
  tools: StepTools = PLAIN_TOOLS
): Pipeline {
  const table = new ColumnTable()
  inputs.forEach((input, i) => table.add(input.name, [input.name], `inputs[${i}]`))
  const units = all.flatMap((step, i) => compileStep(step, { ...tools, table, inputs, path: `steps[${i}]` }))
  const selected = features.map(name => table.slot(name, 'model'))
  const steps = keepUsed(units, selected).map(({ apply }) => apply)
  const featureInputs = selected.map(slot => table.sources(slot))
  const usedInputs = new Set([...featureInputs, ...units.map(unit => unit.refuses ?? [])].flatMap(names => [...names]))
  inputs.forEach(({ name, type }, i) => {
    if (type === 'any' && usedInputs.has(name)) throw new DumpError(`inputs[${i}].type`, 'expected another than "any": the model reads it')
  })
  const reader = new InputReader(inputs, usedInputs)
  const columns = new Float64Array(table.size)
  return {
    usedInputs,
    featureInputs,
    run(row, features) {
      const defaulted = reader.read(row, columns)
      for (let i = 0; i < steps.length; i++) steps[i](columns, row)
      for (let i = 0; i < selected.length; i++) features[i] = columns[selected[i]]
      return defaulted
    }
  }
}

/** The units that the selected slots depend on, or that may refuse the row, in order. */
export function keepUsed<U extends Unit>(units: readonly U[], selected: readonly number[]): U[] {
  const needed = new Set(selected)
  const kept: U[] = []
  for (let i = units.length - 1; i >= 0; i--) {
    const { reads, writes, refuses } = units[i]
    if (refuses === undefined && !writes.some(slot => needed.has(slot))) continue
    for (const slot of reads) needed.add(slot)
    kept.unshift(units[i])
  }
  return kept
}
