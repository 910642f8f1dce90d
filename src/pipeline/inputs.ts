/**
 * From a caller's named values to the first columns: numbers as they are, true as 1, categories as codes, missing
 * values as fallbacks.
 */
import type { CategoryInput, Input, NumberInput, TextInput } from '../dump/dump.js'
import { DumpError } from '../dump/dump-error.js'
import { describeValue } from '../errors/describe-value.js'
import { InputError, type FieldProblem, type Row } from '../errors/input-error.js'
import { compileOriginals } from './original-names.js'

/** Code of text that is none of the categories, for models whose encoder takes it. Missing text is NaN. */
const NO_CATEGORY = -1

/**
 * Puts one field's value into `columns[index]`.
 * @returns whether the field counted as its fallback; a problem when it has none
 */
type FieldReader = (row: Row, columns: Float64Array, index: number) => boolean | FieldProblem

/** The number of any text. */
type CategoryHash = (text: string) => number

export type CreateCategoryHash = () => CategoryHash

export class InputReader {
  private readonly readers: FieldReader[]
  private readonly restoreNames: ((row: Row) => Row) | undefined

  /**
   * @param inputs the columns to fill, in order
   * @param used names whose missing values matter; those elsewhere are filled without a word
   * @throws DumpError for an input whose text is hashed, where it is not known how
   */
  constructor(
    private readonly inputs: readonly Input[], private readonly used: ReadonlySet<string>,
    createCategoryHash?: CreateCategoryHash
  ) {
    const hash = createCategoryHash?.()
    this.readers = inputs.map(input => createReader(input, hash))
    this.restoreNames = compileOriginals(inputs)
  }

  /**
   * Fills `columns[0 .. inputs.length)`.
   * @returns names of the fields that counted as their fallback, undefined when there are none
   * @throws InputError naming each field that has no value and no fallback
   */
  read(row: Row, columns: Float64Array): string[] | undefined {
    let defaulted: string[] | undefined
    let problems: FieldProblem[] | undefined
    const named = this.restoreNames === undefined ? row : this.restoreNames(row)
    for (let i = 0; i < this.readers.length; i++) {
      const outcome = this.readers[i](named, columns, i)
      if (outcome === false || !this.used.has(this.inputs[i].name)) continue
      if (outcome === true) (defaulted ??= []).push(this.inputs[i].name)
      else (problems ??= []).push(outcome)
    }
    if (problems !== undefined) throw new InputError(problems)
    return defaulted
  }
}

/**
 * How a field is read from a row, which may be an object of a caller's class, whose fields are inherited getters. But
 * every object inherits a `constructor` and the like, which is not a value of the caller's.
 */
export function fieldReader(name: string): (row: Row) => unknown {
  return name in Object.prototype ? row => Object.hasOwn(row, name) ? row[name] : undefined : row => row[name]
}

function createReader(input: Input, hash: CategoryHash | undefined): FieldReader {
  const { name } = input
  if (input.type === 'any') return readNothing
  const read = input.type === 'number' ? numberReader(input)
    : input.type === 'text' ? textReader(input) : input.hashed ? hashReader(input, hash) : categoryReader(input)
  if (!(name in Object.prototype)) return read
  const readField = fieldReader(name)
  return (row, columns, index) => read({ [name]: readField(row) }, columns, index)
}

/** Of an input that nothing reads. */
const readNothing: FieldReader = (_, columns, index) => {
  columns[index] = NaN
  return false
}

function numberReader(input: NumberInput): FieldReader {
  const { name } = input
  const fallback = input.fallback?.missing
  const missing = fallback === 'NaN' ? NaN : fallback
  const takesBooleans = input.boolean === true || input.acceptsBoolean === true
  return (row, columns, index) => {
    const value = row[name]
    if (typeof value === 'number' || (takesBooleans && typeof value === 'boolean')) {
      columns[index] = Number(value)
      return false
    }
    columns[index] = missing ?? NaN
    if (missing !== undefined && (value === undefined || value === null)) return true
    return { field: name, expected: input.boolean === true ? 'true or false' : 'a number', received: describeValue(value) }
  }
}

function textReader({ name }: TextInput): FieldReader {
  return (row, columns, index) => {
    const value = row[name]
    columns[index] = 0
    return typeof value !== 'string' && { field: name, expected: 'text', received: describeValue(value) }
  }
}

function categoryReader(input: CategoryInput): FieldReader {
  const { name, categories } = input
  const codes = new Map(categories.map((category, code) => [category, code]))
  const codeOf = (category: string | null | undefined, none: number) =>
    category === undefined ? undefined : category === null ? none : codes.get(category)
  const missing = codeOf(input.fallback?.missing, NaN)
  const unknown = codeOf(input.fallback?.unknown, NO_CATEGORY)
  return (row, columns, index) => {
    const value = row[name]
    const code = typeof value === 'string' ? codes.get(value) : undefined
    if (code !== undefined) {
      columns[index] = code
      return false
    }
    const fallback = typeof value === 'string' ? unknown : value === undefined || value === null ? missing : undefined
    columns[index] = fallback ?? NO_CATEGORY
    if (fallback !== undefined) return true
    return { field: name, expected: `one of ${categories.join(', ')}`, received: describeValue(value) }
  }
}

/** Every text has a number. Integers and truth values are the texts that CatBoost makes of Python's. */
function hashReader({ name }: CategoryInput, hash: CategoryHash | undefined): FieldReader {
  if (hash === undefined) throw new DumpError('inputs', `${name}: expected no input whose text is hashed`)
  return (row, columns, index) => {
    const value = row[name]
    const text = textOf(value)
    columns[index] = text === undefined ? NaN : hash(text)
    return text === undefined && { field: name, expected: 'text or a whole number', received: describeValue(value) }
  }
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  return typeof value === 'boolean' || Number.isSafeInteger(value) ? String(Number(value)) : undefined
}
