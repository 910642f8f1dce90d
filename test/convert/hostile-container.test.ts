import { crc32, deflateSync, gzipSync } from 'node:zlib'
import t from 'tap'
import { openContainer, type OpenedContainer } from '../../tools/convert/containers/container.js'
import { crc64 } from '../../tools/convert/containers/crc64.js'
import { decompressLzma2 } from '../../tools/convert/containers/lzma2.js'
import { OutputBuffer } from '../../tools/convert/containers/output-buffer.js'
import { xxh32 } from '../../tools/convert/containers/xxh32.js'
import { ContainerError } from '../../tools/convert/errors/convert-error.js'
import { readFixture, readFixtureJson } from '../helpers/fixtures.js'

const maxBytes = 2_000_000
const fixture = (name: string): Buffer => Buffer.from(readFixture(`containers/${name}`))
const SMALL = Object.keys(readFixtureJson('containers/manifest.json') as Record<string, unknown>)
  .map(name => ({ name, bytes: fixture(name) }))
  .filter(({ name, bytes }) => bytes.length < 1000 && !/^empty|^joblib-[19]/.test(name))

/** What came of opening: the content, or the ContainerError; any other error goes through. */
function open(bytes: Uint8Array, limit = maxBytes): Partial<OpenedContainer> & { error?: ContainerError } {
  try {
    return openContainer(bytes, { maxBytes: limit })
  } catch (error) {
    if (error instanceof ContainerError) return { error }
    throw error
  }
}

t.test('every file cut short is refused', async t => {
  for (const { name, bytes } of SMALL) {
    const whole = openContainer(bytes, { maxBytes }).payload
    let taken = 0
    for (let length = 1; length < bytes.length; length++) {
      const { payload, error } = open(bytes.subarray(0, length))
      if (payload === undefined) {
        const message = error?.message ?? ''
        // Of too few padding bytes one cannot tell.
        if (!/ends in the middle|\d zero bytes after/.test(message)) t.fail(`${name} cut to ${length}: ${message}`)
        continue
      }
      taken += 1
      // Where one stream of several ends, the file is whole.
      if (!name.startsWith('two.') || !whole.subarray(0, payload.length).every((byte, i) => byte === payload[i])) {
        t.fail(`${name} cut to ${length} bytes was taken`)
      }
    }
    t.ok(taken <= 6, `${name}: ${taken} taken`)
  }
})

/** Marsaglia's xorshift: whole numbers below `bound`. */
function makeRandom(seed: number): (bound: number) => number {
  let state = seed
  return bound => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % bound
  }
}

t.test('a changed byte is noticed wherever there is a checksum', async t => {
  const seed = Date.now() % 2 ** 31 | 1
  t.comment(`seed ${seed}`)
  const random = makeRandom(seed)
  for (const { name, bytes } of SMALL) {
    const whole = Buffer.from(openContainer(bytes, { maxBytes }).payload)
    const checked = !/lzma$|none\.xz$|lz4$/.test(name)
    for (let i = 0; i < 100; i++) {
      const at = random(bytes.length)
      const changed = Buffer.from(bytes)
      changed[at] ^= 1 + random(255)
      const { payload, container } = open(changed)
      // With its first bytes changed it counts as a pickle, which is for the pickle reader to refuse.
      if (payload === undefined || container === 'raw') continue
      if (payload.length > maxBytes || (checked && !whole.equals(payload))) {
        t.fail(`${name}: byte ${at} is now ${changed[at]}`)
      }
    }
  }
  t.pass('only ContainerErrors')
})

t.test('bytes after the end are refused', async t => {
  for (const name of ['tiny.zlib', 'tiny.gzip', 'tiny.bz2', 'tiny.xz', 'tiny.lzma', 'tiny.lz4', 'python3.joblib-zf']) {
    for (const more of ['x', '<html>', 'a longer text after the end']) {
      const { error } = open(Buffer.concat([fixture(name), Buffer.from(more)]))
      t.ok(error, `${name} and ${more}`)
    }
  }
  const padded = (name: string, zeros: number): Buffer => Buffer.concat([fixture(name), Buffer.alloc(zeros)])
  t.ok(open(padded('tiny.gzip', 512)).payload, 'gzip allows zero bytes')
  t.ok(open(padded('tiny.xz', 8)).payload, 'xz allows zero bytes by fours')
  t.ok(open(padded('tiny.xz', 7)).error)
  t.ok(open(Buffer.concat([padded('tiny.gzip', 3), Buffer.from('x')])).error, 'not after zero bytes either')
})

