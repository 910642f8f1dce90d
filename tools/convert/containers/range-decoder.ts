const HALF = 1 << 10
const FULL_BITS = 11
const ADAPT_SHIFT = 5

/**
 * LZMA's binary range decoder with its adaptive probabilities of 11 bits. Bytes past the end of the input count as 0:
 * whoever decodes looks at `at` from time to time.
 */
export class RangeDecoder {
  readonly probs: Uint16Array
  /** Offset of the next byte. */
  at = 0
  // Both are unsigned 32-bit numbers kept as signed ones, which V8 does not box.
  #range = 0
  #code = 0

  constructor(readonly bytes: Uint8Array, nProbs: number) {
    this.probs = new Uint16Array(nProbs)
  }

  resetProbs(): void {
    this.probs.fill(HALF)
  }

  /** Starts at `start`, where there must be 5 bytes. */
  start(start: number): void {
    const { bytes } = this
    this.#range = -1
    this.#code = bytes[start + 1] << 24 | bytes[start + 2] << 16 | bytes[start + 3] << 8 | bytes[start + 4]
    this.at = start + 5
  }

  /** What is left of the code, unsigned: 0 after the last bit of a sound stream. */
  get rest(): number {
    return this.#code >>> 0
  }

  /** One bit with the probability at `index`. */
  bit(index: number): 0 | 1 {
    const prob = this.probs[index]
    const bound = Math.imul(this.#range >>> FULL_BITS, prob)
    if (this.#code >>> 0 < bound >>> 0) {
      this.probs[index] = prob + ((1 << FULL_BITS) - prob >>> ADAPT_SHIFT)
      this.#range = bound
      if (bound >>> 24 === 0) this.#refill()
      return 0
    }
    this.probs[index] = prob - (prob >>> ADAPT_SHIFT)
    this.#code = this.#code - bound | 0
    this.#range = this.#range - bound | 0
    if (this.#range >>> 24 === 0) this.#refill()
    return 1
  }

  #refill(): void {
    this.#range <<= 8
    this.#code = this.#code << 8 | (this.at < this.bytes.length ? this.bytes[this.at] : 0)
    this.at += 1
  }

  /** `count` bits, most significant first, from the tree of probabilities at `base`. */
  tree(base: number, count: number): number {
    let node = 1
    for (let i = 0; i < count; i++) node = node << 1 | this.bit(base + node)
    return node - (1 << count)
  }

  /** `count` bits, least significant first, from the tree of probabilities at `base`. */
  reverseTree(base: number, count: number): number {
    let node = 1
    let value = 0
    for (let i = 0; i < count; i++) {
      const bit = this.bit(base + node)
      node = node << 1 | bit
      value |= bit << i
    }
    return value
  }

  /** `count` bits, most significant first, each as likely 0 as 1. */
  direct(count: number): number {
    let value = 0
    for (let i = 0; i < count; i++) {
      this.#range >>>= 1
      const bit = this.#code >>> 0 >= this.#range ? 1 : 0
      if (bit === 1) this.#code = this.#code - this.#range | 0
      value = value << 1 | bit
      if (this.#range >>> 24 === 0) this.#refill()
    }
    return value
  }
}
