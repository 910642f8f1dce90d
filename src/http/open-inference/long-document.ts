/** Requests whose JSON is long: parsed in one go it would hold up others, and take thirty times its bytes. */
import { InputError } from '../../model/types.js'
import { unreadable } from '../shared/problems.js'
import { nextSlice } from '../shared/slices.js'
import { DataList } from './data-list.js'
import { parseJson } from './parse-json.js'

/** Longest document that is parsed in one go, in bytes. */
export const SHORT_BYTES = 4096

/** Bytes of memory that a document takes as values, for each of its own: a list in a list is two bytes. */
export const PARSED_FACTOR = 32

/** Most bytes beside the lists of data. */
const MAX_OTHERS = 262_144

/** Bytes between two looks at the clock. */
const LOOK_BYTES = 16_384

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_LIST = 0x5b
const BACKSLASH = 0x5c
const CLOSE_LIST = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

/** An inference request as bytes, UTF-8 that has been checked. */
export class LongDocument {
  constructor(private readonly bytes: Buffer) {}

  /**
   * The request as values, but for the `data` of its inputs, which are {@link DataList}s. Takes turns with others.
   * @throws InputError when it is not a request
   */
  async read(): Promise<unknown> {
    const reader = new Reader(this.bytes)
    const slices = reader.scan()
    for (let until = await nextSlice(); slices.next().done !== true;) {
      if (performance.now() >= until) until = await nextSlice()
    }
    return reader.finish()
  }

  /** All of it as values, for those who expect a short one. */
  parse(): unknown {
    return parseJson(this.bytes.toString('utf8'))
  }
}

/** Finds the lists of data, and what is beside them. */
class Reader {
  private at = 0
  /** Where what is beside the lists goes on. */
  private others = 0
  private text = ''
  private readonly lists: DataList[] = []

  constructor(private readonly bytes: Buffer) {}

  * scan(): Generator<undefined> {
    this.skipBlanks()
    if (this.bytes[this.at] !== OPEN_OBJECT) {
      throw new InputError([{ field: 'body', expected: 'a JSON object', received: 'another text' }])
    }
    let hasInputs = false
    for (const key of this.keys()) {
      if (key === 'inputs' && hasInputs) failDuplicate('inputs')
      hasInputs ||= key === 'inputs'
      if (key === 'inputs' && this.bytes[this.at] === OPEN_LIST) yield* this.scanInputs()
      else this.skipValue()
    }
    this.addOthers(this.bytes.length)
  }

  finish(): unknown {
    const document = parseJson(this.text) as { inputs?: unknown }
    if (!Array.isArray(document.inputs)) return document
    for (const input of document.inputs as Array<{ data?: unknown } | null>) {
      // There is no other list at that place than the number of one that was taken out.
      if (typeof input === 'object' && Array.isArray(input?.data)) input.data = this.lists[(input.data as number[])[0]]
    }
    return document
  }

  private* scanInputs(): Generator<undefined> {
    for (let i = 0; this.nextElement(); i++) {
      if (this.bytes[this.at] !== OPEN_OBJECT) {
        this.skipValue()
        continue
      }
      let hasData = false
      for (const key of this.keys()) {
        // The one before would be dropped, and nobody would look at what is in it.
        if (key === 'data' && hasData) failDuplicate(`inputs[${i}].data`)
        hasData ||= key === 'data'
        if (key === 'data' && this.bytes[this.at] === OPEN_LIST) yield* this.scanList(`inputs[${i}].data`)
        else this.skipValue()
      }
    }
  }