interface Lz4Block {
  data: number[]
  stored?: boolean
  /** What it declares, if not its size. */
  size?: number
}

/** An LZ4 frame with the given flags, blocks and optional header fields. */
function lz4Frame(flags: number, blocks: Lz4Block[], extra: number[] = []): Buffer {
  const descriptor = Buffer.from([flags, 0x40, ...extra])
  const parts = [Buffer.from([0x04, 0x22, 0x4d, 0x18]), descriptor, Buffer.from([xxh32(descriptor) >>> 8 & 0xff])]
  for (const { data, stored = false, size = data.length } of blocks) {
    const word = Buffer.alloc(4)
    word.writeUInt32LE((size + (stored ? 2 ** 31 : 0)) >>> 0)
    parts.push(word, Buffer.from(data))
  }
  return Buffer.concat([...parts, Buffer.alloc(4)])
}

/** 20 bytes, and 255 more for each of `n`: one byte, a match of it, and one byte at the end. */
function longMatch(n: number): Lz4Block {
  return { data: [0x1f, 78, 1, 0, ...Array<number>(n).fill(255), 0, 0x10, 78] }
}

/** `bytes` with others put at `at`, and the CRC-32 of `[from, to)` written anew at `crcAt`. */
function patch(bytes: Buffer, at: number, values: number[], [from, to, crcAt = to]: number[] = []): Buffer {
  const patched = Buffer.from(bytes)
  patched.set(values, at)
  if (to !== undefined) patched.writeUInt32LE(crc32(patched.subarray(from, to)), crcAt)
  return patched
}

/** The content "N.": a stream header of 12 bytes, a block header of 12, LZMA2 data, index, footer. */
const xz = fixture('tiny.xz')
const STREAM_HEADER = [6, 8]
const BLOCK_HEADER = [12, 20]
const INDEX = xz.length - 20
const INDEX_CRC = [INDEX, xz.length - 16]
const FOOTER_CRC = [xz.length - 8, xz.length - 2, xz.length - 12]
/** As "xz -T2" writes them: 800 bytes of content, and the block header says so. */
const sizedXz = fixture('tool-blocks.xz')
const SIZED_BLOCK_HEADER = [12, 24]
const lzma = fixture('runs.lzma')
const bz2 = fixture('tiny.bz2')
const VARINT_1_TB = [0x80, 0x80, 0x80, 0x80, 0x80, 0x20]
const DECLARED_1_TB = [0, 0, 0, 0, 0, 1, 0, 0]

