import { LzmaDecoder } from './lzma.js'
import { corrupt, truncated, type OutputBuffer } from './output-buffer.js'

const END = 0x00
const COPY_AND_RESET_DICTIONARY = 0x01
const COPY = 0x02
const LZMA = 0x80
const RESET_STATE = 0xa0
const SET_PROPERTIES = 0xc0
const RESET_DICTIONARY = 0xe0
const MAX_LITERAL_BITS = 4

/**
 * Appends the content of the LZMA2 stream at `start` to `out` and returns where it ends. LZMA2 is a row of chunks of
 * at most 2 MB, stored or LZMA; each says how much of the decoder's state it starts anew.
 * @throws {ContainerError}
 */
export function decompressLzma2(bytes: Uint8Array, start: number, out: OutputBuffer, block: string): number {
  let at = start
  let dictionaryStart: number | undefined
  let decoder: LzmaDecoder | undefined

  for (;;) {
    const where = `${block}, chunk at byte ${at}`
    const need = (length: number): void => {
      if (at + length > bytes.length) throw truncated(where)
    }
    const u16 = (offset: number): number => bytes[at + offset] << 8 | bytes[at + offset + 1]

    need(1)
    const control = bytes[at]
    if (control === END) return at + 1
    if (control === COPY_AND_RESET_DICTIONARY || control >= RESET_DICTIONARY) {
      dictionaryStart = out.length
      decoder = undefined
    }
    if (dictionaryStart === undefined) throw corrupt(where, 'the first chunk does not reset the dictionary')

    if (control < LZMA) {
      if (control > COPY) throw corrupt(where, `unknown control byte ${control}`)
      need(3)
      const size = u16(1) + 1
      need(3 + size)
      out.append(bytes.subarray(at + 3, at + 3 + size))
      at += 3 + size
      continue
    }

    need(6)
    const outEnd = out.length + ((control & 0x1f) << 16) + u16(1) + 1
    const size = u16(3) + 1
    const dataStart = at + (control >= SET_PROPERTIES ? 6 : 5)
    need(dataStart + size - at)
    if (control >= SET_PROPERTIES) {
      decoder = new LzmaDecoder(bytes, out, block, bytes[at + 5], MAX_LITERAL_BITS, dictionaryStart)
    } else if (decoder === undefined) {
      throw corrupt(where, 'no LZMA properties were set')
    } else if (control >= RESET_STATE) {
      decoder.resetState()
    }
    out.reserve(outEnd)
    decoder.decode({ start: dataStart, end: dataStart + size, outEnd })
    at = dataStart + size
  }
}
