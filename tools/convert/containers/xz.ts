/**
 * .xz files, after "The .xz File Format" 1.2: streams of blocks, each an LZMA2 stream with a checksum, and an index
 * that is compared with the blocks. Own code: the kept packages without a native addon read only asynchronously.
 */
import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { crc64 } from './crc64.js'
import { decompressLzma2 } from './lzma2.js'
import { check32, corrupt, tooLarge, truncated, unsupported, type OutputBuffer } from './output-buffer.js'

const HEADER_MAGIC = Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00)
const HEADER_BYTES = 12
const FOOTER_MAGIC = 0x595a // "YZ"
const FOOTER_BYTES = 12
const LZMA2 = 0x21

/** Of each kind of check: its name, and its bytes over a block's content. */
const CHECKS = new Map<number, { name: string, compute: (content: Uint8Array) => Uint8Array }>([
  [0, { name: 'no check', compute: () => new Uint8Array(0) }],
  [1, { name: 'CRC-32', compute: content => littleEndian32(crc32(content)) }],
  [4, { name: 'CRC-64', compute: crc64 }],
  [10, { name: 'SHA-256', compute: content => createHash('sha256').update(content).digest() }]
])

/** What the index says of a block too: its bytes without padding, and its content's. */
interface BlockSizes {
  unpadded: number
  content: number
}

/** Appends the content of all streams of `bytes` to `out`. @throws {ContainerError} */
export function decompressXz(bytes: Uint8Array, out: OutputBuffer): void {
  const reader = new XzReader(bytes, out)
  do {
    reader.readStream()
    reader.skipStreamPadding()
  } while (reader.at < bytes.length)
}

class XzReader {
  at = 0
  #where = 'xz'
  readonly #view: DataView

