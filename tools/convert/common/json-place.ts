import { ConvertError } from '../errors/convert-error.js'

/** Longest text of a file that an error shows. */
const MAX_SHOWN = 40

/**
 * A value of a JSON file together with the way to it from the file's root, such as `baseModel.estimators[3].root`. The
 * checked readers throw a ConvertError that names that place, what was expected, and what stands there.
 */
export class JsonPlace {
  /** @param locate the way to the value; only asked for an error, since trees are deep */
  constructor(readonly value: unknown, private readonly locate: () => string = () => '') {}

  get path(): string {
    return this.locate()
  }

  /** The entry of an object; its value is undefined when there is none. */
  key(name: string): JsonPlace {
    const { value } = this
    const entry = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
    return new JsonPlace(entry, () => this.path === '' ? name : `${this.path}.${name}`)
  }

  get isAbsent(): boolean {
    return this.value === undefined
  }

  /** Elements of an array. */
  items(): JsonPlace[] {
    if (!Array.isArray(this.value)) return this.fail('an array')
    return this.value.map((item: unknown, i) => new JsonPlace(item, () => `${this.path}[${i}]`))
  }

  /** Whole numbers from `low` to `high` are taken. */
  integer(low: number, high: number): number {
    const { value } = this
    if (typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high) return value
    return this.fail(`a whole number in ${low}..${high}`)
  }

  /** A number, which is finite: `1e999` is not. */
  number(): number {
    if (typeof this.value === 'number' && Number.isFinite(this.value)) return this.value
    const hint = this.value === null ? 'JSON has null for NaN and infinities: train on finite numbers.' : undefined
    return this.fail('a number', hint)
  }

  /** Checks that the value is this one, of which text is shown in quotes. */
  mustBe(expected: string | boolean): void {
    if (this.value !== expected) this.fail(JSON.stringify(expected))
  }

  mustBeObject(): void {
    if (!isObject(this.value)) this.fail('an object')
  }

  fail(expected: string, hint?: string): never {
    const problem = `${this.path || 'The file'}: expected ${expected}, found ${describeJson(this.value)}.`
    throw new ConvertError(problem, hint === undefined ? {} : { hint })
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function describeJson(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (isObject(value)) return 'an object'
  const text = JSON.stringify(value)
  return text.length > MAX_SHOWN ? `text of ${text.length} characters` : text
}
