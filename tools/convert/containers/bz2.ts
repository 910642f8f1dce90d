/**
 * bzip2 streams. The format has no official document; this follows the unofficial specification by Joe Tsai. Own
 * code: the packages in plain JavaScript do not bound the output and take some truncated files for good.
 */
import { BitReader } from './bit-reader.js'
import { check32, type OutputBuffer } from './output-buffer.js'

const BLOCK_MAGIC = 0x314159265359
const END_MAGIC = 0x177245385090
const MAX_CODE_LENGTH = 20
const GROUP_SIZE = 50
const RUN_A = 0
const RUN_B = 1

/** Appends the content of all streams of `bytes` to `out`. @throws {ContainerError} */
export function decompressBz2(bytes: Uint8Array, out: OutputBuffer): void {
  const bits = new BitReader(bytes)
  let table = new Uint32Array(0)
  // One table for all streams, of which a hostile file may have very many.
  const tableOf = (size: number): Uint32Array => {
    if (table.length < size) table = new Uint32Array(size)
    return table.subarray(0, size)
  }
  do readStream(bits, out, tableOf)
  while (bits.alignToByte() < bytes.length)
}

function readStream(bits: BitReader, out: OutputBuffer, tableOf: (size: number) => Uint32Array): void {
  const start = bits.offset
  const where = `bz2, stream at byte ${start}`
  const magic = bits.read(24)
  const level = bits.read(8) - 0x30
  bits.checkEnd()
  if (magic !== 0x425a68) throw bits.corrupt(where, 'expected a bzip2 stream, found other bytes')
  if (level < 1 || level > 9) throw bits.corrupt(where, 'the block size is not 1 to 9')

  let combined = 0
  for (let block = 1; ; block++) {
    const blockMagic = bits.read48()
    const declared = bits.read32()
    bits.checkEnd()
    if (blockMagic === END_MAGIC) {
      check32(where, 'CRC-32 of the stream', combined, declared)
      return
    }
    const whereBlock = `${where}, block ${block}`
    if (blockMagic !== BLOCK_MAGIC) throw bits.corrupt(whereBlock, 'expected a block or the end of the stream')
    const crc = readBlock(bits, tableOf(level * 100_000), out, whereBlock)
    check32(whereBlock, 'CRC-32', crc, declared)
    combined = (combined << 1 | combined >>> 31) ^ crc
  }
}

/** One Huffman table: of each code length the last code and where its symbols start. */
interface Codes {
  minLength: number
  /** By length: codes of that length, left-aligned in 20 bits, are below it. */
  limit: Int32Array
  /** By length: what to add to a code of that length to have its index in `symbols`. */
  base: Int32Array
  symbols: Uint16Array
}

/** Reads one block, appends its content to `out` and returns the content's CRC-32. */
function readBlock(bits: BitReader, table: Uint32Array, out: OutputBuffer, where: string): number {
  if (bits.read(1) !== 0) throw bits.corrupt(where, 'is randomised, which bzip2 stopped writing in 1998')
  const origin = bits.read(24)
  const values = readByteValues(bits)
  if (values.length === 0) throw bits.corrupt(where, 'uses no byte values')

  const nGroups = bits.read(3)
  const nSelectors = bits.read(15)
  if (nGroups < 2 || nGroups > 6) throw bits.corrupt(where, `${nGroups} Huffman tables where 2 to 6 are allowed`)
  if (nSelectors === 0) throw bits.corrupt(where, 'has no selectors')
  const selectors = readSelectors(bits, nSelectors, nGroups, where)
  const groups = Array.from({ length: nGroups }, () => readCodes(bits, values.length + 2, where))
  bits.checkEnd()

  const counts = new Uint32Array(256)
  const length = readSymbols(bits, groups, selectors, values, table, counts, where)
  bits.checkEnd()
  if (length === 0) throw bits.corrupt(where, 'is empty')
  if (origin >= length) throw bits.corrupt(where, `starts at ${origin} of ${length} bytes`)
  return unsort(table, length, counts, origin, out)
}

/** The byte values that a block uses, ascending: 16 bits say which sixteenths have some, then 16 bits for each. */
function readByteValues(bits: BitReader): Uint8Array {
  const values = []
  const used = bits.read(16)
  for (let high = 0; high < 16; high++) {
    if ((used & 0x8000 >>> high) === 0) continue
    const present = bits.read(16)
    for (let low = 0; low < 16; low++) if ((present & 0x8000 >>> low) !== 0) values.push(high << 4 | low)
  }
  return Uint8Array.from(values)
}

/** Which Huffman table each 50 symbols use: positions in a move-to-front list, in unary. */
function readSelectors(bits: BitReader, nSelectors: number, nGroups: number, where: string): Uint8Array {
  const selectors = new Uint8Array(nSelectors)
  const order = Uint8Array.from({ length: nGroups }, (_, group) => group)
  for (let i = 0; i < nSelectors; i++) {
    let position = 0
    while (bits.read(1) === 1) {
      if (++position >= nGroups) throw bits.corrupt(where, 'a selector names a Huffman table that is not there')
    }
    const group = order[position]
    order.copyWithin(1, 0, position)
    order[0] = group
    selectors[i] = group
  }
  return selectors
}

