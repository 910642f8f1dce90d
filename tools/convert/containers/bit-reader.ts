import { corrupt, truncated } from './output-buffer.js'

/** Reads bits, most significant first, for bzip2. */
export class BitReader {
  at = 0
  #held = 0
  #count = 0

  constructor(readonly bytes: Uint8Array) {}

  /** The next `count` bits, at most 24. Past the end of the input bits are 0; `checkEnd` tells. */
  peek(count: number): number {
    while (this.#count < count) {
      this.#held = this.#held << 8 | (this.at < this.bytes.length ? this.bytes[this.at] : 0)
      this.at += 1
      this.#count += 8
    }
    return this.#held >>> (this.#count - count) & (1 << count) - 1
  }

  skip(count: number): void {
    this.#count -= count
  }

  read(count: number): number {
    const value = this.peek(count)
    this.#count -= count
    return value
  }

  read32(): number {
    return this.read(16) << 16 | this.read(16)
  }

  read48(): number {
    return this.read(24) * 0x1000000 + this.read(24)
  }

  /** Offset of the byte that the next bit is in. */
  get offset(): number {
    return this.at - (this.#count >>> 3)
  }

  /** @throws {ContainerError} if bits past the end of the input have been read */
  checkEnd(): void {
    if (this.offset > this.bytes.length) throw truncated('bz2')
  }

  /** What is wrong; but if bits past the end of the input have been read, that is. */
  corrupt(where: string, problem: string): Error {
    return this.offset > this.bytes.length ? truncated('bz2') : corrupt(where, problem)
  }

  /** Drops the bits left of a byte begun. Returns the offset of the next one. */
  alignToByte(): number {
    this.#count -= this.#count & 7
    return this.offset
  }
}
