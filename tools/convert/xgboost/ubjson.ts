/**
 * Universal Binary JSON (ubjson.org, draft 12) as XGBoost writes it: numbers are big-endian, lengths come before what
 * they measure, and a list of numbers of one type is one block. Nothing is allocated for a length before so many bytes
 * are found to be there, and nesting is bounded.
 */
import { ConvertError } from '../errors/convert-error.js'

/** XGBoost's models nest nine deep. */
const MAX_DEPTH = 64

const DAMAGED = 'The file is damaged or was cut off: save or copy it again.'

/** Types of elements that have a size, by their marker. */
const ELEMENTS: Readonly<Record<string, {
  readonly bytes: number
  readonly make: (count: number) => NumberArray
  readonly read: (view: DataView, at: number) => number
}>> = {
  i: { bytes: 1, make: count => new Int8Array(count), read: (view, at) => view.getInt8(at) },
  U: { bytes: 1, make: count => new Uint8Array(count), read: (view, at) => view.getUint8(at) },
  I: { bytes: 2, make: count => new Int16Array(count), read: (view, at) => view.getInt16(at) },
  l: { bytes: 4, make: count => new Int32Array(count), read: (view, at) => view.getInt32(at) },
  L: { bytes: 8, make: count => new Float64Array(count), read: (view, at) => Number(view.getBigInt64(at)) },
  d: { bytes: 4, make: count => new Float32Array(count), read: (view, at) => view.getFloat32(at) },
  D: { bytes: 8, make: count => new Float64Array(count), read: (view, at) => view.getFloat64(at) }
}

/** A list of numbers of one type. Integers of 64 bits are float64: those of models are all small enough. */
export type NumberArray = Int8Array | Uint8Array | Int16Array | Int32Array | Float32Array | Float64Array

/** Whether bytes start as an object of this format does, which no pickle and no JSON text does. */
export function isUbjson(bytes: Uint8Array): boolean {
  return bytes.length > 1 && bytes[0] === 0x7b && 'iUIlL$#'.includes(String.fromCharCode(bytes[1]))
}

/**
 * @returns what JSON.parse would give, but lists of numbers of one type are typed arrays, and objects have no prototype
 * @throws ConvertError naming the offset, what was expected and what came
 */
export function readUbjson(bytes: Uint8Array): unknown {
  const reader = new UbjsonReader(bytes)
  const value = reader.readValue(reader.marker(), 0)
  reader.expectEnd()
  return value
}

class UbjsonReader {
  private readonly view: DataView
  private readonly text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  private at = 0

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** The next marker; "N" says nothing and is skipped. */
  marker(): string {
    for (;;) {
      if (this.at >= this.bytes.length) this.fail('another value', 'the end of the file')
      const marker = String.fromCharCode(this.bytes[this.at++])
      if (marker !== 'N') return marker
    }
  }

  readValue(marker: string, depth: number): unknown {
    switch (marker) {
      case 'Z': return null
      case 'T': return true
      case 'F': return false
      case 'C': return this.readText(1)
      case 'S': return this.readText(this.readLength())
      case '[': return this.readArray(depth + 1)
      case '{': return this.readObject(depth + 1)
      default: return this.readNumber(marker)
    }
  }

  expectEnd(): void {
    if (this.at < this.bytes.length) this.fail('the end of the file', `${this.bytes.length - this.at} more bytes`)
  }

  private readNumber(marker: string): number {
    if (!Object.hasOwn(ELEMENTS, marker)) {
      this.at--
      this.fail('the marker of a value', describeMarker(marker))
    }
    const { bytes, read } = ELEMENTS[marker]
    return read(this.view, this.take(bytes))
  }

  private readArray(depth: number): unknown[] | NumberArray {
    const { type, count } = this.readContainer(depth)
    if (type !== undefined && count !== undefined && Object.hasOwn(ELEMENTS, type)) return this.readNumbers(type, count)
    const items: unknown[] = []
    while (count === undefined ? !this.takeIf(']') : items.length < count) {
      items.push(this.readValue(type ?? this.marker(), depth))
    }
    return items
  }

  private readNumbers(type: string, count: number): NumberArray {
    const { bytes, make, read } = ELEMENTS[type]
    const start = this.take(count * bytes)
    const numbers = make(count)
    for (let i = 0; i < count; i++) numbers[i] = read(this.view, start + i * bytes)
    return numbers
  }

  private readObject(depth: number): Record<string, unknown> {
    const { type, count } = this.readContainer(depth)
    const object = Object.create(null) as Record<string, unknown>
    for (let n = 0; count === undefined ? !this.takeIf('}') : n < count; n++) {
      const key = this.readText(this.readLength())
      object[key] = this.readValue(type ?? this.marker(), depth)
    }
    return object
  }

  /** What stands between the bracket and the first element: `$` a type of all elements, `#` their number. */
  private readContainer(depth: number): { type: string | undefined, count: number | undefined } {
    if (depth > MAX_DEPTH) this.fail(`at most ${MAX_DEPTH} levels`, 'more')
    const type = this.takeIf('$') ? this.marker() : undefined
    if (!this.takeIf('#')) {
      if (type !== undefined) this.fail('"#" after the type of the elements', this.describeNext())
      return { type, count: undefined }
    }
    // Null and the like have no bytes: any number of them would fit in a few.
    if (type !== undefined && !Object.hasOwn(ELEMENTS, type) && !'CS[{'.includes(type)) {
      this.fail('a type whose elements have bytes', describeMarker(type))
    }
    return { type, count: this.readLength() }
  }

  private readLength(): number {
    const marker = this.marker()
    const length = 'iUIlL'.includes(marker) ? this.readNumber(marker) : -1
    if (!(length >= 0)) this.fail('a length', length === -1 ? describeMarker(marker) : String(length))
    return length
  }

  private readText(length: number): string {
    const start = this.take(length)
    try {
      return this.text.decode(this.bytes.subarray(start, start + length))
    } catch {
      return this.fail('text in UTF-8', 'other bytes')
    }
  }

  private takeIf(marker: string): boolean {
    if (this.describeNext() !== describeMarker(marker)) return false
    this.at++
    return true
  }

  private describeNext(): string {
    return this.at < this.bytes.length ? describeMarker(String.fromCharCode(this.bytes[this.at])) : 'the end of the file'
  }

  /** @returns where the next `count` bytes begin, all of which are there */
  private take(count: number): number {
    const left = this.bytes.length - this.at
    if (count > left) this.fail(`${count} bytes`, `${left}`)
    this.at += count
    return this.at - count
  }

  private fail(expected: string, found: string): never {
    throw new ConvertError(`UBJSON, offset ${this.at}: expected ${expected}, found ${found}.`, { hint: DAMAGED })
  }
}

function describeMarker(marker: string): string {
  return JSON.stringify(marker)
}
