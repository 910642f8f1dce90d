import type { Expression, Input, Step } from '../../../src/dump/dump.js'
import { ConvertError } from '../errors/convert-error.js'
import { describeInput, type Facts } from './input-facts.js'
import type { Located } from './located.js'
import { SparseColumns } from './sparse-columns.js'

/** Longest name of a column that the dump's schema takes, with room for what tells two apart. */
const MAX_NAME = 180

/** What is known of a column while steps are gathered. */
interface Column {
  /** The input that it is, or is a copy of, as long as no step computes with it. */
  readonly input: string | undefined
  /** The inputs that make it NaN when they are missing. */
  readonly missingFrom: readonly string[]
  /** The inputs that make it NaN when they are none of an encoder's categories. */
  readonly unknownFrom: readonly Unknown[]
  /** Whether an unknown value has become a known one, so that none comes to an encoder. */
  readonly isClosed?: boolean
  /** Whether it may hold an infinity, as arithmetic leaves it, or NaN: what checks look for. */
  readonly maybeInfinite: boolean
  readonly maybeNaN: boolean
}

/** An input that an encoder reads, and what it holds for the categories. */
interface Unknown {
  readonly input: string
  readonly known: readonly number[]
}

/** Numbers that are always finite. */
const FINITE: Column = { input: undefined, missingFrom: [], unknownFrom: [], maybeInfinite: false, maybeNaN: false }

/**
 * The dump's inputs and steps while they are being gathered: converters of transformers read names of columns, append
 * steps, and give back the names of the columns that come out. The columns that a transformer is given are its own to
 * change: who hands one column to two transformers gives copies.
 */
export class Frame {
  readonly steps: Step[] = []
  private readonly facts = new Map<string, Facts>()
  private readonly columns = new Map<string, Column>()
  readonly sparse = new SparseColumns(this)

  addInput(input: Input): void {
    if (this.columns.has(input.name)) throw new ConvertError(`duplicate column "${input.name}"`)
    this.facts.set(input.name, {
      base: input,
      read: false,
      texts: undefined,
      numbers: undefined,
      booleans: false,
      renamed: false,
      takesMissing: false, refusesMissing: false, refusesUnknown: false, fills: []
    })
    this.columns.set(input.name, { ...FINITE, input: input.name, missingFrom: [input.name], maybeNaN: takesNaN(input) })
  }

  /** The inputs as the dump has them, once all transformers are converted. */
  get allInputs(): Input[] {
    return [...this.facts.values()].map(describeInput)
  }

  /** Adds a computed column under exactly this name. */
  derive(column: string, expression: Expression): string {
    if (this.columns.has(column)) throw new ConvertError(`two columns would be called "${column}"`)
    const operands = columnsOf(expression).map(name => this.column(name))
    const missingFrom = [...new Set(operands.flatMap(operand => operand.missingFrom))]
    const unknownFrom = operands.flatMap(operand => operand.unknownFrom)
    this.columns.set(column, { input: undefined, missingFrom, unknownFrom, maybeInfinite: true, maybeNaN: true })
    this.steps.push({ op: 'derive', column, expression })
    return column
  }

  /** The same values under another name: what a second transformer that reads the column gets. */
  copy(column: string, prefix: string): string {
    return this.copyAs(column, `${prefix}__${column}`)
  }

  /**
   * The same under a name of one's own, or one like it.
   * @param from the column that has the values, where another is made of it already
   */
  copyAs(column: string, name: string, from = column): string {
    const free = this.freeName(name)
    this.columns.set(free, this.column(column))
    this.steps.push({ op: 'derive', column: free, expression: from })
    this.sparse.copy(column, free)
    return free
  }

  /** Reserves a new column's name, or one like it, for values that are always numbers. */
  addColumn(name: string): string {
    const free = this.freeName(name)
    this.columns.set(free, FINITE)
    return free
  }

  has(column: string): boolean {
    return this.columns.has(column)
  }

  /** Notes that a step computes with the columns, in place. */
  compute(columns: readonly string[]): void {
    for (const name of columns) {
      this.change(name, { ...this.column(name), input: undefined, maybeInfinite: true, maybeNaN: true })
    }
  }

  /** Notes that the columns now hold codes, bins or other numbers that are never infinite, and never missing. */
  encode(columns: readonly string[]): void {
    for (const name of columns) this.change(name, FINITE)
  }

  /** Notes that values which are none of an encoder's have become one of them, and that it stays what it is. */
  close(name: string): void {
    this.change(name, { ...this.column(name), isClosed: true })
  }

  /**
   * Notes that the column now holds an encoder's codes, of which one is NaN: that of a missing value, or of one that is
   * none of the known values.
   */
  encodeWithNaN(name: string, nan: { missing: boolean, unknown: boolean }, known: readonly number[]): void {
    const { input, missingFrom } = this.column(name)
    this.change(name, {
      ...FINITE,
      missingFrom: nan.missing ? missingFrom : [],
      unknownFrom: nan.unknown && input !== undefined ? [{ input, known }] : [],
      maybeNaN: true
    })
  }

  /**
   * A transformer or a predictor reads these columns. Text in a column of numbers is an error to it, also where nothing
   * that it makes of the column is used.
   */
  read(columns: readonly string[]): void {
    for (const name of columns) {
      const { input, missingFrom } = this.column(name)
      for (const origin of [...missingFrom, ...(input === undefined ? [] : [input])]) this.factsOf(origin).read = true
    }
  }

  /** Something takes these columns with their missing values, and sees them as such. */
  acceptMissing(columns: readonly string[]): void {
    this.read(columns)
    for (const facts of this.missingInputs(columns)) {
      facts.takesMissing = true
      facts.fills.push(undefined)
    }
  }

