/**
 * The LZMA decoder that .lzma and .xz files share, after the LZMA specification in the LZMA SDK. Own code: of the
 * packages without a native addon one hangs on truncated files, others read only asynchronously.
 */
import { corrupt, hex32, tooLarge, truncated, type OutputBuffer } from './output-buffer.js'
import { RangeDecoder } from './range-decoder.js'

// Where each kind of probability starts. The numbers of states, slots and lengths are the format's.
const N_POSITIONS = 16
const IS_MATCH = 0 // [12 states][16 positions]
const IS_REP = IS_MATCH + 12 * N_POSITIONS // [12 states], and the three after it too
const IS_REP0 = IS_REP + 12
const IS_REP1 = IS_REP0 + 12
const IS_REP2 = IS_REP1 + 12
const IS_REP0_LONG = IS_REP2 + 12 // [12 states][16 positions]
const LENGTH_LOW = 2 // within a length: [16 positions][8], after two choices
const LENGTH_MID = LENGTH_LOW + N_POSITIONS * 8 // [16 positions][8]
const LENGTH_HIGH = LENGTH_MID + N_POSITIONS * 8 // [256]
const MATCH_LENGTH = IS_REP0_LONG + 12 * N_POSITIONS
const REP_LENGTH = MATCH_LENGTH + LENGTH_HIGH + 256
const DISTANCE_SLOT = REP_LENGTH + LENGTH_HIGH + 256 // [4 classes of length][64]
const DISTANCE_LOW = DISTANCE_SLOT + 4 * 64 // trees of the slots 4 to 13, interleaved
const DISTANCE_ALIGN = DISTANCE_LOW + 115 // [16]
const LITERAL = DISTANCE_ALIGN + 16 // [2^(lc + lp)][0x300]

const MIN_MATCH = 2
const MAX_MATCH = 273
const FIRST_STATE_AFTER_MATCH = 7
const END_MARKER = 0xffffffff

/** Where a stretch of LZMA data lies, and where its content ends. Offsets. */
export interface LzmaStretch {
  start: number
  end: number
  /** Where the content ends in the output; undefined: unknown, there is an end marker. */
  outEnd: number | undefined
  /** Whether an end marker is allowed although `outEnd` is known. */
  marker?: boolean
}

/** The state of one LZMA stream, which may go on over several stretches. Matches read from the output itself. */
export class LzmaDecoder {
  readonly #coder: RangeDecoder
  readonly #literalContextBits: number
  readonly #literalPositionMask: number
  readonly #positionMask: number
  #state = 0
  #rep0 = 0
  #rep1 = 0
  #rep2 = 0
  #rep3 = 0

  /**
   * @param properties The byte that packs lc, lp and pb. @param maxLiteralBits What lc + lp may be.
   * @param dictionaryStart Offset in the output that matches may reach back to.
   */
  constructor(
    readonly bytes: Uint8Array, readonly out: OutputBuffer, readonly where: string,
    properties: number, maxLiteralBits: number, readonly dictionaryStart: number
  ) {
    const lc = properties % 9
    const lp = Math.floor(properties / 9) % 5
    const pb = Math.floor(properties / 45)
    if (pb > 4 || lc + lp > maxLiteralBits) throw corrupt(where, `invalid LZMA properties ${properties}`)
    this.#literalContextBits = lc
    this.#literalPositionMask = (1 << lp) - 1
    this.#positionMask = (1 << pb) - 1
    this.#coder = new RangeDecoder(bytes, LITERAL + (0x300 << (lc + lp)))
    this.resetState()
  }

  resetState(): void {
    this.#coder.resetProbs()
    this.#state = this.#rep0 = this.#rep1 = this.#rep2 = this.#rep3 = 0
  }

  /** Appends the content of a stretch to the output; it must use the stretch up exactly. @throws {ContainerError} */
  decode({ start, end, outEnd, marker = false }: LzmaStretch): void {
    const { where } = this
    const coder = this.#coder
    if (start + 5 > end) throw this.#overrun(end)
    if (this.bytes[start] !== 0) throw corrupt(where, 'the LZMA data does not start with a zero byte')
    coder.start(start)
    this.#decodePackets(end, outEnd ?? Infinity)
    // Code left where the content is complete can only be the marker.
    if (marker && coder.rest !== 0 && this.out.length === outEnd) this.#decodePackets(end, outEnd + 1)
    if (coder.at > end) throw this.#overrun(end)
    if (outEnd !== undefined && this.out.length !== outEnd) {
      throw corrupt(where, `the content ends ${Math.abs(outEnd - this.out.length)} bytes off its declared end`)
    }
    if (coder.rest !== 0) throw corrupt(where, `the LZMA data ends with ${hex32(coder.rest)} where 0 is expected`)
    if (coder.at !== end) throw corrupt(where, `${end - coder.at} bytes are left after the end of the LZMA data`)
  }

  /** Decodes until the output has `outEnd` bytes or the end marker comes. */
  #decodePackets(end: number, outEnd: number): void {
    const { out, where, dictionaryStart } = this
    const coder = this.#coder
    let { buffer, length: to } = out
    let capacity = Math.min(buffer.length, outEnd)

