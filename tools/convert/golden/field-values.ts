/** What golden rows are made of: for each input the values around which its model's trees decide. */
import type { CategoryInput, Dump, Input, NumberInput } from '../../../src/dump/dump.js'
import { createStepTools } from '../../../src/model/create-step-tools.js'
import { compilePipeline } from '../../../src/pipeline/pipeline.js'
import { listTexts } from './texts.js'
import { findCrossings, listAnchors, type Crossing } from './crossings.js'
import type { GoldenInput, Probe } from './probe.js'
import { listThresholds, pickSpread, type ColumnThresholds } from './thresholds.js'

export type FieldValue = GoldenInput[string]

export interface FieldValues {
  /** By input: numbers at thresholds and right above them, all categories, null and unknown text where they count. */
  readonly choices: ReadonlyMap<string, readonly FieldValue[]>
  /** A row from the middle of what the trees ask. */
  readonly middle: GoldenInput
}

/** Thresholds of a column that are looked up. */
const MOST_THRESHOLDS = 256

/** Fields and columns that may be computed for the search: a model with thousands of both must not take minutes. */
const MOST_COMPUTED = 4e7

/** Questions that one threshold takes, about: the numbers between two anchors, halved until none is left. */
const QUESTIONS = 64

/** Text that is none of the categories. */
const UNKNOWN = 'unheard of'

/**
 * @param row that the model answers; columns of several inputs are looked at with the others as they are there
 */
export function listFieldValues(dump: Dump, probe: Probe, row: GoldenInput): FieldValues {
  return new FieldSearch(dump, probe, row).run()
}

class FieldSearch {
  private readonly thresholds: readonly ColumnThresholds[]
  private readonly middle: GoldenInput
  /** Columns that steps make or change. */
  private readonly made: ReadonlySet<string>
  /** How many rows may still be computed. */
  private questions: number
  /** Thresholds to look up of a column that has to be computed. */
  private readonly count: number
  /** By input, numbers that steps treat like no other. */
  private readonly named: ReadonlyMap<string, readonly number[]>

  constructor(private readonly dump: Dump, private readonly probe: Probe, row: GoldenInput) {
    this.thresholds = listThresholds(dump, probe.columns)
    this.middle = { ...row }
    this.named = listNamedNumbers(dump)
    this.made = new Set(dump.steps.flatMap(step => 'columns' in step ? step.columns : 'column' in step ? [step.column] : []))
    this.questions = MOST_COMPUTED / (dump.inputs.length + probe.columns.length)
    const most = Math.floor(this.questions / (2 * QUESTIONS * probe.columns.length))
    this.count = Math.min(MOST_THRESHOLDS, Math.max(1, most))
  }

  run(): FieldValues {
    const used = this.dump.inputs.filter(input => this.probe.usedInputs.has(input.name))
    const crossings = new Map(used.map(input => [input.name, this.findOwn(input)]))
    for (const input of used) this.centre(input, crossings.get(input.name) ?? [])
    const choices = new Map(this.dump.inputs.map(input => {
      const own = crossings.get(input.name)
      return [input.name, own === undefined ? [this.middle[input.name]] : this.listChoices(input, own)]
    }))
    return { choices, middle: this.middle }
  }

  /** Columns that are made from an input, alone or with others. */
  private columnsOf({ name }: Input, alone: boolean): number[] {
    return this.probe.columnInputs.flatMap((names, c) => names.has(name) && (names.size === 1) === alone ? [c] : [])
  }

  private findOwn(input: Input): Crossing[] {
    return input.type === 'number' ? this.findAll(input, this.columnsOf(input, true)) : []
  }

  private findAll(input: NumberInput, columns: readonly number[]): Crossing[] {
    return columns.flatMap(c => {
      const count = this.isInput(input, c) ? MOST_THRESHOLDS : this.count
      return this.find(input, c, pickSpread(this.thresholds[c].all, count))
    })
  }

  private isInput({ name }: Input, c: number): boolean {
    return this.probe.columns[c] === name && !this.made.has(name)
  }

  private find(input: NumberInput, c: number, thresholds: readonly number[]): Crossing[] {
    const { float32, splits } = this.thresholds[c]
    const isInput = this.isInput(input, c)
    if (thresholds.length === 0 || (!isInput && this.questions <= 0)) return []
    const anchors = listAnchors(input.minimum, input.maximum)
    const row = { ...this.middle }
    const ask = (x: number): number => {
      if (isInput) return x
      this.questions--
      row[input.name] = x
      return this.probe.columnsOf(row)?.[c] ?? NaN
    }
    const column = float32 ? (x: number) => Math.fround(ask(x)) : ask
    return [...splits].flatMap(split => findCrossings(column, anchors, thresholds, split))
  }

