/** Connections of many tiny pieces are read in slices: the same bytes, and others have their turn in between. */
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { createServer as createHttpServer } from 'node:http'
import t, { type Test } from 'tap'
import { TinyPieces } from '../../../src/http/bodies/trickle.js'
import { nextSlice, SLICE_MS } from '../../../src/http/shared/slices.js'
import { pickSeed } from '../../helpers/forests.js'
import { RawClient } from '../../helpers/raw-client.js'
import { randomBytes, seededRandom } from '../../helpers/random.js'

/** Both ends of a connection. */
async function open(t: Test): Promise<{ client: Socket, server: Socket }> {
  const listening = createServer().listen(0, '127.0.0.1')
  await once(listening, 'listening')
  const address = listening.address()
  if (address === null || typeof address === 'string') throw new Error('it has no port')
  const client = connect(address.port, '127.0.0.1').on('error', () => undefined)
  const [server] = await once(listening, 'connection') as [Socket]
  t.teardown(() => {
    client.destroy()
    server.destroy()
    listening.close()
  })
  return { client, server }
}

/** What has come over a connection. */
class Received {
  readonly pieces: Buffer[] = []

  constructor(socket: Socket) {
    socket.on('data', (piece: Buffer) => this.pieces.push(Buffer.from(piece)))
  }

  get bytes(): Buffer {
    return Buffer.concat(this.pieces)
  }

  get longest(): number {
    return Math.max(...this.pieces.map(({ length }) => length))
  }
}

function addPieces(socket: Socket, count: number, length = 1): void {
  const tiny = new TinyPieces({ socket })
  for (let i = 0; i < count; i++) tiny.add(Buffer.alloc(length))
}

/** Takes longer than a slice may. */
function busy(): void {
  for (const until = performance.now() + 2 * SLICE_MS; performance.now() < until;);
}

const turn = async () => new Promise(resolve => setImmediate(resolve))

t.test('a connection that Node had stopped reading, past its stream, is read again', async t => {
  const { client, server } = await open(t)
  const received = new Received(server)
  // What Node does to pause a connection that its parser reads directly: the stream knows nothing of it.
  const { _handle: handle } = server as unknown as { _handle: { reading: boolean, readStop: () => void } }
  handle.reading = false
  handle.readStop()
  addPieces(server, 256)
  await turn()
  client.end('abc')
  await Promise.race([once(server, 'end'), new Promise(resolve => setTimeout(resolve, 2000))])
  t.equal(received.bytes.toString(), 'abc')
})

t.test('from many tiny pieces on it is read in slices, without loss', async t => {
  const seed = pickSeed()
  t.comment(`seed ${seed}`)
  const bytes = randomBytes(300_000, seededRandom(seed))
  const { client, server } = await open(t)
  const received = new Received(server)
  addPieces(server, 256)
  addPieces(server, 256)
  await turn()
  client.end(bytes)
  await once(server, 'end')
  t.ok(received.bytes.equals(bytes))
  t.ok(received.longest <= 512, `pieces of up to ${received.longest} bytes`)
})

t.test('what comes while slices wait is behind them, and so is the end', async t => {
  const { server } = await open(t)
  const received = new Received(server)
  addPieces(server, 256)
  await turn()
  const pushed = Object.getOwnPropertyDescriptor(server, 'push')?.value as unknown
  addPieces(server, 256)
  await turn()
  t.equal(Object.getOwnPropertyDescriptor(server, 'push')?.value, pushed, 'one queue a connection')
  const texts = ['a', 'b', 'c'].map(letter => letter.repeat(2000))
  for (const text of texts) server.push(Buffer.from(text))
  server.push(null)
  await once(server, 'end')
  t.equal(String(received.bytes), texts.join(''))
})

t.test('a few tiny pieces, and many longer ones, change nothing', async t => {
  for (const [count, length] of [[255, 1], [10_000, 64]]) {
    const { client, server } = await open(t)
    const received = new Received(server)
    addPieces(server, count, length)
    await turn()
    client.end(Buffer.alloc(100_000))
    await once(server, 'end')
    t.equal(received.bytes.length, 100_000)
    t.ok(received.longest > 512)
  }
  new TinyPieces({}).add(Buffer.of(1))
  for (const body of [{}, { socket: {} }]) {
    const tiny = new TinyPieces(body)
    for (let i = 0; i < 1000; i++) tiny.add(Buffer.of(1))
  }
  t.pass('nor does a request that was injected')
})

t.test('other long work has its turn between slices that take long', async t => {
  const { client, server } = await open(t)
  const slices: number[] = []
  let others = 0
  server.on('data', () => {
    slices.push(others)
    busy()
  })
  addPieces(server, 256)
  await turn()
  client.end(Buffer.alloc(20 * 512))
  const ended = once(server, 'end')
  let hasEnded = false
  void ended.then(() => { hasEnded = true })
  while (!hasEnded) {
    await nextSlice()
    others++
  }
  t.ok(slices.length >= 20)
  t.equal(new Set(slices).size, slices.length, `turns of the other before each slice: ${slices.join()}`)
})

t.test('a socket that is paused gets nothing until it goes on, and then all', async t => {
  const { client, server } = await open(t)
  const received = new Received(server)
  addPieces(server, 256)
  await turn()
  server.once('data', () => server.pause())
  client.end(Buffer.alloc(100_000, 'x'))
  await once(server, 'pause')
  for (let i = 0; i < 50; i++) await turn()
  const { length } = received.bytes
  t.ok(length + server.readableLength <= 1024, `${length} bytes, and ${server.readableLength} wait`)
  server.resume()
  await once(server, 'end')
  t.equal(received.bytes.length, 100_000)
})

t.test('a connection that is cut in the middle ends nothing else', async t => {
  const { client, server } = await open(t)
  const received = new Received(server)
  addPieces(server, 256)
  await turn()
  client.write(Buffer.alloc(100_000))
  server.once('data', () => server.destroy())
  await once(server, 'close')
  for (let i = 0; i < 20; i++) await turn()
  t.ok(received.bytes.length < 100_000)
})

t.test('requests of one-byte chunks, one after the other on a connection', async t => {
  const bodies: string[] = []
  /** Pieces by the turn in which they came. */
  const inTurn: number[] = []
  let turns = 0
  const server = createHttpServer((request, response) => {
    const tiny = new TinyPieces(request)
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => {
      tiny.add(piece)
      pieces.push(Buffer.from(piece))
      inTurn[turns] = (inTurn[turns] ?? 0) + 1
      if (pieces.length % 50 === 0) busy()
    })
    request.on('end', () => {
      bodies.push(Buffer.concat(pieces).toString())
      response.end(`${bodies.length}.`)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const client = await RawClient.connect((server.address() as { port: number }).port)
  const texts = [1, 2, 3].map(factor =>
    Array.from({ length: 15_000 }, (_, i) => String.fromCharCode(97 + (i * factor) % 26)))
  for (const text of texts) {
    const chunks = text.map(letter => `1\r\n${letter}\r\n`).join('')
    client.socket.write(`POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`)
  }
  while (bodies.length < 3) {
    await nextSlice()
    turns++
  }
  t.strictSame(bodies, texts.map(text => text.join('')))
  // What had been read before the first piece was seen is beyond help.
  let before = 0
  const later = inTurn.filter(count => {
    before += count
    return before - count >= 256
  })
  t.ok(Math.max(...later) <= 200, `up to ${Math.max(...later)} pieces a turn`)
  client.socket.destroy()
})
