/**
 * FlatBuffers, as far as CatBoost uses them: tables, vectors, strings and structs, all little-endian. Each offset is
 * checked against the end of the buffer before anything is read there, and no length is believed before that.
 */
import { ConvertError } from '../errors/convert-error.js'

/** How many times over a buffer's bytes may be read: honest ones have each element once, and two fields in some. */
const READINGS = 4

/** What all places of one model share. */
interface Buffer {
  readonly view: DataView
  /** Bytes that may still be read: a few that many places point at would make a small file a huge model. */
  left: number
}

/** Where a table, a vector or text begins, and what it is called in messages. */
class Place {
  constructor(readonly buffer: Buffer, readonly at: number, readonly path: string) {}

  get view(): DataView {
    return this.buffer.view
  }

  fail(expected: string, hint = 'The file is damaged or was cut off: save or copy it again.'): never {
    throw new ConvertError(`${this.path || 'The model'}, offset ${this.at}: expected ${expected}.`, { hint })
  }

  /** Checks that so many bytes are there. */
  bytes(at: number, count: number): number {
    if (at < 0 || at + count > this.view.byteLength) {
      this.fail(`${count} bytes at ${at}, but the model's part ends at ${this.view.byteLength}`)
    }
    return at
  }

  /** The same for bytes that are kept. */
  take(at: number, count: number): number {
    this.buffer.left -= count
    if (this.buffer.left < 0) this.fail('elements of its own, and not those that stand elsewhere too')
    return this.bytes(at, count)
  }

  /** What an offset at a place points at: always further on. */
  follow(at: number): number {
    const offset = this.view.getUint32(this.bytes(at, 4), true)
    if (offset === 0) this.fail('an offset that leads on')
    return this.bytes(at + offset, 4)
  }
}

/** A table: fields by their number in the schema, of which any may be missing. */
export class Table extends Place {
  /** Whether the field is there. */
  has(field: number): boolean {
    return this.find(field) !== undefined
  }

  i32(field: number, name: string, low: number, high: number, absent = 0): number {
    const at = this.find(field)
    const value = at === undefined ? absent : this.view.getInt32(this.bytes(at, 4), true)
    return value >= low && value <= high ? value : this.fail(`${name} in ${low}..${high}, but it is ${value}`)
  }

  u8(field: number, absent: number): number {
    const at = this.find(field)
    return at === undefined ? absent : this.view.getUint8(this.bytes(at, 1))
  }

  f32(field: number, absent: number): number {
    const at = this.find(field)
    return this.finite(at === undefined ? absent : this.view.getFloat32(this.bytes(at, 4), true))
  }

  f64(field: number, absent: number): number {
    const at = this.find(field)
    return this.finite(at === undefined ? absent : this.view.getFloat64(this.bytes(at, 8), true))
  }

  /** Empty when it is missing. */
  text(field: number, name: string): string {
    const at = this.find(field)
    return at === undefined ? '' : readText(new Place(this.buffer, this.follow(at), this.child(name)))
  }

  table(field: number, name: string): Table {
    const at = this.find(field) ?? this.fail(`${name}, but it is missing`)
    return new Table(this.buffer, this.follow(at), this.child(name))
  }

  /** Empty when it is missing. */
  tables(field: number, name: string): Table[] {
    const vector = this.vector(field, name, 4)
    return vector.map((at, i) => new Table(this.buffer, this.follow(at), `${this.child(name)}[${i}]`))
  }

  texts(field: number, name: string): string[] {
    const vector = this.vector(field, name, 4)
    return vector.map((at, i) => readText(new Place(this.buffer, this.follow(at), `${this.child(name)}[${i}]`)))
  }

  /** Numbers, or fields of structs of `size` bytes that begin `from` bytes into them. */
  numbers(field: number, name: string, type: 'i32' | 'u32' | 'u16' | 'f32' | 'f64', size = SIZES[type], from = 0): number[] {
    const read = READERS[type]
    return this.vector(field, name, size).map(at => read(this.view, at + from))
  }

  /** A vector of bytes, not copied. */
  blob(field: number): Uint8Array {
    const at = this.find(field)
    if (at === undefined) return new Uint8Array(0)
    const start = this.follow(at)
    const length = this.view.getUint32(start, true)
    return new Uint8Array(this.view.buffer, this.view.byteOffset + this.take(start + 4, length), length)
  }

  /** Where each of a vector's elements is. */
  private vector(field: number, name: string, size: number): number[] {
    const at = this.find(field)
    if (at === undefined) return []
    const place = new Place(this.buffer, this.follow(at), this.child(name))
    const length = this.view.getUint32(place.at, true)
    place.take(place.at + 4, length * size)
    return Array.from({ length }, (_, i) => place.at + 4 + i * size)
  }

  private child(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`
  }

  private finite(value: number): number {
    return Number.isFinite(value) ? value : this.fail(`a finite number, but it is ${value}`)
  }

  /** Where a field's value is; its table of offsets says so, and may be anywhere. */
  private find(field: number): number | undefined {
    const table = this.bytes(this.at - this.view.getInt32(this.bytes(this.at, 4), true), 4)
    const size = this.view.getUint16(table, true)
    this.bytes(table, size)
    const entry = 4 + 2 * field
    if (entry + 2 > size) return undefined
    const offset = this.view.getUint16(table + entry, true)
    return offset === 0 ? undefined : this.bytes(this.at + offset, 1)
  }
}

const SIZES = { i32: 4, u32: 4, u16: 2, f32: 4, f64: 8 }

const READERS = {
  i32: (view: DataView, at: number) => view.getInt32(at, true),
  u32: (view: DataView, at: number) => view.getUint32(at, true),
  u16: (view: DataView, at: number) => view.getUint16(at, true),
  f32: (view: DataView, at: number) => view.getFloat32(at, true),
  f64: (view: DataView, at: number) => view.getFloat64(at, true)
}

/** @throws ConvertError, as all of its methods do */
export function rootTable(bytes: Uint8Array, path: string): Table {
  const buffer = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), left: READINGS * bytes.length }
  return new Table(buffer, new Place(buffer, 0, path).follow(0), path)
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function readText(place: Place): string {
  const { view, at } = place
  const length = view.getUint32(at, true)
  const bytes = new Uint8Array(view.buffer, view.byteOffset + place.take(at + 4, length), length)
  try {
    return decoder.decode(bytes)
  } catch {
    return place.fail('text in UTF-8')
  }
}
