/** ZIP archives, in memory. Members are unpacked when they are asked for, and none is ever written anywhere. */
import { crc32 } from 'node:zlib'
import { decompressBz2 } from './bz2.js'
import { LzmaDecoder } from './lzma.js'
import { check32, corrupt, OutputBuffer, tooLarge, truncated, unsupported } from './output-buffer.js'
import { describeMember, readZipDirectory, type ZipEntry } from './zip-directory.js'
import { inflateRaw } from './zlib.js'

/** Of the methods that Python's zipfile knows, in its own numbers. */
const STORED = 0
const DEFLATED = 8
const BZIP2 = 12
const LZMA = 14

/** Version, length of the properties, the properties. */
const LZMA_HEADER_BYTES = 9

/** Whether bytes begin as a ZIP archive does. */
export function isZip(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.subarray(0, 4)).toString('latin1')
  return start === 'PK\x03\x04' || start === 'PK\x05\x06'
}

export class ZipArchive {
  private readonly bytes: Uint8Array
  private readonly entries: ReadonlyMap<string, ZipEntry>
  private readonly contents = new Map<string, Uint8Array>()
  private used = 0

  /**
   * @param maxBytes how much all members that are read may have together
   * @throws ContainerError when the archive is damaged or contradicts itself
   */
  constructor({ buffer, byteOffset, byteLength }: Uint8Array, private readonly maxBytes: number) {
    this.bytes = new Uint8Array(buffer, byteOffset, byteLength) // Slices of a Buffer would be Buffers.
    this.entries = new Map(readZipDirectory(this.bytes).map(entry => [entry.name, entry]))
  }

  /** Paths of the members, without folders. */
  get names(): string[] {
    return [...this.entries.keys()]
  }

  /** Bytes of all members that were read. */
  get bytesRead(): number {
    return this.used
  }

  /** Bytes that a member has when it is read, undefined when there is none of that name. */
  sizeOf(name: string): number | undefined {
    return this.entries.get(name)?.size
  }

  /**
   * The content of a member, the same each time; undefined when there is none of that name.
   * @throws ContainerError when it is damaged, too large, or packed in a way that is not supported
   */
  read(name: string): Uint8Array | undefined {
    const entry = this.entries.get(name)
    if (entry === undefined) return undefined
    const known = this.contents.get(name)
    if (known !== undefined) return known
    this.used += entry.size
    if (this.used > this.maxBytes) throw tooLarge('zip', this.maxBytes, this.used)
    const content = unpack(this.bytes.subarray(entry.start, entry.end), entry)
    check32(describeMember(name), 'the CRC-32', crc32(content), entry.crc32)
    this.contents.set(name, content)
    return content
  }
}

function unpack(packed: Uint8Array, { name, method, size }: ZipEntry): Uint8Array {
  const where = describeMember(name)
  const content = decompress(packed, method, size, where)
  if (content.length !== size) throw corrupt(where, `${content.length} bytes of content where the table of contents says ${size}`)
  return content
}

function decompress(packed: Uint8Array, method: number, size: number, where: string): Uint8Array {
  const out = new OutputBuffer(where, size)
  switch (method) {
    case STORED: return packed
    case DEFLATED: return inflateRaw(packed, size, where)
    case BZIP2:
      decompressBz2(packed, out)
      return out.bytes()
    case LZMA:
      if (packed.length < LZMA_HEADER_BYTES) throw truncated(where)
      if (packed[2] !== 5 || packed[3] !== 0) throw corrupt(where, 'the properties of LZMA do not have 5 bytes')
      new LzmaDecoder(packed, out, where, packed[4], 12, 0).decode({
        start: LZMA_HEADER_BYTES, end: packed.length, outEnd: size, marker: true
      })
      return out.bytes()
    default: throw unsupported(where, `packed by method ${method}, expected ${STORED}, ${DEFLATED}, ${BZIP2} or ${LZMA}`)
  }
}