  /** Something cannot do with missing values in these columns: the inputs behind them are required. */
  assertNotMissing(columns: readonly string[]): void {
    this.read(columns)
    for (const facts of this.missingInputs(columns)) facts.refusesMissing = true
    for (const { unknownFrom } of columns.map(name => this.column(name))) {
      for (const { input, known } of unknownFrom) this.assertKnown(input, known)
    }
  }

  /** Whether these columns can hold a missing value at all: what a recipe says they count as has the last word. */
  mayBeMissing(columns: readonly string[]): boolean {
    return columns.map(name => this.column(name)).some(({ missingFrom, unknownFrom }) =>
      unknownFrom.length > 0 || missingFrom.some(input => takesNaN(this.factsOf(input).base)))
  }

  /**
   * What scikit-learn's validation does before a transformer computes: no infinities, and no missing values where it
   * does not take them. A step is added for the columns that could hold one.
   */
  checkNumbers(columns: readonly string[], { missing }: { missing: boolean }): void {
    if (!missing) this.assertNotMissing(columns)
    const doubtful = columns.filter(name => {
      const { maybeInfinite, maybeNaN } = this.column(name)
      return maybeInfinite || (!missing && maybeNaN)
    })
    if (doubtful.length === 0) return
    this.steps.push({ op: 'check', columns: doubtful, missing })
    for (const name of doubtful) {
      const column = this.column(name)
      this.columns.set(name, { ...column, maybeInfinite: false, maybeNaN: column.maybeNaN && missing })
    }
  }

  /** An imputer fills these columns: the inputs behind them may be missing, and what follows does not see it. */
  impute(columns: readonly string[], texts: ReadonlyArray<string | undefined>): void {
    this.read(columns)
    columns.forEach((name, i) => {
      const column = this.column(name)
      for (const facts of this.missingInputs([name])) {
        facts.takesMissing = true
        facts.fills.push(column.input === undefined ? undefined : texts[i])
      }
      this.change(name, { ...column, missingFrom: [], unknownFrom: [], maybeNaN: false })
    })
  }

  /**
   * The codes that a column holds for texts, which makes an input of numbers one of text.
   * @param at for the error when the column is not an input, or an input with other categories
   */
  textCodes(column: string, texts: readonly string[], at: Located): number[] {
    const { input } = this.column(column)
    if (input === undefined) return at.fail(`an input as "${column}", to encode as text`)
    const facts = this.factsOf(input)
    if (facts.base.type === 'category') {
      const { categories } = facts.base
      if (!texts.every(text => categories.includes(text))) return at.fail(`the same categories for "${input}" as before`)
      return texts.map(text => categories.indexOf(text))
    }
    const known = (facts.texts ??= [])
    known.push(...new Set(texts.filter(text => !known.includes(text))))
    return texts.map(text => known.indexOf(text))
  }

  /** The categories of an encoder that reads the column are bools. */
  markBoolean(column: string): void {
    const { input } = this.column(column)
    if (input !== undefined) this.factsOf(input).booleans = true
  }

  /** The input's name is not the one that it had before the training. */
  markRenamed(column: string): void {
    const { input } = this.column(column)
    if (input !== undefined) this.factsOf(input).renamed = true
  }

  /**
   * An encoder reads the column, and other values than it knows are an error to it, or not.
   * @param values what the column holds for those that it knows
   */
  readByEncoder(column: string, takes: { missing: boolean, unknown: boolean }, values: readonly number[] = []): void {
    const { input, isClosed } = this.column(column)
    if (!takes.unknown && input !== undefined && isClosed !== true) this.assertKnown(input, values)
    if (!takes.missing) this.assertNotMissing([column])
    else this.acceptMissing([column])
  }

  /** Notes that scikit-learn has these columns in a sparse matrix, or in a dense one. */
  markSparse(columns: readonly string[], sparse: boolean): void {
    this.sparse.mark(columns, sparse)
  }

  isSparse(columns: readonly string[]): boolean {
    return this.sparse.hasAny(columns)
  }

  /** A name that no column has yet: this one, shortened to fit, or one like it. */
  freeName(name: string): string {
    const short = name.slice(0, MAX_NAME) || 'column'
    let free = short
    for (let i = 2; this.columns.has(free); i++) free = `${short}#${i}`
    return free
  }

  private change(name: string, column: Column): void {
    this.columns.set(name, column)
    this.sparse.change(name)
  }

  private column(name: string): Column {
    const column = this.columns.get(name)
    if (column === undefined) throw new ConvertError(`there is no column "${name}"`)
    return column
  }

  private factsOf(input: string): Facts {
    const facts = this.facts.get(input)
    if (facts === undefined) throw new ConvertError(`there is no input "${input}"`)
    return facts
  }

  private assertKnown(input: string, known: readonly number[]): void {
    const facts = this.factsOf(input)
    facts.refusesUnknown = true
    if (facts.texts === undefined) facts.numbers = known
  }

  private missingInputs(columns: readonly string[]): Facts[] {
    return columns.flatMap(name => this.column(name).missingFrom.map(input => this.factsOf(input)))
  }
}

/** Whether a missing value in the input is NaN in its column, and no number that a recipe puts there. */
function takesNaN(input: Input): boolean {
  return input.type !== 'number' || typeof input.fallback?.missing !== 'number'
}

function columnsOf(expression: Expression): string[] {
  if (typeof expression === 'number') return []
  if (typeof expression === 'string') return [expression]
  return [...columnsOf(expression[1]), ...columnsOf(expression[2])]
}
