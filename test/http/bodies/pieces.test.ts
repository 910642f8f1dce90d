/** Bytes put together from pieces: the same bytes, in memory that nobody else writes to, and not much of it. */
import t from 'tap'
import { Pieces } from '../../../src/http/bodies/pieces.js'
import { pickSeed } from '../../helpers/forests.js'
import { cutAnywhere, randomBytes, seededRandom } from '../../helpers/random.js'

/** A buffer that nobody else has a part of. */
const own = (bytes: Buffer | string) => {
  const copy = Buffer.from(bytes)
  return Buffer.from(new Uint8Array(copy).buffer)
}

t.test('any bytes, cut anywhere, are the same bytes', t => {
  const seed = pickSeed()
  t.comment(`seed ${seed}`)
  const random = seededRandom(seed)
  const reused = new Pieces()
  for (let round = 0; round < 300; round++) {
    const bytes = randomBytes(random(20_000), random)
    const most = random(2) === 0 ? Infinity : bytes.length + random(5000)
    const fresh = new Pieces(most)
    reused.clear()
    for (const piece of cutAnywhere(bytes, random)) {
      // As Node does with what it reads: its memory is used again.
      const given = random(2) === 0 ? own(piece) : Buffer.concat([Buffer.of(1), piece, Buffer.of(2)]).subarray(1, -1)
      const isKept = fresh.length === 0 && given.length === given.buffer.byteLength
      fresh.add(given)
      reused.add(given)
      if (!isKept) given.fill(0xff)
      if (random(20) === 0) fresh.add(Buffer.alloc(0))
    }
    t.ok(fresh.bytes.equals(bytes), `round ${round}`)
    t.ok(reused.bytes.equals(bytes), `round ${round}, in memory of the rounds before`)
    t.equal(fresh.length, bytes.length)
    t.ok(fresh.capacity >= bytes.length && fresh.capacity <= Math.min(most, Math.max(4096, 4 * bytes.length)), `${fresh.capacity} bytes`)
  }
  t.end()
})

t.test('a piece that is alone in its memory is not copied, and one that is not is', t => {
  const alone = own('abc')
  const pieces = new Pieces()
  pieces.add(alone)
  t.equal(pieces.bytes.buffer, alone.buffer)
  t.equal(pieces.capacity, 3)
  pieces.add(own('d'))
  t.not(pieces.bytes.buffer, alone.buffer)
  t.equal(String(pieces.bytes), 'abcd')

  const shared = Buffer.from('xabcx').subarray(1, 4)
  const copied = new Pieces()
  copied.add(shared)
  shared.fill('-')
  t.equal(String(copied.bytes), 'abc')
  t.end()
})

t.test('pieces of one byte are copied a few times, and take about what they are', t => {
  const pieces = new Pieces()
  const buffers = new Set<ArrayBufferLike>()
  const count = 1_000_000
  for (let i = 0; i < count; i++) {
    pieces.add(Buffer.of(i))
    buffers.add(pieces.bytes.buffer)
  }
  t.equal(pieces.length, count)
  t.ok(pieces.capacity < 4 * count, `${pieces.capacity} bytes`)
  t.ok(buffers.size < 20, `${buffers.size} buffers`)
  t.ok(pieces.bytes.every((byte, i) => byte === (i & 0xff)))
  t.end()
})

t.test('it never takes more than there can be', t => {
  const pieces = new Pieces(5000)
  for (let i = 0; i < 5000; i++) pieces.add(Buffer.of(i))
  t.equal(pieces.capacity, 5000)
  const short = new Pieces(10)
  short.add(Buffer.of(1))
  short.add(Buffer.of(2))
  t.equal(short.capacity, 10)
  t.end()
})

t.test('cleared, it keeps its memory and nothing else', t => {
  const pieces = new Pieces()
  pieces.add(own('abc'))
  pieces.add(own('def'))
  const { capacity } = pieces
  const { buffer } = pieces.bytes
  pieces.clear()
  t.equal(pieces.length, 0)
  t.equal(pieces.bytes.length, 0)
  t.equal(pieces.capacity, capacity)
  const next = own('gh')
  pieces.add(next)
  t.equal(String(pieces.bytes), 'gh')
  t.equal(pieces.bytes.buffer, buffer)
  t.end()
})
