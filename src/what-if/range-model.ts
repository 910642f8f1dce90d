/** A model of ranges: whether all rows between two have the same answer, and if not, where it may change. */
import { listReaders } from '../dump/list-forests.js'
import type { Dump, Estimator, ForestDump } from '../dump/dump.js'
import type { CompiledForest } from '../evaluator/compile.js'
import { listFeatures } from '../evaluator/estimator.js'
import { fits, listLimits, type FeatureLimits } from '../evaluator/limits.js'
import { hasLinearLeaves } from '../evaluator/linear-leaves.js'
import type { Row } from '../errors/input-error.js'
import { createStepTools } from '../model/compile-predictor.js'
import { ColumnTable } from '../pipeline/column-table.js'
import { InputReader } from '../pipeline/inputs.js'
import { keepUsed } from '../pipeline/pipeline.js'
import { compileStep } from '../pipeline/steps.js'
import type { StepOf } from '../dump/steps.js'
import { countCuts, ForestCuts, sortCuts, type Cuts } from './cuts.js'
import { compileRangeRule, type RangeNotes, type RangeRule, type Verdict } from './range-steps.js'

/** A field and the numbers that it lies between. */
export interface FieldRange {
  /** Its place among the inputs. */
  readonly index: number
  readonly from: number
  readonly to: number
}

/** A cut that a range of a column holds, and how many there are of them. */
export interface Crossing {
  readonly column: number
  readonly cut: number
  readonly count: number
}

/** An estimator's forests, and what else it reads. */
class Readers {
  readonly features: readonly string[]
  private readonly limits: readonly FeatureLimits[]
  private readonly forests: ReadonlyArray<{ readonly cuts: ForestCuts, readonly places: readonly number[] }>
  /** [nFeatures] Whether the answer changes with the column from number to number. */
  private readonly isSmooth: readonly boolean[]
  private readonly all: Array<Cuts | undefined> = []

  constructor(estimator: Estimator, compiledOf: (forest: ForestDump) => CompiledForest) {
    this.features = listFeatures(estimator)
    this.limits = listLimits(estimator, this.features)
    const readers = listReaders(estimator)
    this.forests = readers.filter(reader => reader.kind === 'forest').map(forest => ({
      cuts: new ForestCuts(compiledOf(forest)), places: forest.features.map(name => this.features.indexOf(name))
    }))
    const smooth = readers.filter(reader => reader.kind !== 'forest' || hasLinearLeaves(reader))
      .flatMap(reader => reader.kind === 'columns' && reader.label !== undefined ? [...reader.features, reader.label] : reader.features)
    this.isSmooth = this.features.map(name => smooth.includes(name))
  }

  /** Whether the columns are such that the estimator takes them. */
  check(lo: Float64Array, hi: Float64Array): Verdict {
    let verdict: Verdict = 'known'
    for (let i = 0; i < this.limits.length; i++) {
      const [a, b] = [fits(lo[i], this.limits[i]), fits(hi[i], this.limits[i])]
      if (a && b) continue
      if (Object.is(lo[i], hi[i]) || (!a && !b && lo[i] > 0 === hi[i] > 0)) return 'refused'
      verdict = 'unknown'
    }
    return verdict
  }

  /** Whether the answer is that of a formula, and has no cuts, for columns that move. */
  moves(lo: Float64Array, hi: Float64Array): boolean {
    return this.isSmooth.some((isSmooth, i) => isSmooth && !Object.is(lo[i], hi[i]))
  }

  /** All cuts of a column. */
  listAll(column: number): Cuts {
    return this.all[column] ??= sortCuts(this.forests.flatMap(({ cuts, places }) =>
      places.flatMap((place, feature) => place === column ? [...cuts.listAll(feature)] : [])))
  }

  /** [nFeatures] The cuts that rows between two may meet. */
  listReachable(lo: Float64Array, hi: Float64Array): Cuts[] {
    const found = this.features.map((): number[] => [])
    for (const { cuts, places } of this.forests) {
      const [low, high] = [lo, hi].map(columns => Float64Array.from(places, place => columns[place]))
      cuts.findReachable(low, high, (feature, cut) => found[places[feature]].push(cut))
    }
    return found.map(sortCuts)
  }
}

export class RangeModel {
  private readonly notes: RangeNotes = { isGuess: false }
  private readonly rules: RangeRule[]
  private readonly reader: InputReader
  private readonly selected: Int32Array
  private readonly readers: Readers
  /** [nColumns] Of the row that is looked at, before the steps; and those of the range. */
  private readonly start: Float64Array
  private readonly lo: Float64Array
  private readonly hi: Float64Array
  /** [nFeatures] */
  private readonly low: Float64Array
  private readonly high: Float64Array
  private row: Row = {}

  /** By column of the steps and of the model, the fields that it is computed from. */
  private readonly sources: ReadonlyArray<ReadonlySet<string>>

