/** Connections whose bodies arrive in tiny pieces. */
import { Socket } from 'node:net'
import { nextSlice } from '../shared/slices.js'

/** A piece of a body shorter than this costs more than its bytes. */
const TINY = 64

/** So many of them on one connection are no accident of networks. */
const MANY = 256

/** Bytes of a connection that are read between two looks at the clock: a hundred tiny pieces. */
const SLICE_BYTES = 512

/**
 * Counts tiny pieces. Node reads 64 KiB of a connection at a time and hands over each chunk of a body in them by
 * itself: of one byte each there are ten thousand, which hold up everything for tens of milliseconds. From many tiny
 * pieces on, the connection is read in slices, which take turns with all other long work.
 */
export class TinyPieces {
  private count = 0

  /** @param body of a request, or what stands for one in tests */
  constructor(private readonly body: object) {}

  add(piece: Buffer): void {
    if (piece.length < TINY && ++this.count === MANY) readInSlices((this.body as { socket?: unknown }).socket)
  }
}

const sliced = new WeakSet<Socket>()

function readInSlices(socket: unknown): void {
  // An injected request has no real one.
  if (!(socket instanceof Socket) || sliced.has(socket)) return
  sliced.add(socket)
  // Later, since the connection's parser is at work.
  setImmediate(() => {
    if (!socket.destroyed) sliceReads(socket)
  })
}

/** Puts a queue before a socket's stream, which gives it to the parser. */
function sliceReads(socket: Socket): void {
  const push = socket.push.bind(socket)
  const read = socket._read.bind(socket)
  let queue: Buffer | undefined
  let hasEnded = false
  let isFeeding = false

  socket.push = (piece: Buffer | null) => {
    if (piece === null) hasEnded = true
    else queue = queue === undefined ? piece : Buffer.concat([queue, piece])
    if (!isFeeding) void feed()
    return false
  }
  socket._read = size => {
    if (queue === undefined && !hasEnded) read(size)
  }
  // Until somebody listens Node's parser reads the connection directly, past the stream.
  socket.on('data', () => undefined)
  // Where Node had paused the connection for its parser, the stream still counts as reading: nobody would read again.
  socket._read(0)

  async function feed(): Promise<void> {
    isFeeding = true
    while (queue !== undefined && !socket.destroyed) {
      // Whoever answers is behind, on this connection.
      if (socket.isPaused()) await resumes(socket)
      const until = await nextSlice()
      do {
        const slice: Buffer = queue.subarray(0, SLICE_BYTES)
        queue = slice.length < queue.length ? queue.subarray(SLICE_BYTES) : undefined
        push(slice)
      } while (queue !== undefined && performance.now() < until && !socket.isPaused() && !socket.destroyed)
    }
    isFeeding = false
    if (!hasEnded || socket.destroyed) return
    push(null)
    socket.read(0)
  }
}

function resumes(socket: Socket): Promise<void> {
  return new Promise(resolve => {
    const settle = () => {
      socket.off('resume', settle).off('close', settle)
      resolve()
    }
    socket.on('resume', settle).on('close', settle)
  })
}
