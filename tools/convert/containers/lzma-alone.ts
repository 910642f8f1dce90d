import { LzmaDecoder } from './lzma.js'
import { tooLarge, truncated, type OutputBuffer } from './output-buffer.js'

const HEADER_BYTES = 13
const UNKNOWN_SIZE = 0xffffffffffffffffn

/**
 * Appends the content of a .lzma file (the format before .xz, "lzma alone") to `out`: properties, dictionary size,
 * content size, LZMA data. It has no checksum. The dictionary size is of no interest: the output is the dictionary.
 * @throws {ContainerError}
 */
export function decompressLzmaAlone(bytes: Uint8Array, out: OutputBuffer): void {
  const where = 'lzma'
  if (bytes.length < HEADER_BYTES) throw truncated(where)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const declared = view.getBigUint64(5, true)
  const size = declared === UNKNOWN_SIZE ? undefined : Number(declared)
  if (size !== undefined && size > out.maxBytes) throw tooLarge(where, out.maxBytes, size)
  new LzmaDecoder(bytes, out, where, bytes[0], 12, 0).decode({
    start: HEADER_BYTES, end: bytes.length, outEnd: size, marker: true
  })
}
