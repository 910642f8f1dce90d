import { NdArray, readElements, readFloat64s } from '../pickle/numpy.js'
import { ConvertError } from '../errors/convert-error.js'
import { readPandas } from '../pickle/pandas.js'
import { readSeriesParts, readTableParts } from '../pickle/pandas-tables.js'
import { Dict, Instance, Tuple, describeValue, opaqueName, type Value } from '../pickle/values.js'
import { describeOpaque } from './opaque.js'

const SHARED = 'The file reads the same values over and over, as no model does.'

/** What a place for an element takes, in numbers. */
const FLOATS_PER_ITEM = 16

/** A file can refer to one long list from many places: what is made of it counts each time. */
export class Allowance {
  private left: number

  /** @param bytes size of the file once it is decompressed */
  constructor(bytes: number) {
    this.left = 2e6 + 2 * bytes
  }

  take(items: number): boolean {
    this.left -= items
    return this.left >= 0
  }
}

/**
 * A value of a pickle together with the way to it from the file's root, such as `model.steps[1][1].estimators_`.
 * The checked readers throw a ConvertError that names that place, what was expected, and what stands there.
 *
 * Names of which nothing is known may stand in a file as long as nobody asks what they are: every question about one,
 * `value` and `isNone` included, is an error. pandas' arrays are the plain arrays that they stand for.
 */
export class Located {
  constructor(
    private readonly raw: Value | undefined, readonly path: string, private readonly allowance = new Allowance(0)
  ) {}

  private at(value: Value | undefined, path: string): Located {
    return new Located(value, path, this.allowance)
  }

  get value(): Value | undefined {
    const name = opaqueName(this.raw)
    if (name !== undefined) throw describeOpaque(name, this.path)
    return readPandas(this.raw) ?? this.raw
  }

  /** Whether this is a class or a function of which no more is known than its name, or an instance of one. */
  get isOpaque(): boolean {
    return opaqueName(this.raw) !== undefined
  }

  /** Whether this is a class or a function itself of which no more is known than its name. */
  get isName(): boolean {
    return this.isOpaque && !(this.raw instanceof Instance)
  }

  /** The class of an instance in full, also where no more is known of it; undefined for anything else. */
  get classPath(): string | undefined {
    return opaqueName(this.raw)?.path ?? (this.raw instanceof Instance ? this.raw.type.path : undefined)
  }

  /** An attribute of an instance; its value is undefined when there is none. */
  attr(name: string): Located {
    return this.at(this.value instanceof Instance ? this.value.get(name) : undefined, join(this.path, name))
  }

  /** The entry of a dict. */
  key(name: string): Located {
    return this.at(this.value instanceof Dict ? this.value.get(name) : undefined, join(this.path, name))
  }

  /** The first of several spellings that exists: attributes were renamed between versions. */
  anyAttr(...names: string[]): Located {
    return names.map(name => this.attr(name)).find(found => found.isOpaque || !found.isAbsent) ?? this.attr(names[0])
  }

  /** The same value, in a place that is called otherwise. */
  under(path: string): Located {
    return this.at(this.raw, path)
  }

  /** Another value in the same place, such as a default. */
  instead(value: Value): Located {
    return new Located(value, this.path)
  }

  get isAbsent(): boolean {
    return this.value === undefined
  }

  get isNone(): boolean {
    return this.value === null || this.value === undefined
  }

  /** The class name of an instance, without its module; undefined for anything else. */
  get className(): string | undefined {
    return this.value instanceof Instance ? this.value.type.name : undefined
  }

  /** scikit-learn's version that wrote this estimator, as [major, minor]; undefined when it does not say. */
  get sklearnVersion(): readonly [number, number] | undefined {
    const { value } = this.attr('_sklearn_version')
    const match = typeof value === 'string' ? /^(\d+)\.(\d+)/.exec(value) : null
    return match === null ? undefined : [Number(match[1]), Number(match[2])]
  }

  /** Major version of the numpy of the file that has this instance; undefined when it does not say. */
  get numpyMajor(): 1 | 2 | undefined {
    const said = this.value instanceof Instance ? this.value.writer?.numpyMajor : undefined
    const [major, minor] = this.sklearnVersion ?? [Infinity, 0]
    // scikit-learn works with numpy 2 since 1.4.2.
    return said ?? (major === 0 || (major === 1 && minor < 4) ? 1 : undefined)
  }

