import type { Expression, Input, Step } from '../../../src/forest/dump.js'
import { ConvertError } from '../pickle/errors.js'
import type { Located } from './located.js'

/** Longest name of a column that the dump's schema takes, with room for what tells two apart. */
const MAX_NAME = 180

/** What is known of a column while steps are gathered. */
interface Column {
  /** The input that it is, or is a copy of, as long as no step computes with it. */
  readonly input: string | undefined
  /** The inputs that make it NaN when they are missing. */
  readonly missingFrom: readonly string[]
  /** Whether its values come from arithmetic, which can overflow. */
  readonly computed: boolean
}

/** What the transformers that read an input make of it. */
interface Facts {
  readonly base: Input
  /** Texts that encoders or imputers know, in code order; undefined for numbers. */
  texts: string[] | undefined
  /** The only numbers that some encoder takes. */
  numbers: readonly number[] | undefined
  /** Whether the categories that an encoder knows are False and True. */
  booleans: boolean
  /** Whether it was fitted on True and False as numbers. */
  takesBoolean: boolean
  /** Whether LightGBM changed its name. */
  renamed: boolean
  /** Whether something takes a missing value, and whether something else does not. */
  takesMissing: boolean
  refusesMissing: boolean
  refusesUnknown: boolean
  /** What imputers put where it is missing, one entry a reader; undefined where it stays missing. */
  readonly fills: Array<string | undefined>
}

/**
 * The dump's inputs and steps while they are being gathered: converters of transformers read names of columns, append
 * steps, and give back the names of the columns that come out. The columns that a transformer is given are its own to
 * change: who hands one column to two transformers gives copies.
 */
export class Frame {
  readonly steps: Step[] = []
  private readonly facts = new Map<string, Facts>()
  private readonly columns = new Map<string, Column>()
  private readonly sparse = new Set<string>()

  addInput(input: Input): void {
    if (this.columns.has(input.name)) throw new ConvertError(`the column "${input.name}" stands there twice`)
    this.facts.set(input.name, {
      base: input, texts: undefined, numbers: undefined, booleans: false, takesBoolean: false, renamed: false,
      takesMissing: false, refusesMissing: false, refusesUnknown: false, fills: []
    })
    this.columns.set(input.name, { input: input.name, missingFrom: [input.name], computed: false })
  }

  /** The inputs as the dump has them, once all transformers are converted. */
  get allInputs(): Input[] {
    return [...this.facts.values()].map(facts => ({
      ...describeInput(facts), ...(facts.renamed && { renamed: true as const })
    }))
  }

  /** Adds a computed column under exactly this name. */
  derive(column: string, expression: Expression): string {
    if (this.columns.has(column)) throw new ConvertError(`two columns would be called "${column}"`)
    const missingFrom = [...new Set(columnsOf(expression).flatMap(name => this.column(name).missingFrom))]
    this.columns.set(column, { input: undefined, missingFrom, computed: true })
    this.steps.push({ op: 'derive', column, expression })
    return column
  }

  /** The same values under another name: what a second transformer that reads the column gets. */
  copy(column: string, prefix: string): string {
    const name = this.freeName(`${prefix}__${column}`)
    this.columns.set(name, this.column(column))
    this.steps.push({ op: 'derive', column: name, expression: column })
    if (this.sparse.has(column)) this.sparse.add(name)
    return name
  }

  /** Reserves a new column's name, or one like it, for values that are always numbers. */
  addColumn(name: string): string {
    const free = this.freeName(name)
    this.columns.set(free, { input: undefined, missingFrom: [], computed: false })
    return free
  }

  has(column: string): boolean {
    return this.columns.has(column)
  }

  /** Notes that a step computes with the columns, in place. */
  compute(columns: readonly string[]): void {
    for (const name of columns) this.columns.set(name, { ...this.column(name), input: undefined, computed: true })
  }

  /** Notes that the columns now hold codes, bins or other numbers that are never infinite, and never missing. */
  encode(columns: readonly string[]): void {
    for (const name of columns) this.columns.set(name, { input: undefined, missingFrom: [], computed: false })
  }

  /** Something takes these columns with their missing values. */
  acceptMissing(columns: readonly string[]): void {
    for (const facts of this.missingInputs(columns)) facts.takesMissing = true
  }

  /** Something cannot do with missing values in these columns: the inputs behind them are required. */
  refuseMissing(columns: readonly string[]): void {
    for (const facts of this.missingInputs(columns)) facts.refusesMissing = true
  }

