/** What golden rows are made of: for each input the values around which its model's trees decide. */
import type { CategoryInput, Dump, Input, NumberInput } from '../../../src/forest/dump.js'
import { findCrossings, listAnchors, type Crossing } from './crossings.js'
import type { GoldenInput, Probe } from './probe.js'
import { listThresholds, pickSpread, type ColumnThresholds } from './thresholds.js'

export type FieldValue = GoldenInput[string]

export interface FieldValues {
  /** By input: numbers at thresholds and right above them, all categories, and gaps and unknown text where they count. */
  readonly choices: ReadonlyMap<string, readonly FieldValue[]>
  /** A row from the middle of what the trees ask. */
  readonly middle: GoldenInput
}

/** Thresholds of a column that are looked up, of a model with few columns. */
const MOST_THRESHOLDS = 256

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
  /** Thresholds to look up of each column: fewer where a model has many. */
  private readonly count: number

  constructor(private readonly dump: Dump, private readonly probe: Probe, row: GoldenInput) {
    this.thresholds = listThresholds(dump.model, probe.columns)
    this.middle = { ...row }
    this.count = Math.min(MOST_THRESHOLDS, Math.max(4, Math.ceil(4096 / probe.columns.length)))
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
    return columns.flatMap(c => this.find(input, c, pickSpread(this.thresholds[c].all, this.count)))
  }

  private find(input: NumberInput, c: number, thresholds: readonly number[]): Crossing[] {
    if (thresholds.length === 0) return []
    const anchors = listAnchors(input.minimum, input.maximum)
    const round = this.thresholds[c].float32 ? Math.fround : (x: number) => x
    const row = { ...this.middle }
    const ask = (x: number) => {
      row[input.name] = x
      return this.probe.columnsOf(row)?.[c] ?? NaN
    }
    const isInput = anchors.every(x => Object.is(ask(x), x))
    return findCrossings(isInput ? round : x => round(ask(x)), anchors, thresholds)
  }

  /** Moves the middle row to the middle of what is asked of the input, if the model answers there. */
  private centre(input: Input, own: readonly Crossing[]): void {
    const before = this.middle[input.name]
    this.middle[input.name] = input.type === 'category' ? this.pickCategory(input) : this.pickNumber(input, own) ?? before
    if (!this.probe.answers(this.middle)) this.middle[input.name] = before
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
    const { missing } = input.fallback ?? {}
    const gap = missing === undefined ? [] : [null]
    if (input.type === 'category') {
      return [...input.categories, ...gap, ...(input.fallback?.unknown === undefined ? [] : [UNKNOWN])]
    }
    if (input.values !== undefined) return [...input.values, ...gap]
    if (input.boolean === true) return [0, 1, ...gap]
    const mixed = this.findAll(input, this.columnsOf(input, false))
    const categories = this.columnsOf(input, true).flatMap(c => this.thresholds[c].categories)
    const numbers = [Number(this.middle[input.name] ?? 0), ...[...own, ...mixed].flat(), ...categories, ...limitsOf(input)]
    return [...new Set(numbers), ...gap]
  }
}

function limitsOf({ minimum, maximum }: NumberInput): number[] {
  return [minimum, maximum].filter(limit => limit !== undefined)
}

/** Three digits are enough for an example; where all thresholds lie between whole numbers, these are what is counted. */
function roundExample([low, high]: Crossing, own: readonly Crossing[], { minimum, maximum }: NumberInput): number {
  const isCount = own.every(([below]) => Math.abs(below % 1) > 0.499 && Math.abs(below % 1) < 0.501)
  const rounded = isCount ? Math.floor(high) : Number(((low + high) / 2).toPrecision(3))
  return Math.min(Math.max(rounded, minimum ?? rounded), maximum ?? rounded)
}