  private* scanList(place: string): Generator<undefined> {
    const { bytes } = this
    this.addOthers(this.at)
    const list = new DataList(bytes, this.at + 1)
    this.text += `[${this.lists.push(list) - 1}]`
    this.at++
    this.skipBlanks()
    list.isNested = bytes[this.at] === OPEN_LIST
    if (bytes[this.at] !== CLOSE_LIST) {
      let depth = 0
      let look = this.at + LOOK_BYTES
      scan: for (let i = this.at; ; i++) {
        switch (bytes[i]) {
          case QUOTE:
            i = this.endOfText(i)
            break
          case COMMA:
            if (depth === 0) list.addElement(i)
            break
          case OPEN_LIST:
            if (++depth > 1) failValue(place, 'a list that is deeper')
            break
          case OPEN_OBJECT:
            return failValue(place, 'an object')
          case CLOSE_LIST:
            if (depth-- > 0) break
            list.addElement(i)
            this.at = i
            break scan
          case undefined:
          case CLOSE_OBJECT:
            throw unreadable('text that is not JSON')
        }
        if (i < look) continue
        look = i + LOOK_BYTES
        yield
      }
    }
    this.at++
    this.others = this.at
  }

  /** Goes from value to value of an object, and in the end behind its brace. Each has to be passed before the next. */
  private* keys(): Generator<string> {
    while (this.nextElement()) {
      const start = this.at
      if (this.bytes[start] !== QUOTE) throw unreadable('text that is not JSON')
      const end = this.endOfText(start) + 1
      this.at = end
      this.skipBlanks()
      if (this.bytes[this.at] !== COLON) throw unreadable('text that is not JSON')
      this.at++
      this.skipBlanks()
      // Parsed, since it may have escapes.
      yield parseJson(this.bytes.toString('utf8', start, end)) as string
    }
  }

  /**
   * Goes from an opening bracket or a comma to the element after it.
   * @returns false when there is none: then it has gone behind the closing bracket
   */
  private nextElement(): boolean {
    this.skipBlanks()
    const before = this.bytes[this.at]
    if (before === OPEN_LIST || before === OPEN_OBJECT || before === COMMA) {
      this.at++
      this.skipBlanks()
      const isEmpty = this.bytes[this.at] === CLOSE_LIST || this.bytes[this.at] === CLOSE_OBJECT
      if (before === COMMA || !isEmpty) return true
    } else if (before !== CLOSE_LIST && before !== CLOSE_OBJECT) {
      throw unreadable('text that is not JSON')
    }
    this.at++
    return false
  }

  /** Goes behind a value. Brackets are only counted: what does not match does not parse either. */
  private skipValue(): void {
    const { bytes } = this
    let depth = 0
    for (let i = this.at; i < bytes.length; i++) {
      switch (bytes[i]) {
        case QUOTE:
          i = this.endOfText(i)
          break
        case OPEN_OBJECT:
        case OPEN_LIST:
          depth++
          break
        case CLOSE_OBJECT:
        case CLOSE_LIST:
        case COMMA:
          if (depth === 0) {
            this.at = i
            return
          }
          if (bytes[i] !== COMMA) depth--
      }
    }
    throw unreadable('text that is not JSON')
  }

  /** Index of the quote that ends a text. */
  private endOfText(start: number): number {
    const { bytes } = this
    for (let i = start + 1; i < bytes.length; i++) {
      if (bytes[i] === QUOTE) return i
      if (bytes[i] === BACKSLASH) i++
    }
    throw unreadable('text that is not JSON')
  }

  private skipBlanks(): void {
    for (let byte = this.bytes[this.at]; byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;) {
      byte = this.bytes[++this.at]
    }
  }

  private addOthers(end: number): void {
    this.text += this.bytes.toString('utf8', this.others, end)
    this.others = end
    if (this.text.length <= MAX_OTHERS) return
    throw new InputError([{
      field: 'body', expected: `at most ${MAX_OTHERS} characters of JSON beside the lists of data`, received: 'more'
    }])
  }
}

function failDuplicate(field: string): never {
  throw new InputError([{ field, expected: 'one list of this name', received: 'several' }])
}

function failValue(field: string, received: string): never {
  throw new InputError([{ field, expected: 'values, or lists of them', received }])
}