  /** Whether these columns can hold a missing value at all: what a recipe says gaps count as has the last word. */
  mayBeMissing(columns: readonly string[]): boolean {
    return columns.some(name => this.column(name).missingFrom.some(input => {
      const { fallback } = this.factsOf(input).base
      return fallback?.missing === undefined || fallback.missing === 'NaN'
    }))
  }

  /**
   * What scikit-learn's validation does before a transformer computes: no infinities, and no missing values where it
   * does not take them. A step is added for the columns that could hold one.
   */
  checkNumbers(columns: readonly string[], { missing }: { missing: boolean }): void {
    if (!missing) this.refuseMissing(columns)
    const doubtful = columns.filter(name => this.column(name).computed || (!missing && this.hasNaNFallback(name)))
    if (doubtful.length > 0) this.steps.push({ op: 'check', columns: doubtful, missing })
  }

  /** An imputer fills these columns: the inputs behind them may be missing, and what follows does not see it. */
  impute(columns: readonly string[], texts: ReadonlyArray<string | undefined>): void {
    this.acceptMissing(columns)
    columns.forEach((name, i) => {
      const column = this.column(name)
      if (column.input !== undefined) this.factsOf(column.input).fills.push(texts[i])
      this.columns.set(name, { ...column, missingFrom: [] })
    })
  }

  /**
   * The codes that a column holds for texts, which makes an input of numbers one of text.
   * @param at for the error when the column is no input, or an input with other categories
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

  /** The column held True and False as numbers: both may be sent, and other numbers too. */
  acceptBoolean(column: string): void {
    const { input } = this.column(column)
    if (input !== undefined) this.factsOf(input).takesBoolean = true
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
    const { input } = this.column(column)
    if (!takes.unknown && input !== undefined) {
      const facts = this.factsOf(input)
      facts.refusesUnknown = true
      if (facts.texts === undefined) facts.numbers = values
    }
    if (!takes.missing) this.refuseMissing([column])
    else this.acceptMissing([column])
    for (const facts of this.missingInputs([column])) facts.fills.push(undefined)
  }

  /** Notes that scikit-learn has these columns in a sparse matrix, where some arithmetic differs. */
  markSparse(columns: readonly string[], sparse: boolean): void {
    for (const name of columns) {
      if (sparse) this.sparse.add(name)
      else this.sparse.delete(name)
    }
  }

  isSparse(columns: readonly string[]): boolean {
    return columns.some(name => this.sparse.has(name))
  }

  /** A name that no column has yet: this one, shortened to fit, or one like it. */
  freeName(name: string): string {
    const short = name.slice(0, MAX_NAME) || 'column'
    let free = short
    for (let i = 2; this.columns.has(free); i++) free = `${short}#${i}`
    return free
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

  private missingInputs(columns: readonly string[]): Facts[] {
    return columns.flatMap(name => this.column(name).missingFrom.map(input => this.factsOf(input)))
  }

  private hasNaNFallback(column: string): boolean {
    return this.missingInputs([column]).some(({ base }) => base.fallback?.missing === 'NaN')
  }
}

function describeInput(facts: Facts): Input {
  const { base, texts, takesBoolean, takesMissing, refusesMissing, refusesUnknown, fills } = facts
  // A recipe that says what a gap counts as has the last word.
  if (base.type === 'category' || base.fallback !== undefined) return base
  const accepts = takesMissing && !refusesMissing
  if (texts === undefined) {
    const numbers = facts.numbers ?? (facts.booleans ? [0, 1] : undefined)
    return {
      ...base,
      ...((facts.booleans || takesBoolean) && { boolean: true as const }),
      ...(numbers?.[0] !== undefined && { values: [...numbers], example: numbers[0] }),
      ...(accepts && { fallback: { missing: 'NaN' as const } })
    }
  }
  const fill = fills.every(text => text === fills[0]) ? fills[0] ?? null : null
  const fallback = { ...(accepts && { missing: fill }), ...(!refusesUnknown && { unknown: null }) }
  return {
    name: base.name,
    type: 'category',
    ...(base.description !== undefined && { description: base.description }),
    categories: texts,
    example: texts[0],
    ...(Object.keys(fallback).length > 0 && { fallback })
  }
}

function columnsOf(expression: Expression): string[] {
  if (typeof expression === 'number') return []
  if (typeof expression === 'string') return [expression]
  return [...columnsOf(expression[1]), ...columnsOf(expression[2])]
}