  /** @param dump checked */
  constructor(
    { inputs, steps, model }: Pick<Dump, 'inputs' | 'steps' | 'model'>, usedInputs: ReadonlySet<string>,
    compiledOf: (forest: ForestDump) => CompiledForest
  ) {
    this.readers = new Readers(model, compiledOf)
    const table = new ColumnTable()
    inputs.forEach((input, i) => table.add(input.name, [input.name], `inputs[${i}]`))
    const tools = createStepTools()
    const slotOf = (column: string) => table.slot(column, '')
    const decidePredict = (step: StepOf<'predict'>) => this.decidePredict(new Readers(step.model, compiledOf), slotOf)
    const context = { slotOf, notes: this.notes, decidePredict }
    const units = steps.flatMap((step, i) =>
      compileStep(step, { ...tools, table, inputs, path: `steps[${i}]` })
        .map(unit => ({ ...unit, rule: compileRangeRule(step, unit, context) })))
    this.selected = Int32Array.from(this.readers.features, slotOf)
    const used = keepUsed(units, [...this.selected])
    this.rules = used.map(({ rule }) => rule)
    this.sources = [...this.selected, ...used.flatMap(({ writes }) => writes)].map(slot => table.sources(slot))
    this.reader = new InputReader(inputs, usedInputs)
    this.start = new Float64Array(table.size)
    this.lo = new Float64Array(table.size)
    this.hi = new Float64Array(table.size)
    this.low = new Float64Array(this.selected.length)
    this.high = new Float64Array(this.selected.length)
  }

  /** Whether ranges have been taken for what lies between their ends, without proof, since this was last asked. */
  takeGuess(): boolean {
    const { isGuess } = this.notes
    this.notes.isGuess = false
    return isGuess
  }

  /**
   * The row whose fields move.
   * @throws InputError as `Model.predict`
   */
  open(row: Row): void {
    this.reader.read(row, this.start)
    this.row = row
  }

  /** Whether a column is computed from several of some fields. */
  areMixed(fields: readonly string[]): boolean {
    return this.sources.some(own => fields.filter(field => own.has(field)).length > 1)
  }

  /** Looks at the rows in which some fields lie between two numbers each. */
  evaluate(ranges: readonly FieldRange[]): Verdict {
    const { lo, hi, low, high, selected, rules, row } = this
    lo.set(this.start)
    hi.set(this.start)
    for (const { index, from, to } of ranges) {
      lo[index] = from
      hi[index] = to
    }
    for (let i = 0; i < rules.length; i++) {
      const verdict = rules[i](lo, hi, row)
      if (verdict !== 'known') return verdict
    }
    for (let i = 0; i < selected.length; i++) {
      low[i] = lo[selected[i]]
      high[i] = hi[selected[i]]
    }
    const verdict = this.readers.check(low, high)
    if (verdict === 'known' && this.readers.moves(low, high)) this.notes.isGuess = true
    return verdict
  }

  /** Where a column lies, by the last evaluation. */
  columnRange(column: number): { readonly lo: number, readonly hi: number } {
    return { lo: this.low[column], hi: this.high[column] }
  }

  /** [nFeatures] The cuts that rows of the last evaluation, whose columns are known, may meet. */
  listCuts(): Cuts[] {
    return this.readers.listReachable(this.low, this.high)
  }

  /** A column that crosses a cut within the range of the last evaluation; undefined when none does. */
  findCrossing(cuts: readonly Cuts[]): Crossing | undefined {
    let found: Crossing | undefined
    for (let column = 0; column < cuts.length; column++) {
      const { [column]: lo } = this.low
      const { [column]: hi } = this.high
      if (Object.is(lo, hi)) continue
      const first = countCuts(cuts[column], lo)
      const count = countCuts(cuts[column], hi) - first
      if (count > (found?.count ?? 0)) found = { column, count, cut: cuts[column][first + (count >> 1)] }
    }
    return found
  }

  /** [nFeatures] How many cuts each column of the last evaluation, of which none crosses any, has below it. */
  rank(cuts: readonly Cuts[]): Int32Array {
    // A cut has both -0 and 0 on the same side.
    return Int32Array.from(cuts, (own, column) => Number.isNaN(this.low[column]) ? -1 : countCuts(own, this.low[column]))
  }

  /** Of a predictor among the steps: it gives the same to all of a range when no column crosses any of its cuts. */
  private decidePredict(
    readers: Readers, slotOf: (column: string) => number
  ): (lo: Float64Array, hi: Float64Array) => Verdict | 'smooth' {
    const slots = readers.features.map(slotOf)
    return (lo, hi) => {
      const [low, high] = [lo, hi].map(columns => Float64Array.from(slots, slot => columns[slot]))
      const verdict = readers.check(low, high)
      if (verdict !== 'known') return verdict
      if (readers.moves(low, high)) return 'smooth'
      const isSame = slots.every((_, i) => Object.is(low[i], high[i]) ||
        countCuts(readers.listAll(i), low[i]) === countCuts(readers.listAll(i), high[i]))
      return isSame ? 'known' : 'unknown'
    }
  }
}

