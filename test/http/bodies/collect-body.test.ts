/** Bodies that are read whole: however they are cut, within their limits, counted, and told of once. */
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { PassThrough } from 'node:stream'
import { setImmediate as nextImmediate } from 'node:timers/promises'
import t from 'tap'
import type { FastifyRequest } from 'fastify'
import { collectBody } from '../../../src/http/bodies/collect-body.js'
import { InFlight } from '../../../src/http/bodies/in-flight.js'
import { pickSeed } from '../../helpers/forests.js'
import { cutAnywhere, randomBytes, seededRandom } from '../../helpers/random.js'

type Ending = { error: Error & { statusCode?: number, code?: string } } | { body: unknown }

interface Options {
  /** The header `content-length`. */
  length?: number
  limit?: number
  inFlight?: InFlight
  read?: (bytes: Buffer) => unknown
}

/** A request whose body is being read, with all that was said of its end. */
function begin(options: Options = {}) {
  const { length, limit = 100_000, inFlight = new InFlight(Infinity), read = bytes => Buffer.from(bytes) } = options
  const raw = new IncomingMessage(new Socket())
  if (length !== undefined) raw.headers['content-length'] = String(length)
  const response = new ServerResponse(raw)
  const request = { raw, response, countedBody: 0 } as unknown as FastifyRequest
  const payload = new PassThrough()
  const endings: Ending[] = []
  collectBody(request, payload, limit, inFlight, read, (error, body) => {
    endings.push(error === null ? { body } : { error })
  })
  return { payload, endings, request, response }
}

async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await nextImmediate()
}

async function send(pieces: Buffer[], options: Options = {}): Promise<Ending[]> {
  const { payload, endings } = begin(options)
  for (const piece of pieces) payload.write(piece)
  payload.end()
  await settle()
  return endings
}

t.test('any bytes, cut anywhere, announced or not, are the same bytes', async t => {
  const seed = pickSeed()
  t.comment(`seed ${seed}`)
  const random = seededRandom(seed)
  for (let round = 0; round < 100; round++) {
    const bytes = randomBytes(random(3000), random)
    const options = random(2) === 0 ? {} : { length: bytes.length }
    t.strictSame(await send(cutAnywhere(bytes, random), options), [{ body: bytes }], `round ${round}`)
  }
})

t.test('limits', async t => {
  const piece = (length: number) => Buffer.alloc(length, 'x')
  for (const pieces of [[piece(10)], [piece(4), piece(6)], Array.from({ length: 10 }, () => piece(1))]) {
    t.strictSame(await send(pieces, { limit: 10 }), [{ body: piece(10) }])
    t.strictSame(await send(pieces, { limit: 10, length: 10 }), [{ body: piece(10) }])
    const [ending, ...more] = await send(pieces, { limit: 9 })
    t.match(ending, { error: { statusCode: 413, code: 'FST_ERR_CTP_BODY_TOO_LARGE' } })
    t.strictSame(more, [], 'once')
  }
  const { payload, endings } = begin({ limit: 9, length: 10 })
  t.match(endings, [{ error: { statusCode: 413 } }], 'an announced one is refused before it is read')
  t.equal(payload.listenerCount('data'), 0)
})

t.test('a body that is not as long as announced', async t => {
  for (const length of [4, 6]) {
    t.match(await send([Buffer.from('abc'), Buffer.from('de')], { length }), [{ error: { statusCode: 400, code: 'FST_ERR_CTP_INVALID_CONTENT_LENGTH' } }])
  }
})

t.test('a body that breaks off', async t => {
  const { payload, endings } = begin()
  payload.write('abc')
  await settle()
  const error = new Error('aborted')
  payload.destroy(error)
  await settle()
  t.equal(endings.length, 1)
  t.match(endings, [{ error: { message: 'aborted', statusCode: 400 } }])
})

t.test('what comes after a refusal is not listened to', async t => {
  const { payload, endings } = begin({ limit: 3 })
  payload.write('abcd')
  await settle()
  t.match(endings, [{ error: { statusCode: 413 } }])
  for (const event of ['data', 'end', 'error']) t.equal(payload.listeners(event).filter(({ name }) => /^(add|end|fail)$/.test(name)).length, 0, event)
})

t.test('what reading the bytes throws is the error', async t => {
  const read = () => { throw Object.assign(new Error('not JSON'), { statusCode: 400 }) }
  t.match(await send([Buffer.from('abc')], { read }), [{ error: { message: 'not JSON', statusCode: 400 } }])
})

t.test('the memory that is held is counted, not the bytes that came', async t => {
  const counted: number[] = []
  class Recorder extends InFlight {
    override holdBody(request: FastifyRequest, bytes: number): void {
      counted.push(bytes)
      super.holdBody(request, bytes)
    }
  }
  const count = 5000
  const pieces = Array.from({ length: count }, () => Buffer.from('x'))
  await send(pieces, { inFlight: new Recorder(Infinity) })
  t.equal(counted.length, count)
  counted.forEach((bytes, i) => {
    if (bytes < i + 1) t.fail(`${bytes} bytes counted after ${i + 1}`)
  })
  t.ok(counted[0] >= 4096, 'the buffer is larger than the piece in it')
})

t.test('one that has no room is a 503, and leaves room', async t => {
  const inFlight = new InFlight(10_000)
  const oldest = begin({ inFlight })
  oldest.payload.write(Buffer.alloc(1000))
  const other = begin({ inFlight })
  for (let i = 0; i < 10_000; i++) other.payload.write(Buffer.of(i))
  await settle()
  t.match(other.endings, [{ error: { statusCode: 503 } }])
  t.equal(other.payload.listenerCount('data'), 0)
  oldest.payload.end(Buffer.alloc(50_000))
  await settle()
  t.match(oldest.endings, [{ body: Buffer }], 'the oldest gets through')
  other.response.emit('close')
  oldest.response.emit('close')
  const next = begin({ inFlight })
  const last = begin({ inFlight })
  for (const { payload } of [next, last]) payload.end(Buffer.alloc(4000))
  await settle()
  t.match([...next.endings, ...last.endings], [{ body: Buffer }, { body: Buffer }])
})

t.test('tiny pieces have their connection read in slices', async t => {
  for (const [count, isSliced] of [[255, false], [256, true]] as const) {
    const { payload, request, endings } = begin()
    for (let i = 0; i < count; i++) payload.write(Buffer.of(i))
    payload.end()
    await settle()
    t.match(endings, [{ body: Buffer }])
    t.equal(Object.hasOwn(request.raw.socket, 'push'), isSliced)
  }
})
