/** SHA-256 (FIPS 180-4) where there is no Node.js: Web Crypto's answers come later, and a model is made at once. */
import type { Hash } from './hash-content.js'

/** Bytes of a block. */
const BLOCK = 64

/** First 32 bits of the fractions of the cube roots of the first 64 primes, and of the square roots of the first 8. */
const PRIMES = listPrimes(64)
const FRACTIONS_OF_CUBE_ROOTS = Int32Array.from(PRIMES, prime => fractionOf(Math.cbrt(prime)))
const FRACTIONS_OF_SQUARE_ROOTS = Int32Array.from(PRIMES.slice(0, 8), prime => fractionOf(Math.sqrt(prime)))

function listPrimes(count: number): number[] {
  const primes: number[] = []
  for (let n = 2; primes.length < count; n++) if (primes.every(prime => n % prime !== 0)) primes.push(n)
  return primes
}

/** Bits that a float64 has to spare: the last ones of a root do not matter. */
function fractionOf(root: number): number {
  return Math.floor((root % 1) * 2 ** 32)
}

export class Sha256 implements Hash {
  private readonly state = Int32Array.from(FRACTIONS_OF_SQUARE_ROOTS)
  private readonly block = new Uint8Array(BLOCK)
  private readonly view = new DataView(this.block.buffer)
  /** Scratch: the message schedule. */
  private readonly schedule = new Int32Array(BLOCK)
  /** Bytes that came, and of them those in the block. */
  private length = 0
  private filled = 0

  update(bytes: Uint8Array): this {
    this.length += bytes.length
    for (let i = 0; i < bytes.length;) {
      const piece = bytes.subarray(i, i + BLOCK - this.filled)
      this.block.set(piece, this.filled)
      this.filled += piece.length
      i += piece.length
      if (this.filled === BLOCK) this.compress()
    }
    return this
  }

  digest(): string {
    const bits = this.length * 8
    this.update(Uint8Array.of(0x80))
    // The length takes the last eight bytes of a block.
    if (this.filled > BLOCK - 8) this.update(new Uint8Array(BLOCK - this.filled))
    this.block.fill(0, this.filled)
    this.view.setUint32(BLOCK - 8, Math.floor(bits / 2 ** 32))
    this.view.setUint32(BLOCK - 4, bits >>> 0)
    this.compress()
    return Array.from(this.state, word => (word >>> 0).toString(16).padStart(8, '0')).join('')
  }

  private compress(): void {
    const { state, schedule: w, view } = this
    const k = FRACTIONS_OF_CUBE_ROOTS
    for (let t = 0; t < 16; t++) w[t] = view.getInt32(t * 4)
    for (let t = 16; t < 64; t++) {
      const x = w[t - 15]
      const y = w[t - 2]
      const s0 = (x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3
      const s1 = (y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10
      w[t] = (w[t - 16] + s0 | 0) + (w[t - 7] + s1 | 0) | 0
    }
    let a = state[0]
    let b = state[1]
    let c = state[2]
    let d = state[3]
    let e = state[4]
    let f = state[5]
    let g = state[6]
    let h = state[7]
    for (let t = 0; t < 64; t++) {
      const s1 = (e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)
      const t1 = ((h + s1 | 0) + (e & f ^ ~e & g) | 0) + (k[t] + w[t] | 0) | 0
      const s0 = (a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)
      const t2 = s0 + (a & b ^ a & c ^ b & c) | 0
      h = g
      g = f
      f = e
      e = d + t1 | 0
      d = c
      c = b
      b = a
      a = t1 + t2 | 0
    }
    state[0] += a
    state[1] += b
    state[2] += c
    state[3] += d
    state[4] += e
    state[5] += f
    state[6] += g
    state[7] += h
    this.filled = 0
  }
}
