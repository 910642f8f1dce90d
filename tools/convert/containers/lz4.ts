/**
 * LZ4 frames, after the LZ4 Frame Format Description 1.6 and the LZ4 Block Format Description. Own code: the packages
 * without a native addon take truncated frames and wrong checksums for good, and grow without bound.
 */
import { check32, corrupt, hex32, truncated, tooLarge, unsupported, type OutputBuffer } from './output-buffer.js'
import { xxh32 } from './xxh32.js'

const LZ4_MAGIC = 0x184d2204
const SKIPPABLE_MAGIC = 0x184d2a50
const MIN_MATCH = 4
const UNCOMPRESSED = 0x80000000

/** Appends the content of all frames of `bytes` to `out`. @throws {ContainerError} */
export function decompressLz4(bytes: Uint8Array, out: OutputBuffer): void {
  let at = 0
  do at = readFrame(bytes, at, out)
  while (at < bytes.length)
}

function readFrame(bytes: Uint8Array, start: number, out: OutputBuffer): number {
  const where = `lz4, frame at byte ${start}`
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const need = (end: number): void => {
    if (end > bytes.length) throw truncated(where)
  }

  need(start + 8)
  const magic = view.getUint32(start, true)
  if ((magic & ~15) >>> 0 === SKIPPABLE_MAGIC) {
    const end = start + 8 + view.getUint32(start + 4, true)
    need(end)
    return end
  }
  if (magic !== LZ4_MAGIC) throw corrupt(where, `expected an LZ4 frame, found the bytes of ${hex32(magic)}`)

  const flags = view.getUint8(start + 4)
  const blockSizeCode = view.getUint8(start + 5) >>> 4
  if (flags >>> 6 !== 1) throw corrupt(where, `expected version 1, found ${flags >>> 6}`)
  if (blockSizeCode < 4 || blockSizeCode > 7) throw corrupt(where, `block size code ${blockSizeCode} is not 4 to 7`)
  if ((flags & 0x01) !== 0) throw unsupported(where, 'needs a dictionary')
  const independent = (flags & 0x20) !== 0
  const checkedBlocks = (flags & 0x10) !== 0
  const checkedContent = (flags & 0x04) !== 0
  const sized = (flags & 0x08) !== 0
  const maxBlock = 1 << (8 + 2 * blockSizeCode)

  let at = start + 6
  let contentSize = 0
  if (sized) {
    need(at + 8)
    contentSize = Number(view.getBigUint64(at, true))
    at += 8
  }
  need(at + 1)
  const headerCheck = xxh32(bytes.subarray(start + 4, at)) >>> 8 & 0xff
  if (headerCheck !== bytes[at]) throw corrupt(where, 'the header checksum does not match')
  at += 1
  const contentStart = out.length
  if (contentStart + contentSize > out.maxBytes) throw tooLarge(where, out.maxBytes, contentSize)

  for (;;) {
    need(at + 4)
    const word = view.getUint32(at, true)
    at += 4
    if (word === 0) break
    const whereBlock = `lz4, block at byte ${at}`
    const size = word % UNCOMPRESSED
    if (size > maxBlock) throw corrupt(whereBlock, `${size} bytes where at most ${maxBlock} are allowed`)
    need(at + size + (checkedBlocks ? 4 : 0))
    const block = bytes.subarray(at, at + size)
    if (checkedBlocks) check32(whereBlock, 'its xxh32', xxh32(block), view.getUint32(at + size, true))
    if (word >= UNCOMPRESSED) out.append(block)
    else readBlock(block, out, independent ? out.length : contentStart, maxBlock, whereBlock)
    at += size + (checkedBlocks ? 4 : 0)
  }

  const content = out.buffer.subarray(contentStart, out.length)
  if (sized && content.length !== contentSize) {
    throw corrupt(where, `${content.length} bytes of content where the header says ${contentSize}`)
  }
  if (checkedContent) {
    need(at + 4)
    check32(where, 'xxh32 of the content', xxh32(content), view.getUint32(at, true))
    at += 4
  }
  return at
}

/** Appends one compressed block. Matches reach back to `windowStart` at most. */
function readBlock(block: Uint8Array, out: OutputBuffer, windowStart: number, maxBlock: number, where: string): void {
  const limit = Math.min(out.length + maxBlock, out.maxBytes)
  out.reserve(limit)
  const buffer = out.buffer
  const size = block.length
  let from = 0
  let to = out.length

  const overflow = (): Error =>
    limit === out.maxBytes ? tooLarge(out.where, out.maxBytes) : corrupt(where, `its content is over ${maxBlock} bytes`)

  for (;;) {
    if (from >= size) throw corrupt(where, 'it ends where a sequence should start')
    const token = block[from++]
    let literals = token >>> 4
    if (literals === 15) {
      let more
      do {
        if (from >= size) throw corrupt(where, 'it ends within a literal length')
        more = block[from++]
        literals += more
      } while (more === 255)
    }
    if (from + literals > size) throw corrupt(where, 'it ends within literals')
    if (to + literals > limit) throw overflow()
    if (literals > 32) {
      buffer.set(block.subarray(from, from + literals), to)
      from += literals
      to += literals
    } else {
      for (const end = to + literals; to < end;) buffer[to++] = block[from++]
    }
    if (from === size) break

    if (from + 2 > size) throw corrupt(where, 'it ends within a match offset')
    const offset = block[from] | block[from + 1] << 8
    from += 2
    if (offset === 0 || offset > to - windowStart) {
      throw corrupt(where, `a match ${offset} bytes back where ${to - windowStart} were written`)
    }
    let length = (token & 15) + MIN_MATCH
    if (length === 15 + MIN_MATCH) {
      let more
      do {
        if (from >= size) throw corrupt(where, 'it ends within a match length')
        more = block[from++]
        length += more
      } while (more === 255)
    }
    if (to + length > limit) throw overflow()
    if (length > 32 && offset >= length) {
      buffer.copyWithin(to, to - offset, to - offset + length)
      to += length
    } else {
      for (const end = to + length; to < end; to++) buffer[to] = buffer[to - offset]
    }
  }
  out.length = to
}