    while (to < outEnd) {
      if (coder.at > end) throw this.#overrun(end)
      if (to + MAX_MATCH > capacity) {
        out.length = to
        out.reserve(Math.min(to + MAX_MATCH, outEnd, out.maxBytes))
        buffer = out.buffer
        capacity = Math.min(buffer.length, outEnd)
      }
      const state = this.#state
      const position = to - dictionaryStart & this.#positionMask

      if (coder.bit(IS_MATCH + state * N_POSITIONS + position) === 0) {
        if (to === capacity) throw tooLarge(out.where, out.maxBytes)
        buffer[to] = this.#readLiteral(buffer, to)
        to += 1
        this.#state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6
        continue
      }

      const length = this.#readMatch(state, position)
      const distance = this.#rep0 + 1
      if (this.#rep0 === END_MARKER) break
      if (distance > to - dictionaryStart) {
        if (coder.at > end) throw this.#overrun(end)
        throw corrupt(where, `a match ${distance} bytes back where ${to - dictionaryStart} were written`)
      }
      if (to + length > capacity) {
        if (capacity === outEnd) throw corrupt(where, 'a match goes over the end of the content')
        throw tooLarge(out.where, out.maxBytes)
      }
      if (length > 32 && distance >= length) {
        buffer.copyWithin(to, to - distance, to - distance + length)
        to += length
      } else {
        for (const stop = to + length; to < stop; to++) buffer[to] = buffer[to - distance]
      }
    }
    out.length = to
  }

  #overrun(end: number): Error {
    return end === this.bytes.length ? truncated(this.where) : corrupt(this.where, 'the LZMA data is cut short')
  }

  #readLiteral(buffer: Uint8Array, to: number): number {
    const coder = this.#coder
    const written = to - this.dictionaryStart
    const previous = written > 0 ? buffer[to - 1] : 0
    const context = (written & this.#literalPositionMask) << this.#literalContextBits |
      previous >>> (8 - this.#literalContextBits)
    const base = LITERAL + 0x300 * context
    let symbol = 1
    if (this.#state >= FIRST_STATE_AFTER_MATCH) {
      // The byte that the match would have gone on with is context too, as long as its bits come true.
      let expected = buffer[to - this.#rep0 - 1]
      let agrees = 0x100
      while (symbol < 0x100) {
        expected <<= 1
        const expectedBit = expected & agrees
        const bit = coder.bit(base + agrees + expectedBit + symbol)
        symbol = symbol << 1 | bit
        agrees &= bit === 1 ? expectedBit : ~expectedBit
      }
      return symbol & 0xff
    }
    while (symbol < 0x100) symbol = symbol << 1 | coder.bit(base + symbol)
    return symbol & 0xff
  }

  /** Reads a match, sets `#rep0` and `#state`, and returns its length. */
  #readMatch(state: number, position: number): number {
    const coder = this.#coder
    const afterLiteral = state < FIRST_STATE_AFTER_MATCH
    if (coder.bit(IS_REP + state) === 0) {
      const length = this.#readLength(MATCH_LENGTH, position)
      this.#rep3 = this.#rep2
      this.#rep2 = this.#rep1
      this.#rep1 = this.#rep0
      this.#rep0 = this.#readDistance(length)
      this.#state = afterLiteral ? 7 : 10
      return length
    }
    if (coder.bit(IS_REP0 + state) === 0) {
      if (coder.bit(IS_REP0_LONG + state * N_POSITIONS + position) === 0) {
        this.#state = afterLiteral ? 9 : 11
        return 1
      }
    } else {
      let distance = this.#rep1
      if (coder.bit(IS_REP1 + state) === 1) {
        distance = this.#rep2
        if (coder.bit(IS_REP2 + state) === 1) {
          distance = this.#rep3
          this.#rep3 = this.#rep2
        }
        this.#rep2 = this.#rep1
      }
      this.#rep1 = this.#rep0
      this.#rep0 = distance
    }
    this.#state = afterLiteral ? 8 : 11
    return this.#readLength(REP_LENGTH, position)
  }

  #readLength(base: number, position: number): number {
    const coder = this.#coder
    if (coder.bit(base) === 0) return MIN_MATCH + coder.tree(base + LENGTH_LOW + position * 8, 3)
    if (coder.bit(base + 1) === 0) return MIN_MATCH + 8 + coder.tree(base + LENGTH_MID + position * 8, 3)
    return MIN_MATCH + 16 + coder.tree(base + LENGTH_HIGH, 8)
  }

  /** Returns the distance less one, unsigned. */
  #readDistance(length: number): number {
    const coder = this.#coder
    const slot = coder.tree(DISTANCE_SLOT + Math.min(length - MIN_MATCH, 3) * 64, 6)
    if (slot < 4) return slot
    const nLow = (slot >>> 1) - 1
    const high = (2 | slot & 1) << nLow
    if (slot < 14) return high + coder.reverseTree(DISTANCE_LOW + high - slot, nLow)
    return (high + (coder.direct(nLow - 4) << 4) + coder.reverseTree(DISTANCE_ALIGN, 4)) >>> 0
  }
}