  /** Moves the middle row to the middle of what is asked of the input, if the model answers there. */
  private centre(input: Input, own: readonly Crossing[]): void {
    if (input.type === 'any' || input.type === 'text') return
    const before = this.middle[input.name]
    const answered = this.probe.answers(this.middle)
    const value = input.type === 'category' ? this.pickCategory(input) : this.pickNumber(input, own)
    this.middle[input.name] = value ?? before
    // A row whose answer overflows, as the exponential of a sum may, is still to be moved where it does not.
    const isWorse = answered || this.probe.columnsOf(this.middle) === undefined
    if (isWorse && !this.probe.answers(this.middle)) this.middle[input.name] = before
  }

  private pickNumber(input: NumberInput, own: readonly Crossing[]): number | undefined {
    if (input.example !== undefined) return input.example
    const columns = this.columnsOf(input, true)
    if (columns.length === 0 || input.values !== undefined) return undefined
    const most = columns.reduce((a, b) => this.thresholds[b].all.length > this.thresholds[a].all.length ? b : a)
    const { all } = this.thresholds[most]
    const [crossing] = this.find(input, most, [...all.subarray(all.length >> 1, (all.length >> 1) + 1)])
    return crossing && roundExample(crossing, own, input)
  }

  /** The category whose columns are asked for most; of one that is a number, the middle one. */
  private pickCategory(input: CategoryInput): string {
    const columns = this.columnsOf(input, true)
    const weigh = (category: string): number => {
      const values = this.probe.columnsOf({ ...this.middle, [input.name]: category })
      if (values === undefined) return -Infinity
      if (columns.length !== 1) return columns.reduce((sum, c) => sum + values[c] * this.thresholds[c].all.length, 0)
      const { all } = this.thresholds[columns[0]]
      return all.length === 0 ? 0 : -Math.abs(values[columns[0]] - all[all.length >> 1])
    }
    const weights = input.categories.slice(0, MOST_THRESHOLDS).map(weigh)
    return input.categories[weights.indexOf(Math.max(...weights))] ?? input.categories[0]
  }

  private listChoices(input: Input, own: readonly Crossing[]): FieldValue[] {
    if (input.type === 'any') return [null]
    if (input.type === 'text') return listTexts(this.dump, input.name)
    const { missing } = input.fallback ?? {}
    const gap = missing === undefined ? [] : [null]
    if (input.type === 'category') {
      return [...input.categories, ...gap, ...(input.fallback?.unknown === undefined ? [] : [UNKNOWN])]
    }
    if (input.values !== undefined) return [...input.values, ...gap]
    if (input.boolean === true) return [0, 1, ...gap]
    const mixed = this.findAll(input, this.columnsOf(input, false))
    const categories = this.columnsOf(input, true).flatMap(c => this.thresholds[c].categories)
    const numbers = [
      Number(this.middle[input.name] ?? 0), ...[...own, ...mixed].flat(), ...categories,
      ...this.named.get(input.name) ?? [], ...limitsOf(input)
    ]
    return [...new Set(numbers), ...gap]
  }
}

/** By input, what lookups know and what stands for a missing value. */
function listNamedNumbers(dump: Dump): Map<string, number[]> {
  const named = dump.steps.flatMap(step => {
    if (step.op === 'lookup' || step.op === 'one-hot') return [{ column: step.column, numbers: step.values }]
    if (step.op === 'zero-to-missing') return step.columns.map(column => ({ column, numbers: [0] }))
    if (step.op !== 'impute' && step.op !== 'is-missing') return []
    const { missing } = step
    return missing === undefined ? [] : step.columns.map(column => ({ column, numbers: [missing] }))
  })
  const { featureInputs } = compilePipeline(dump, named.map(({ column }) => column), createStepTools())
  const byInput = new Map<string, number[]>()
  named.forEach(({ numbers }, i) => {
    for (const name of featureInputs[i]) byInput.set(name, [...byInput.get(name) ?? [], ...numbers])
  })
  return byInput
}

function limitsOf({ minimum, maximum }: NumberInput): number[] {
  return [minimum, maximum].filter(limit => limit !== undefined)
}

/** Three digits are enough for an example; where all thresholds lie between whole numbers, it is one of these. */
function roundExample([low, high]: Crossing, own: readonly Crossing[], { minimum, maximum }: NumberInput): number {
  const isCount = own.every(([below]) => Math.abs(below % 1) > 0.499 && Math.abs(below % 1) < 0.501)
  const rounded = isCount ? Math.floor(high) : Number(((low + high) / 2).toPrecision(3))
  return Math.min(Math.max(rounded, minimum ?? rounded), maximum ?? rounded)
}
