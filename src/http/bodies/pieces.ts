/** Bytes that arrive in pieces, kept in memory of our own. */

/** Smallest buffer, in bytes. */
const SMALLEST = 4096

/**
 * Bytes put together from pieces. A single piece is kept as it came. From the second one on they are copied into one
 * buffer that doubles, since a piece may be a single byte, and a list of such takes hundreds of times as much.
 */
export class Pieces {
  length = 0
  private buffer: Buffer = EMPTY

  /** @param most bytes that there can be, where it is known: the buffer grows no larger */
  constructor(private readonly most = Infinity) {}

  /** Bytes of memory that it takes. */
  get capacity(): number {
    return this.buffer.length
  }

  add(piece: Buffer): void {
    const needed = this.length + piece.length
    if (this.length === 0 && this.buffer.length === 0 && ownsMemory(piece)) {
      this.buffer = piece
    } else {
      if (needed > this.buffer.length) this.grow(needed)
      piece.copy(this.buffer, this.length)
    }
    this.length = needed
  }

  /** All bytes so far. They may change with the next `add` after `clear`. */
  get bytes(): Buffer {
    return this.buffer.length === this.length ? this.buffer : this.buffer.subarray(0, this.length)
  }

  /** Forgets the bytes and keeps the memory. */
  clear(): void {
    this.length = 0
  }

  private grow(needed: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, Math.min(this.most, Math.max(SMALLEST, 2 * needed))))
    this.buffer.copy(grown, 0, 0, this.length)
    this.buffer = grown
  }
}

const EMPTY = Buffer.alloc(0)

/** Whether nobody else writes to a piece's memory, and it holds nothing else. */
function ownsMemory(piece: Buffer): boolean {
  return piece.length === piece.buffer.byteLength
}
