/**
 * Protocol Buffers' wire format, as far as ONNX has it: a message is a list of fields, each a number or bytes. Nothing
 * is allocated for a length before so many bytes are found to be there.
 */
import { ConvertError } from '../errors/convert-error.js'

const DAMAGED = 'The file is damaged or was cut off: save or copy it again.'

/** Wire types. */
const VARINT = 0
const FIXED64 = 1
const BYTES = 2
const FIXED32 = 5

/** A field: of a number its value, of a fixed one or of text or a message its bytes. */
export interface Field {
  readonly number: number
  readonly value: number | Uint8Array
}

/**
 * @param bytes of one message
 * @param what it is, for messages
 * @throws ConvertError naming the place within the message
 */
export function readFields(bytes: Uint8Array, what: string): Field[] {
  const reader = new WireReader(bytes, what)
  const fields: Field[] = []
  while (!reader.isAtEnd) fields.push(reader.field())
  return fields
}

/** Numbers of a repeated field, packed or each on its own. */
export function readVarints(fields: readonly Field[], number: number, what: string): number[] {
  return fields.filter(field => field.number === number).flatMap(({ value }) => {
    if (typeof value === 'number') return [value]
    const reader = new WireReader(value, what)
    const numbers: number[] = []
    while (!reader.isAtEnd) numbers.push(reader.varint())
    return numbers
  })
}

/** The same for float32s. */
export function readFloats(fields: readonly Field[], number: number, what: string): number[] {
  return readFixed(fields, number, what, { bytes: 4, name: 'float32s', read: (view, at) => view.getFloat32(at, true) })
}

/** The same for float64s. */
export function readDoubles(fields: readonly Field[], number: number, what: string): number[] {
  return readFixed(fields, number, what, { bytes: 8, name: 'float64s', read: (view, at) => view.getFloat64(at, true) })
}

/** Numbers of as many bytes each. */
function readFixed(
  fields: readonly Field[], number: number, what: string,
  type: { bytes: number, name: string, read: (view: DataView, at: number) => number }
): number[] {
  return fields.filter(field => field.number === number).flatMap(({ value }) => {
    if (typeof value === 'number' || value.length % type.bytes !== 0) {
      throw new ConvertError(`${what}: expected ${type.name}.`, { hint: DAMAGED })
    }
    const view = new DataView(value.buffer, value.byteOffset, value.byteLength)
    return Array.from({ length: value.length / type.bytes }, (_, i) => type.read(view, type.bytes * i))
  })
}

export function readTexts(fields: readonly Field[], number: number, what: string): string[] {
  return fields.filter(field => field.number === number).map(({ value }) => {
    try {
      if (typeof value !== 'number') return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value)
    } catch {
      // Told below.
    }
    throw new ConvertError(`${what}: expected text in UTF-8.`, { hint: DAMAGED })
  })
}

export function readMessages(fields: readonly Field[], number: number, what: string): Uint8Array[] {
  return fields.filter(field => field.number === number).map(({ value }) => {
    if (typeof value === 'number') throw new ConvertError(`${what}: expected a message, found a number.`, { hint: DAMAGED })
    return value
  })
}

class WireReader {
  private at = 0

  constructor(private readonly bytes: Uint8Array, private readonly what: string) {}

  get isAtEnd(): boolean {
    return this.at >= this.bytes.length
  }

  field(): Field {
    const tag = this.varint()
    const number = Math.floor(tag / 8)
    switch (tag % 8) {
      case VARINT: return { number, value: this.varint() }
      case FIXED64: return { number, value: this.take(8) }
      case FIXED32: return { number, value: this.take(4) }
      case BYTES: return { number, value: this.take(this.varint()) }
      default: return this.fail(`a field of a known type, found type ${tag % 8}`)
    }
  }

  /** An integer of 64 bits with a sign. */
  varint(): number {
    // Most are small.
    if (this.bytes[this.at] < 128) return this.bytes[this.at++]
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      if (this.isAtEnd) this.fail('a whole number, found the end')
      const byte = this.bytes[this.at++]
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return Number(BigInt.asIntN(64, value))
    }
    return this.fail('a number of at most 10 bytes')
  }

  private take(length: number): Uint8Array {
    const left = this.bytes.length - this.at
    if (length < 0 || length > left) this.fail(`${length} bytes, found ${left} until the end`)
    this.at += length
    return this.bytes.subarray(this.at - length, this.at)
  }

  private fail(expected: string): never {
    throw new ConvertError(`${this.what}, byte ${this.at}: expected ${expected}.`, { hint: DAMAGED })
  }
}
