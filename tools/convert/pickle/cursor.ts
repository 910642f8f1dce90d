import { ConvertError } from '../errors/convert-error.js'
import { PickleError } from './pickle-error.js'

/** U+FEFF is a character like any other in a text; only a file can begin with a mark of its byte order. */
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Reads a byte array from front to back. Every read checks what is left first, so a length prefix can never make it
 * allocate or read more than the file holds.
 */
export class Cursor {
  offset = 0
  private readonly bytes: Uint8Array
  private readonly view: DataView

  constructor({ buffer, byteOffset, byteLength }: Uint8Array) {
    this.bytes = new Uint8Array(buffer, byteOffset, byteLength) // Slices of a Buffer would be Buffers.
    this.view = new DataView(buffer, byteOffset, byteLength)
  }

  get remaining(): number {
    return this.bytes.length - this.offset
  }

  /** Advances by `count` bytes and returns where they start. */
  private take(count: number): number {
    if (count > this.remaining) {
      throw new PickleError(
        this.offset,
        `the file ends too early: ${count} bytes are announced, ${this.remaining} are left`,
        { hint: 'The file is truncated or damaged. Copy or download it again.' }
      )
    }
    const start = this.offset
    this.offset += count
    return start
  }

  u8(): number {
    return this.view.getUint8(this.take(1))
  }

  u16(): number {
    return this.view.getUint16(this.take(2), true)
  }

  u32(): number {
    return this.view.getUint32(this.take(4), true)
  }

  i32(): number {
    return this.view.getInt32(this.take(4), true)
  }

  /** A length or count of 8 bytes. */
  u64(): number {
    const at = this.offset
    const value = this.view.getBigUint64(this.take(8), true)
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new PickleError(at, `a length of ${value} bytes is impossible`)
    return Number(value)
  }

  /** The one big-endian operand of the format. */
  f64BigEndian(): number {
    return this.view.getFloat64(this.take(8), false)
  }

  /** A view, not a copy. */
  slice(count: number): Uint8Array {
    const start = this.take(count)
    return this.bytes.subarray(start, start + count)
  }

  /** A length read with a sign: negative ones are refused. */
  signedLength(): number {
    const at = this.offset
    const length = this.i32()
    if (length < 0) throw new PickleError(at, `a length of ${length} is impossible`)
    return length
  }

  /** The bytes up to the next newline, as Latin-1 text, without the newline. */
  line(): string {
    const end = this.bytes.indexOf(0x0a, this.offset)
    if (end < 0) throw new PickleError(this.offset, 'a line without an end: the file is truncated or damaged')
    const text = decodeLatin1(this.slice(end - this.offset))
    this.offset = end + 1
    return text
  }

  utf8(count: number): string {
    const at = this.offset
    return decodeUtf8(this.slice(count), at)
  }
}

/**
 * Text as Python encodes it.
 * @param offset where the bytes are, for the error
 */
export function decodeUtf8(bytes: Uint8Array, offset: number): string {
  try {
    return strictUtf8.decode(bytes)
  } catch {
    return decodeUtf8WithSurrogates(bytes, offset)
  }
}

/** Bytes 0..255 to the code points of the same number. (TextDecoder's "latin1" is windows-1252.) */
export function decodeLatin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}

/**
 * The other way round: Python 2 wrote bytes as text, and Python 3 up to protocol 2 does.
 * @throws ConvertError for code points above 255
 */
export function encodeLatin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < bytes.length; i++) {
    const code = text.charCodeAt(i)
    if (code > 255) throw new ConvertError('text with code points above 255 where bytes are expected')
    bytes[i] = code
  }
  return bytes
}

/** Python writes lone surrogates as three bytes each ("surrogatepass"), which a strict decoder refuses. */
function decodeUtf8WithSurrogates(bytes: Uint8Array, offset: number): string {
  let text = ''
  let start = 0
  for (let i = 0; i + 2 < bytes.length; i++) {
    if (bytes[i] === 0xed && bytes[i + 1] >= 0xa0 && bytes[i + 1] <= 0xbf && (bytes[i + 2] & 0xc0) === 0x80) {
      text += decodeOrThrow(bytes.subarray(start, i), offset + start)
      text += String.fromCharCode(0xd000 | ((bytes[i + 1] & 0x3f) << 6) | (bytes[i + 2] & 0x3f))
      start = i + 3
      i += 2
    }
  }
  return text + decodeOrThrow(bytes.subarray(start), offset + start)
}

function decodeOrThrow(bytes: Uint8Array, offset: number): string {
  try {
    return strictUtf8.decode(bytes)
  } catch {
    throw new PickleError(offset, 'text that is not UTF-8', { hint: 'The file is damaged.' })
  }
}
