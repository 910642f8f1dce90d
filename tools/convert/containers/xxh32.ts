const P1 = 0x9e3779b1 | 0
const P2 = 0x85ebca77 | 0
const P3 = 0xc2b2ae3d | 0
const P4 = 0x27d4eb2f
const P5 = 0x165667b1

const rotate = (x: number, by: number): number => x << by | x >>> (32 - by)
const round = (lane: number, word: number): number => Math.imul(rotate(lane + Math.imul(word, P2) | 0, 13), P1)

/** The 32-bit xxHash of `bytes` with seed 0, unsigned: the checksum of LZ4 frames. */
export function xxh32(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = bytes.length
  let at = 0
  let hash = P5
  if (end >= 16) {
    let a = P1 + P2 | 0
    let b = P2
    let c = 0
    let d = -P1 | 0
    for (; at + 16 <= end; at += 16) {
      a = round(a, view.getInt32(at, true))
      b = round(b, view.getInt32(at + 4, true))
      c = round(c, view.getInt32(at + 8, true))
      d = round(d, view.getInt32(at + 12, true))
    }
    hash = rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18) | 0
  }
  // The length counts modulo 2^32, which is what | does to it.
  hash = hash + (end | 0) | 0
  for (; at + 4 <= end; at += 4) hash = Math.imul(rotate(hash + Math.imul(view.getInt32(at, true), P3) | 0, 17), P4)
  for (; at < end; at++) hash = Math.imul(rotate(hash + Math.imul(bytes[at], P5) | 0, 11), P1)
  hash = Math.imul(hash ^ hash >>> 15, P2)
  hash = Math.imul(hash ^ hash >>> 13, P3)
  return (hash ^ hash >>> 16) >>> 0
}
