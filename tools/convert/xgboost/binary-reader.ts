import { ConvertError } from '../errors/convert-error.js'

const DAMAGED = 'The file is damaged or was cut off: save or copy it again.'

/**
 * Numbers and texts of XGBoost's binary format, which are little-endian, one after the other. Nothing is read or
 * allocated before the bytes for it are found to be there.
 */
export class BinaryReader {
  private readonly view: DataView

  /** @param at where to begin */
  constructor(private readonly bytes: Uint8Array, private at = 0) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get left(): number {
    return this.bytes.length - this.at
  }

  /** @returns where the next `length` bytes begin, all of which are there */
  take(length: number, what: string): number {
    if (length > this.left) this.fail(`${length} bytes of ${what}`, `${this.left} until the end`)
    this.at += length
    return this.at - length
  }

  /** A list of numbers of 4 bytes each. */
  integers(count: number, what: string): Int32Array {
    const start = this.take(4 * count, what)
    return Int32Array.from({ length: count }, (_, i) => this.view.getInt32(start + 4 * i, true))
  }

  floats(count: number, what: string): Float32Array {
    const start = this.take(4 * count, what)
    return Float32Array.from({ length: count }, (_, i) => this.view.getFloat32(start + 4 * i, true))
  }

  /** A length of 8 bytes, of things of at least `size` bytes each. */
  length(size: number, what: string): number {
    const length = Number(this.view.getBigUint64(this.take(8, `the number of ${what}`), true))
    if (length * size > this.left) this.fail(`${length} ${what}`, `${this.left} bytes until the end`)
    return length
  }

  /** A text, which its length comes before. */
  text(what: string): string {
    const start = this.take(this.length(1, `bytes of ${what}`), what)
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(this.bytes.subarray(start, this.at))
    } catch {
      return this.fail(`${what} in UTF-8`, 'other bytes')
    }
  }

  fail(expected: string, found: string): never {
    throw new ConvertError(`XGBoost's binary format, offset ${this.at}: expected ${expected}, found ${found}.`, { hint: DAMAGED })
  }
}