  constructor(readonly bytes: Uint8Array, readonly out: OutputBuffer) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  readStream(): void {
    const start = this.at
    const stream = this.#where = `xz, stream at byte ${start}`
    const header = this.#take(HEADER_BYTES)
    if (HEADER_MAGIC.some((byte, i) => header[i] !== byte)) {
      throw corrupt(stream, 'expected an xz stream, found other bytes')
    }
    check32(stream, 'CRC-32 of the header', crc32(header.subarray(6, 8)), this.#view.getInt32(start + 8, true))
    const check = CHECKS.get(header[7])
    if (header[6] !== 0 || check === undefined) {
      throw unsupported(stream, `uses integrity check ${header[7]}, which is not CRC-32, CRC-64 or SHA-256`)
    }

    const blocks: BlockSizes[] = []
    while (this.#peek() !== 0) {
      this.#where = `${stream}, block ${blocks.length + 1}`
      blocks.push(this.#readBlock(check))
    }
    this.#where = `${stream}, index`
    const indexSize = this.#readIndex(blocks)

    this.#where = `${stream}, footer`
    const footerStart = this.at
    const footer = this.#take(FOOTER_BYTES)
    check32(this.#where, 'CRC-32', crc32(footer.subarray(4, 10)), this.#view.getInt32(footerStart, true))
    if (this.#view.getUint16(footerStart + 10) !== FOOTER_MAGIC) throw this.#corrupt('does not end with "YZ"')
    if (footer[8] !== header[6] || footer[9] !== header[7]) throw this.#corrupt('contradicts the header')
    if ((this.#view.getUint32(footerStart + 4, true) + 1) * 4 !== indexSize) throw this.#corrupt('wrong index size')
  }

  /** Zero bytes, a multiple of four, may follow a stream. */
  skipStreamPadding(): void {
    const start = this.at
    while (this.at < this.bytes.length && this.bytes[this.at] === 0) this.at += 1
    if ((this.at - start) % 4 !== 0) throw corrupt('xz', `${this.at - start} zero bytes after byte ${start}`)
  }

  #readBlock(check: { name: string, compute: (content: Uint8Array) => Uint8Array }): BlockSizes {
    const start = this.at
    const declared = this.#readBlockHeader()
    const contentStart = this.out.length
    if (declared.content !== undefined && contentStart + declared.content > this.out.maxBytes) {
      throw tooLarge(this.#where, this.out.maxBytes, declared.content)
    }
    const dataStart = this.at
    this.at = decompressLzma2(this.bytes, dataStart, this.out, this.#where)
    const content = this.out.bytes().subarray(contentStart)
    if (declared.data !== undefined && declared.data !== this.at - dataStart) {
      throw this.#corrupt(`${this.at - dataStart} bytes of data where the header says ${declared.data}`)
    }
    if (declared.content !== undefined && declared.content !== content.length) {
      throw this.#corrupt(`${content.length} bytes of content where the header says ${declared.content}`)
    }
    const unpaddedEnd = this.at
    this.#skipPadding(start)

    const actual = check.compute(content)
    const stored = this.#take(actual.length)
    if (actual.some((byte, i) => stored[i] !== byte)) throw this.#corrupt(`its ${check.name} does not match`)
    return { unpadded: unpaddedEnd - start + actual.length, content: content.length }
  }

  /** Reads a block header. Returns the sizes it declares, of the LZMA2 data and of the content. */
  #readBlockHeader(): { data: number | undefined, content: number | undefined } {
    const start = this.at
    const size = (this.#peek() + 1) * 4
    const header = this.#take(size)
    const crcAt = start + size - 4
    check32(this.#where, 'CRC-32 of the header', crc32(header.subarray(0, -4)), this.#view.getInt32(crcAt, true))
    this.at = start + 2
    const flags = header[1]
    if ((flags & 0x3c) !== 0) throw unsupported(this.#where, 'uses flags that this reader does not know')
    const data = (flags & 0x40) !== 0 ? this.#readVarint() : undefined
    const content = (flags & 0x80) !== 0 ? this.#readVarint() : undefined
    const filter = this.#readVarint()
    const nProperties = this.#readVarint()
    if ((flags & 0x03) !== 0 || filter !== LZMA2) {
      throw unsupported(this.#where, 'uses another filter than LZMA2 alone')
    }
    // The one property is the dictionary's size, which is of no interest: the output is the dictionary.
    if (nProperties !== 1 || this.#take(1)[0] > 40) throw this.#corrupt('invalid LZMA2 properties')
    if (this.at > crcAt || header.subarray(this.at - start, -4).some(byte => byte !== 0)) {
      throw this.#corrupt('the header is not padded with zero bytes')
    }
    this.at = start + size
    return { data, content }
  }

  /** Reads the index, compares it with the blocks and returns its size. */
  #readIndex(blocks: BlockSizes[]): number {
    const start = this.at
    this.#take(1)
    const nRecords = this.#readVarint()
    if (nRecords !== blocks.length) throw this.#corrupt(`${nRecords} blocks where there are ${blocks.length}`)
    for (const { unpadded, content } of blocks) {
      if (this.#readVarint() !== unpadded || this.#readVarint() !== content) throw this.#corrupt('contradicts a block')
    }
    this.#skipPadding(start)
    const end = this.at
    this.#take(4)
    check32(this.#where, 'CRC-32', crc32(this.bytes.subarray(start, end)), this.#view.getInt32(end, true))
    return this.at - start
  }

  /** An integer of up to 63 bits, 7 a byte, least significant first. Those over 2^53 are rounded: all are too large. */
  #readVarint(): number {
    let value = 0
    for (let i = 0; i < 9; i++) {
      const byte = this.#take(1)[0]
      value += (byte & 0x7f) * 2 ** (7 * i)
      if (byte < 0x80) return value
    }
    throw this.#corrupt('an integer of more than 9 bytes')
  }

  /** Skips zero bytes until the distance from `start` is a multiple of four. */
  #skipPadding(start: number): void {
    const padding = this.#take((start - this.at) & 3)
    if (padding.some(byte => byte !== 0)) throw this.#corrupt('padding that is not zero')
  }

  #peek(): number {
    if (this.at >= this.bytes.length) throw truncated(this.#where)
    return this.bytes[this.at]
  }

  #take(length: number): Uint8Array {
    if (this.at + length > this.bytes.length) throw truncated(this.#where)
    this.at += length
    return this.bytes.subarray(this.at - length, this.at)
  }

  #corrupt(problem: string): Error {
    return corrupt(this.#where, problem)
  }
}

function littleEndian32(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value, true)
  return bytes
}
