/**
 * JSON as Python's json module writes and reads it. Unlike JSON.parse it keeps the order of keys that look like
 * numbers, integers beyond 2^53, NaN and the infinities; and it counts what it makes.
 */
import { parseLong } from '../pickle/literals.js'
import { COST, type Memory } from '../pickle/memory.js'
import { PickleError } from '../pickle/pickle-error.js'

export type Json = null | boolean | number | bigint | string | Json[] | JsonObject

/** Keys in the order of the text; of one that comes twice the last value counts, as in Python. */
export class JsonObject extends Map<string, Json> {}

/** Python's own limit on recursion is about as deep. */
const MAX_DEPTH = 1000

const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y
const SPACE = /[ \t\n\r]*/y

const CONSTANTS: ReadonlyArray<readonly [text: string, value: null | boolean | number]> = [
  ['true', true], ['false', false], ['null', null], ['NaN', NaN], ['Infinity', Infinity], ['-Infinity', -Infinity]
]

/**
 * @param where the text stands, for errors
 * @throws PickleError naming the character where it stops making sense
 */
export function parsePythonJson(text: string, where: string, memory: Memory): Json {
  return new JsonReader(text, where, memory).read()
}

class JsonReader {
  private at = 0

  constructor(private readonly text: string, private readonly where: string, private readonly memory: Memory) {}

  read(): Json {
    const value = this.value(0)
    this.skipSpace()
    if (this.at < this.text.length) this.fail('the end of the text')
    return value
  }

  private value(depth: number): Json {
    if (depth > MAX_DEPTH) this.fail(`values nested at most ${MAX_DEPTH} deep`)
    this.skipSpace()
    switch (this.text[this.at]) {
      case '{': return this.object(depth)
      case '[': return this.array(depth)
      case '"': return this.string()
      default: return this.scalar()
    }
  }

  private object(depth: number): JsonObject {
    const object = new JsonObject()
    this.memory.take(COST.dict)
    this.at++
    this.skipSpace()
    if (this.take('}')) return object
    do {
      this.skipSpace()
      if (this.text[this.at] !== '"') this.fail('a key in quotes')
      const key = this.string()
      this.skipSpace()
      if (!this.take(':')) this.fail('a colon')
      this.memory.take(COST.mapEntry)
      object.set(key, this.value(depth + 1))
      this.skipSpace()
    } while (this.take(','))
    if (!this.take('}')) this.fail('a comma or }')
    return object
  }

  private array(depth: number): Json[] {
    const array: Json[] = []
    this.memory.take(COST.list)
    this.at++
    this.skipSpace()
    if (this.take(']')) return array
    do {
      this.memory.take(COST.entry)
      array.push(this.value(depth + 1))
      this.skipSpace()
    } while (this.take(','))
    if (!this.take(']')) this.fail('a comma or ]')
    return array
  }

  private string(): string {
    const { text, at } = this
    let end = at
    do {
      end = text.indexOf('"', end + 1)
      if (end < 0) this.fail('text that ends')
    } while (isEscaped(text, end))
    this.memory.take(COST.text + end - at)
    try {
      const value = JSON.parse(text.slice(at, end + 1)) as string
      this.at = end + 1
      return value
    } catch {
      return this.fail('text without control characters and with known escapes')
    }
  }

  private scalar(): Json {
    const { text, at } = this
    NUMBER.lastIndex = at
    const match = NUMBER.exec(text)
    if (match !== null) {
      this.at = NUMBER.lastIndex
      if (match[1] !== undefined || match[2] !== undefined) return Number(match[0])
      // Longer ones are rare; -0 is 0 to Python, where it is an integer.
      return match[0].length < 16 ? Number(match[0]) + 0 : parseLong(match[0])
    }
    const constant = CONSTANTS.find(([word]) => text.startsWith(word, at)) ?? this.fail('a value')
    this.at += constant[0].length
    return constant[1]
  }

  private take(character: string): boolean {
    if (this.text[this.at] !== character) return false
    this.at++
    return true
  }

  private skipSpace(): void {
    SPACE.lastIndex = this.at
    SPACE.exec(this.text)
    this.at = SPACE.lastIndex
  }

  private fail(expected: string): never {
    const found = this.at < this.text.length ? JSON.stringify(this.text.slice(this.at, this.at + 20)) : 'its end'
    throw new PickleError(this.where, `expected ${expected} at character ${this.at}, found ${found}`, {
      hint: 'The file is truncated or damaged. Copy or download it again.'
    })
  }
}

/** Whether an odd number of backslashes stands before a quote. */
function isEscaped(text: string, quote: number): boolean {
  let from = quote
  while (text[from - 1] === '\\') from--
  return (quote - from) % 2 === 1
}