function readCodes(bits: BitReader, nSymbols: number, where: string): Codes {
  const lengths = new Uint8Array(nSymbols)
  const counts = new Int32Array(MAX_CODE_LENGTH + 2)
  let length = bits.read(5)
  for (let symbol = 0; symbol < nSymbols; symbol++) {
    for (;;) {
      if (length < 1 || length > MAX_CODE_LENGTH) throw bits.corrupt(where, `a Huffman code of ${length} bits`)
      if (bits.read(1) === 0) break
      length += bits.read(1) === 0 ? 1 : -1
    }
    lengths[symbol] = length
    counts[length] += 1
  }

  const limit = new Int32Array(MAX_CODE_LENGTH + 2)
  const base = new Int32Array(MAX_CODE_LENGTH + 2)
  const symbols = new Uint16Array(nSymbols)
  const next = new Int32Array(MAX_CODE_LENGTH + 2)
  let code = 0
  let index = 0
  for (let bitCount = 1; bitCount <= MAX_CODE_LENGTH; bitCount++) {
    code <<= 1
    base[bitCount] = index - code
    next[bitCount] = index
    code += counts[bitCount]
    index += counts[bitCount]
    if (code > 1 << bitCount) throw bits.corrupt(where, 'more Huffman codes than their lengths allow')
    limit[bitCount] = code << (MAX_CODE_LENGTH - bitCount)
  }
  for (let symbol = 0; symbol < nSymbols; symbol++) symbols[next[lengths[symbol]]++] = symbol
  return { minLength: counts.findIndex(count => count > 0), limit, base, symbols }
}

/**
 * Decodes Huffman codes, run lengths and move-to-front positions into the low bytes of `table`; counts each byte
 * value in `counts`. Returns how many bytes there are.
 */
function readSymbols(
  bits: BitReader, groups: Codes[], selectors: Uint8Array, values: Uint8Array,
  table: Uint32Array, counts: Uint32Array, where: string
): number {
  const endOfBlock = values.length + 1
  const capacity = table.length
  let length = 0
  let run = 0
  let runWeight = 1

  for (const selector of selectors) {
    const { minLength, limit, base, symbols } = groups[selector]
    bits.checkEnd()
    for (let i = 0; i < GROUP_SIZE; i++) {
      const window = bits.peek(MAX_CODE_LENGTH)
      let bitCount = minLength
      while (window >= limit[bitCount]) {
        if (++bitCount > MAX_CODE_LENGTH) throw bits.corrupt(where, 'bits that are no Huffman code')
      }
      bits.skip(bitCount)
      const symbol = symbols[base[bitCount] + (window >>> (MAX_CODE_LENGTH - bitCount))]

      if (symbol <= RUN_B) {
        // A run's length is written in bijective base 2, least digit first.
        run += runWeight << (symbol === RUN_A ? 0 : 1)
        runWeight <<= 1
        if (run > capacity) throw bits.corrupt(where, `is over ${capacity} bytes`)
        continue
      }
      if (run > 0) {
        if (length + run > capacity) throw bits.corrupt(where, `is over ${capacity} bytes`)
        const value = values[0]
        counts[value] += run
        table.fill(value, length, length + run)
        length += run
        run = 0
        runWeight = 1
      }
      if (symbol === endOfBlock) return length
      if (length >= capacity) throw bits.corrupt(where, `is over ${capacity} bytes`)
      const position = symbol - 1
      const value = values[position]
      values.copyWithin(1, 0, position)
      values[0] = value
      counts[value] += 1
      table[length++] = value
    }
  }
  throw bits.corrupt(where, 'has no end')
}

/** Undoes the Burrows-Wheeler transform and the outer run lengths. Returns the CRC-32 of what it appends to `out`. */
function unsort(table: Uint32Array, length: number, counts: Uint32Array, origin: number, out: OutputBuffer): number {
  let sum = 0
  const starts = counts.map(count => (sum += count) - count)
  for (let i = 0; i < length; i++) table[starts[table[i] & 0xff]++] |= i << 8

  out.reserve(Math.min(out.length + length, out.maxBytes))
  let buffer = out.buffer
  let end = buffer.length
  let to = out.length
  let crc = -1
  let repeats = 0
  let previous = -1
  let cursor = table[origin] >>> 8
  for (let i = 0; i < length; i++) {
    const entry = table[cursor]
    const value = entry & 0xff
    cursor = entry >>> 8
    // After four equal bytes comes how many more of them there are.
    const copies = repeats === 4 ? value : 1
    const byte = repeats === 4 ? previous : value
    repeats = repeats === 4 ? 0 : value === previous ? repeats + 1 : 1
    previous = repeats === 0 ? -1 : value
    if (to + copies > end) {
      out.length = to
      out.reserve(to + copies)
      buffer = out.buffer
      end = buffer.length
    }
    for (let copy = 0; copy < copies; copy++) {
      buffer[to++] = byte
      crc = crc << 8 ^ CRC_TABLE[crc >>> 24 ^ byte]
    }
  }
  out.length = to
  return ~crc
}

/** CRC-32 with the polynomial 0x04c11db7, most significant bit first; zlib's is the mirrored one. */
const CRC_TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24
  for (let bit = 0; bit < 8; bit++) crc = crc << 1 ^ (crc < 0 ? 0x04c11db7 : 0)
  return crc
})
