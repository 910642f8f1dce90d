/** SHA-256 (FIPS 180-4) where there is no Node.js: Web Crypto's answers come later, and a model is made at once. */
import type { Hash } from './hash-content.js'

/** Bytes of a block. */
const BLOCK = 64

/** First 32 bits of the fractions of the square roots of the first 8 primes, and of the cube roots of the first 64. */
const FRACTIONS_OF_SQUARE_ROOTS = Int32Array.of(
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
)
const FRACTIONS_OF_CUBE_ROOTS = Int32Array.of(
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
)

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
