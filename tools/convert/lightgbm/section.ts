import { ConvertError } from '../errors/convert-error.js'

/** Longest part of a value that an error shows. */
const MAX_SHOWN = 40

const INTEGER = /^[-+]?\d{1,15}$/
const DECIMAL = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,4})?$/

/** What to do about a file that contradicts itself. */
export const DAMAGED = 'The file was edited, cut off, or changed on its way: save the model again with Booster.save_model.'

/** The value of a line `key=value`, and where it stands. */
export interface Field {
  readonly text: string
  /** Of the file, counted from 1. */
  readonly line: number
}

/**
 * The lines `key=value` of the file's head or of one of its trees. The checked readers throw a ConvertError that names
 * the line, what was expected, and what stands there.
 */
export class Section {
  private readonly fields = new Map<string, Field>()

  /**
   * @param title for messages, such as "Tree=3"
   * @param line where it begins
   */
  constructor(readonly title: string, readonly line: number) {}

  /** @throws ConvertError when the key is there already */
  add(key: string, field: Field): void {
    const before = this.fields.get(key)
    if (before !== undefined) {
      throw new ConvertError(`line ${field.line} (${this.title}): expected each key once, ${key} stands in line ${before.line} as well.`, { hint: DAMAGED })
    }
    this.fields.set(key, field)
  }

  has(key: string): boolean {
    return this.fields.has(key)
  }

  /** The text after the equals sign; '' for a key alone in its line. */
  text(key: string): string {
    return this.field(key).text
  }

  /** A whole number from `low` to `high`. */
  integer(key: string, low: number, high: number): number {
    const { text } = this.field(key)
    const value = INTEGER.test(text) ? Number(text) : NaN
    return value >= low && value <= high ? value : this.fail(key, `a whole number in ${low}..${high}`)
  }

  /** [count] Whole numbers from `low` to `high`, separated by blanks. */
  integers(key: string, count: number, low: number, high: number, separator?: RegExp): number[] {
    return this.words(key, count, separator).map((word, i) => {
      const value = INTEGER.test(word) ? Number(word) : NaN
      return value >= low && value <= high ? value
        : this.fail(key, `whole numbers in ${low}..${high}`, `${show(word)} in place ${i}`)
    })
  }

  /** [count] Finite numbers, separated by blanks, each as the nearest float64. */
  floats(key: string, count: number, separator?: RegExp): number[] {
    return this.words(key, count, separator).map((word, i) => {
      const value = parseDecimal(word)
      return Number.isFinite(value) ? value : this.fail(key, 'finite numbers', `${show(word)} in place ${i}`)
    })
  }

  /** [count] Numbers of which some may be infinite. */
  limits(key: string, count: number): number[] {
    return this.words(key, count).map((word, i) => {
      const value = word === 'inf' ? Infinity : word === '-inf' ? -Infinity : parseDecimal(word)
      return Number.isNaN(value) ? this.fail(key, 'numbers', `${show(word)} in place ${i}`) : value
    })
  }

  /** [count] What stands between single blanks, or what else separates; a count of 0 goes with an empty line. */
  words(key: string, count: number, separator: string | RegExp = ' '): string[] {
    const { text } = this.field(key)
    const trimmed = typeof separator !== 'string' ? text.trim() : text.endsWith(' ') ? text.trimEnd() : text
    const words = trimmed === '' ? [] : trimmed.split(separator)
    return words.length === count ? words : this.fail(key, `${count} entries`, `${words.length}`)
  }

  fail(key: string, expected: string, found?: string, hint = DAMAGED): never {
    const field = this.fields.get(key)
    const line = field?.line ?? this.line
    const what = found ?? (field === undefined ? 'nothing' : show(field.text))
    throw new ConvertError(`line ${line} (${this.title}): ${key}: expected ${expected}, found ${what}.`, { hint })
  }

  private field(key: string): Field {
    return this.fields.get(key) ?? this.fail(key, `a line ${key}=...`)
  }
}

/** NaN for what is not a decimal number. */
function parseDecimal(word: string): number {
  return DECIMAL.test(word) ? Number(word) : NaN
}

/** A value in quotes, shortened. */
export function show(text: string): string {
  return JSON.stringify(text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text)
}