  /** Elements of a list, a tuple, or a one-dimensional array. */
  items(): Located[] {
    const { value } = this
    const items = Array.isArray(value) ? value
      : value instanceof Tuple ? value.items
        : value instanceof NdArray && value.shape.length <= 1 ? readElements(value)
          : value instanceof Instance && value.items !== undefined ? value.items
            : this.fail('a list')
    if (!this.allowance.take(items.length)) this.fail('a list of its own', SHARED)
    return items.map((item, i) => this.at(item, `${this.path}[${i}]`))
  }

  /** The members of an ensemble, of which there must be one. */
  members(): Located[] {
    const items = this.items()
    return items.length > 0 ? items : this.fail('at least one member', 'Fit the ensemble before saving it.')
  }

  /** The parts of a tuple of `count`, such as a pipeline's (name, estimator). */
  tuple(count: number): Located[] {
    const items = this.items()
    return items.length === count ? items : this.fail(`a tuple of ${count}`)
  }

  /** The string keys of a dict. */
  keys(): string[] {
    if (!(this.value instanceof Dict)) return this.fail('a dict')
    return [...this.value.entries.keys()].filter(key => typeof key === 'string')
  }

  number(): number {
    return typeof this.value === 'number' ? this.value : this.fail('a number')
  }

  text(): string {
    return typeof this.value === 'string' ? this.value : this.fail('a str')
  }

  /** A flag, numpy's included; `absent` when there is none. */
  flag(absent: boolean): boolean {
    if (this.isAbsent) return absent
    return typeof this.value === 'boolean' ? this.value : this.fail('True or False')
  }

  texts(): string[] {
    return this.items().map(item => item.text())
  }

  /** The lengths of an array's axes. */
  shape(): readonly number[] {
    return this.value instanceof NdArray ? this.value.shape : this.fail('an array')
  }

  /** A numeric array of the given length, in row-major order. */
  floats(length: number): Float64Array {
    const { value } = this
    if (!(value instanceof NdArray)) return this.fail('a numeric array')
    if (!this.allowance.take(value.size / FLOATS_PER_ITEM)) this.fail('an array of its own', SHARED)
    const numbers = readFloat64s(value)
    if (numbers.length !== length) return this.fail(`an array of ${length} numbers`)
    return numbers
  }

  /** The labels and the values of a pandas Series, in order. */
  series(): { labels: Located[], values: Located[] } {
    const { labels, values } = readSeriesParts(this.raw) ?? this.fail('a pandas Series')
    return { labels: this.listed(labels, '.index'), values: this.listed(values, '') }
  }

  /** The labels of a pandas DataFrame's rows, and its columns. */
  table(): { labels: Located[], columns: Array<{ name: Located, values: Located[] }> } {
    const { labels, columns } = readTableParts(this.raw) ?? this.fail('a pandas DataFrame')
    return {
      labels: this.listed(labels, '.index'),
      columns: columns.map(({ name, values }, i) => ({ name: this.at(name, `${this.path}.columns[${i}]`), values: this.listed(values, `.columns[${i}]`) }))
    }
  }

  /** The keys of a dict, of any kind, and their values. */
  entries(): Array<{ key: Located, at: Located }> {
    if (!(this.value instanceof Dict)) return this.fail('a dict')
    const { entries } = this.value
    if (!this.allowance.take(entries.size)) this.fail('a dict of its own', SHARED)
    return [...entries].map(([key, value]) => ({
      key: this.at(key, `a key of ${this.path}`),
      at: this.at(value, typeof key === 'string' ? join(this.path, key) : `${this.path}[${typeof key === 'number' ? key : '...'}]`)
    }))
  }

  private listed(values: readonly Value[], within: string): Located[] {
    if (!this.allowance.take(values.length)) this.fail('a list of its own', SHARED)
    return values.map((value, i) => this.at(value, `${this.path}${within}[${i}]`))
  }

  fail(expected: string, hint?: string): never {
    const problem = `${this.path || 'The file'}: expected ${expected}, found ${describeValue(this.raw)}.`
    throw new ConvertError(problem, hint === undefined ? {} : { hint })
  }
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}