const HOSTILE: Array<[name: string, bytes: Buffer, message: RegExp]> = [
  ['lz4 of another version', lz4Frame(0x80, []), /version/],
  ['lz4 with a dictionary', lz4Frame(0x41, [], [1, 0, 0, 0]), /dictionary/],
  ['lz4 header checksum', patch(fixture('tiny.lz4'), 5, [0x50]), /header checksum/],
  ['lz4 block over the block size', lz4Frame(0x40, [{ data: [], stored: true, size: 65537 }]), /65537 bytes where/],
  ['lz4 content over the block size', lz4Frame(0x40, [longMatch(300)]), /over 65536/],
  ['lz4 block checksum', lz4Frame(0x50, [{ data: [78, 46, 0, 0, 0, 0], stored: true, size: 2 }]), /its xxh32 is/],
  ['lz4 match before the start', lz4Frame(0x40, [{ data: [0x10, 78, 2, 0, 0] }]), /a match 2 bytes back where 1/],
  ['lz4 match of no distance', lz4Frame(0x40, [{ data: [0x10, 78, 0, 0, 0] }]), /a match 0 bytes back/],
  [
    'lz4 match into the block before, which is independent',
    lz4Frame(0x60, [{ data: [0x20, 78, 46] }, { data: [0x10, 78, 2, 0, 0] }]), /a match 2 bytes back/
  ],
  ['lz4 length without end', lz4Frame(0x40, [{ data: [0xf0, 255, 255] }]), /ends within a literal length/],
  ['lz4 match length without end', lz4Frame(0x40, [{ data: [0x1f, 78, 1, 0, 255] }]), /ends within a match length/],
  ['lz4 literals without end', lz4Frame(0x40, [{ data: [0x50, 78] }]), /ends within literals/],
  ['lz4 offset without end', lz4Frame(0x40, [{ data: [0x10, 78, 2] }]), /ends within a match offset/],
  ['lz4 block without end', lz4Frame(0x40, [{ data: [0x10, 78, 1, 0] }]), /where a sequence should start/],
  ['lz4 declares 1 TB', lz4Frame(0x48, [], DECLARED_1_TB), /declares 1099511627776 bytes.*limit/],
  [
    'lz4 declares too much',
    lz4Frame(0x48, [{ data: [78, 46], stored: true }], [3, 0, 0, 0, 0, 0, 0, 0]), /2 bytes of content where/
  ],
  ['bz2 block size', patch(bz2, 3, [0x30]), /block size/],
  ['bz2 randomised', patch(bz2, 14, [0x80]), /randomised/],
  ['bz2 start of block', patch(bz2, 14, [0x7f, 0xff]), /starts at \d+ of 2 bytes/],
  ['bz2 CRC of the block', patch(bz2, 10, [0]), /block 1: CRC-32 is/],
  ['bz2 CRC of the stream', patch(bz2, bz2.length - 2, [bz2[bz2.length - 2] ^ 1]), /CRC-32 of the stream/],
  ['xz with an unknown check', patch(xz, 7, [2], STREAM_HEADER), /integrity check 2/],
  ['xz with two filters', patch(xz, 13, [1], BLOCK_HEADER), /another filter/],
  ['xz with another filter', patch(xz, 14, [3], BLOCK_HEADER), /another filter/],
  ['xz with an absurd dictionary', patch(xz, 16, [41], BLOCK_HEADER), /LZMA2 properties/],
  ['xz header checksum', patch(xz, 8, [0, 0]), /CRC-32 of the header/],
  ['xz without its first dictionary reset', patch(xz, 24, [0x02]), /does not reset the dictionary/],
  ['xz with an unknown chunk', patch(fixture('two.xz'), 24, [0x01, 0, 0, 0, 0x7f]), /unknown control byte 127/],
  ['xz without LZMA properties', patch(fixture('two.xz'), 24, [0x01, 0, 0, 0, 0x80, 0, 0, 0, 0]), /no LZMA properties/],
  ['xz block padding', patch(xz, 31, [1]), /padding that is not zero/],
  ['xz compressed size', patch(sizedXz, 14, [9], SIZED_BLOCK_HEADER), /bytes of data where the header says 9/],
  ['xz content size', patch(sizedXz, 15, [0xa1], SIZED_BLOCK_HEADER), /800 bytes of content where the header says 801/],
  [
    'xz declares 1 TB', patch(sizedXz, 15, [...VARINT_1_TB, 0x21, 1, 22], SIZED_BLOCK_HEADER),
    /declares 1099511627776 bytes.*limit/
  ],
  ['xz index without a block', patch(xz, INDEX + 1, [9], INDEX_CRC), /index: 9 blocks where there are 1/],
  ['xz index of another block', patch(xz, INDEX + 2, [9], INDEX_CRC), /index: contradicts a block/],
  ['xz index of another content', patch(xz, INDEX + 3, [9], INDEX_CRC), /index: contradicts a block/],
  ['xz index checksum', patch(xz, INDEX + 4, [0, 0]), /index: CRC-32/],
  ['xz footer of another index', patch(xz, xz.length - 8, [9], FOOTER_CRC), /footer: wrong index size/],
  ['xz footer of another stream', patch(xz, xz.length - 3, [1], FOOTER_CRC), /footer: contradicts the header/],
  ['xz footer checksum', patch(xz, xz.length - 12, [0, 0]), /footer: CRC-32/],
  ['lzma declares 1 TB', patch(lzma, 5, DECLARED_1_TB), /declares 1099511627776 bytes.*limit/],
  ['lzma declares too little', patch(lzma, 5, [9, 0, 0, 0, 0, 0, 0, 0]), /lzma: /],
  ['lzma declares too much', patch(lzma, 5, [0, 0, 1, 0, 0, 0, 0, 0]), /declared end/],
  ['lzma data that ends wrong', patch(lzma, lzma.length - 1, [lzma[lzma.length - 1] ^ 1]), /ends with 00000001/],
  ['lzma data that starts wrong', patch(lzma, 13, [1]), /zero byte/],
  ['old joblib declares 1 TB', Buffer.from('ZF0x10000000000        \x78'), /declares 1099511627776 bytes.*limit/],
  ['old joblib declares no number', Buffer.from('ZF-1                  '), /hexadecimal/],
  [
    'old joblib declares too much',
    Buffer.concat([Buffer.from('ZF0x3'.padEnd(21)), deflateSync('N.')]), /2 bytes of content where the header says 3/
  ],
  ['zlib of another window', Buffer.from('\x78\x00'), /zlib says "incorrect header check"/]
]

