/** CityHash64 of text in UTF-8, version 1, which is what CatBoost knows a category by. */

const MASK = (1n << 64n) - 1n
const K0 = 0xc3a5c85c97cb3127n
const K1 = 0xb492b66fbe98f273n
const K2 = 0x9ae16a3b2f90404fn
const K3 = 0xc949d7c7509e6557n
/** The factor of `Hash128to64`. */
export const MIX = 0x9ddfea08eb382d69n
/** The factor of CatBoost's own hash of several numbers. */
export const COMBINE = 0x4906ba494954cb65n

const encoder = new TextEncoder()

const u64 = (x: bigint): bigint => x & MASK
const rotate = (x: bigint, by: bigint): bigint => u64((x >> by) | (x << (64n - by)))
const shiftMix = (x: bigint): bigint => x ^ (x >> 47n)

/** CityHash64 of the bytes. */
function hashBytes(bytes: Uint8Array): bigint {
  const n = bytes.length
  const length = BigInt(n)
  const view = new DataView(bytes.buffer, bytes.byteOffset, n)
  const fetch64 = (at: number): bigint => view.getBigUint64(at, true)
  const fetch32 = (at: number): bigint => BigInt(view.getUint32(at, true))
  if (n === 0) return K2
  if (n < 4) {
    const y = BigInt(bytes[0] + (bytes[n >> 1] << 8))
    const z = BigInt(n + (bytes[n - 1] << 2))
    return u64(shiftMix(u64(y * K2) ^ u64(z * K3)) * K2)
  }
  if (n <= 8) return hash128(length + (fetch32(0) << 3n), fetch32(n - 4))
  if (n <= 16) {
    const b = fetch64(n - 8)
    return hash128(fetch64(0), rotate(u64(b + length), length)) ^ b
  }
  if (n <= 32) {
    const a = u64(fetch64(0) * K1)
    const b = fetch64(8)
    const c = u64(fetch64(n - 8) * K2)
    const d = fetch64(n - 16) * K0
    return hash128(u64(rotate(u64(a - b), 43n) + rotate(c, 30n) + d), u64(a + rotate(b ^ K3, 20n) - c + length))
  }
  if (n <= 64) {
    const half = (start: number, first: bigint, z: bigint): [bigint, bigint] => {
      let a = u64(first)
      const b = rotate(u64(a + z), 52n)
      let c = rotate(a, 37n)
      a = u64(a + fetch64(start + 8))
      c += rotate(a, 7n)
      a = u64(a + fetch64(start + 16))
      return [u64(a + z), u64(b + rotate(a, 31n) + c)]
    }
    const [vf, vs] = half(0, fetch64(0) + (length + fetch64(n - 16)) * K0, fetch64(24))
    const [wf, ws] = half(n - 32, fetch64(16) + fetch64(n - 32), fetch64(n - 8))
    const r = shiftMix(u64((vf + ws) * K2 + (wf + vs) * K0))
    return u64(shiftMix(u64(r * K0 + vs)) * K2)
  }
  const weak = (at: number, first: bigint, second: bigint): [bigint, bigint] => {
    const z = fetch64(at + 24)
    let a = u64(first + fetch64(at))
    let b = rotate(u64(second + a + z), 21n)
    const c = a
    a = u64(a + fetch64(at + 8) + fetch64(at + 16))
    b += rotate(a, 44n)
    return [u64(a + z), u64(b + c)]
  }
  let x = fetch64(0)
  let y = fetch64(n - 16) ^ K1
  let z = fetch64(n - 56) ^ K0
  let v = weak(n - 64, length, y)
  let w = weak(n - 32, u64(length * K1), K0)
  z = u64(z + shiftMix(v[1]) * K1)
  x = u64(rotate(u64(z + x), 39n) * K1)
  y = u64(rotate(y, 33n) * K1)
  for (let at = 0; at < ((n - 1) & ~63); at += 64) {
    x = u64(rotate(u64(x + y + v[0] + fetch64(at + 16)), 37n) * K1)
    y = u64(rotate(u64(y + v[1] + fetch64(at + 48)), 42n) * K1)
    x ^= w[1]
    y ^= v[0]
    z = rotate(z ^ w[0], 33n)
    v = weak(at, u64(v[1] * K1), u64(x + w[0]))
    w = weak(at + 32, u64(z + w[1]), y)
    ;[z, x] = [x, z]
  }
  return hash128(u64(hash128(v[0], w[0]) + shiftMix(y) * K1 + z), u64(hash128(v[1], w[1]) + x))
}

function hash128(low: bigint, high: bigint): bigint {
  const a = shiftMix(u64((low ^ high) * MIX))
  return u64(shiftMix(u64((high ^ a) * MIX)) * MIX)
}

/** The low 32 bits of the text's hash as a signed integer: CatBoost's number of a category. */
export function hashCategory(text: string): number {
  return Number(BigInt.asIntN(32, hashBytes(encoder.encode(text))))
}

/** CatBoost's number of a row's place in several columns: their integers, each in 64 bits with its sign. */
export function combineHashes(numbers: readonly number[]): bigint {
  return numbers.reduce((hash, number) => u64(COMBINE * (hash + COMBINE * BigInt(number))), 0n)
}