t.test('says what is wrong with a file that was made to be wrong', async t => {
  for (const [name, bytes, message] of HOSTILE) {
    t.throws(() => openContainer(bytes, { maxBytes }), { name: 'ContainerError', message }, name)
  }
})

t.test('LZMA2 chunks start as much anew as they say', async t => {
  const firstChunk = (file: Buffer): Buffer => file.subarray(24, 24 + 6 + file.readUInt16BE(27) + 1)
  const runs = fixture('runs.xz')
  const chunk = firstChunk(runs)
  const once = openContainer(runs, { maxBytes }).payload
  // The same without the dictionary reset and the properties, whose byte it lacks.
  const stateReset = Buffer.from([chunk[0] & 0x1f | 0xa0, ...chunk.subarray(1, 5), ...chunk.subarray(6)])
  const decompress = (...chunks: Uint8Array[]): Uint8Array => {
    const out = new OutputBuffer('xz', maxBytes)
    const stream = Buffer.concat([...chunks, Buffer.from([0])])
    t.equal(decompressLzma2(stream, 0, out, 'xz'), stream.length)
    return out.bytes()
  }
  const twice = Buffer.concat([once, once])
  t.ok(twice.equals(decompress(chunk, chunk)), 'all')
  const model = firstChunk(fixture('joblib-3.xz'))
  const modelOnce = decompress(model)
  t.ok(Buffer.concat([modelOnce, modelOnce]).equals(decompress(model, model)), 'all, with another position and byte before')
  t.ok(twice.equals(decompress(chunk, stateReset)), 'the state')

  const storedAndReset = Buffer.from([0x01, 0, 0, 0])
  t.throws(() => decompress(chunk, storedAndReset, stateReset), { message: /no LZMA properties were set/ })
})

t.test('what grows without end is refused at the limit', async t => {
  const repeat = (bytes: Buffer, times: number): Buffer => Buffer.concat(Array<Buffer>(times).fill(bytes))
  const zeros = Buffer.alloc(1 << 25)
  const bombs: Record<string, Buffer> = {
    zlib: deflateSync(zeros),
    gzip: gzipSync(zeros),
    bz2: repeat(fixture('long.bz2'), 20),
    xz: repeat(fixture('long.xz'), 20),
    lzma: fixture('long.lzma'),
    lz4: lz4Frame(0x40, Array<Lz4Block>(500).fill(longMatch(250)))
  }
  for (const [container, bytes] of Object.entries(bombs)) {
    for (const limit of [1, 1000, 70_000, 900_000]) {
      const { error } = open(bytes, limit)
      t.match(error, { message: /the content is larger than the limit/ }, `${container}: ${limit}`)
    }
  }
})

t.test('dictionaries of 4 GB take no memory', async t => {
  const before = process.memoryUsage().arrayBuffers
  t.ok(open(patch(lzma, 1, [255, 255, 255, 255])).payload)
  t.ok(open(patch(xz, 16, [40], BLOCK_HEADER)).payload)
  t.ok(process.memoryUsage().arrayBuffers - before < 4_000_000)
})

t.test('the output grows as bytes come, up to the limit', async t => {
  const out = new OutputBuffer('x', 1_000_000)
  for (let written = 0; written < 1_000_000; written += 1000) {
    out.append(new Uint8Array(1000).fill(written / 1000))
    const allowed = Math.min(Math.max(2 * out.length, 65536), 1_000_000)
    if (out.buffer.length > allowed) t.fail(`${out.buffer.length} bytes for ${out.length}`)
  }
  t.ok(out.bytes().every((byte, i) => byte === Math.floor(i / 1000) % 256))
  t.throws(() => out.append(new Uint8Array(1)), ContainerError)
})

t.test('checksums as published', async t => {
  const digits = Buffer.from('123456789')
  t.equal(Buffer.from(crc64(digits)).readBigUInt64LE(), 0x995dc9bbdf1939fan)
  t.equal(xxh32(new Uint8Array(0)), 0x02cc5d05)
  t.equal(xxh32(Buffer.from('abc')), 0x32d153ff)
  t.equal(xxh32(Buffer.from('Nobody inspects the spammish repetition')), 0xe2293b2f)
})
