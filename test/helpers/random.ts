/** Whole numbers by chance, and bytes cut by it. */
import { makeRandom } from './forests.js'

/** @returns a function that gives whole numbers from 0 to below its argument; the same ones for the same seed */
export function seededRandom(seed: number): (below: number) => number {
  const random = makeRandom(seed)
  return below => Math.floor(random() * below)
}

/** So many bytes of any value. */
export function randomBytes(length: number, random: (below: number) => number): Buffer {
  return Buffer.from(Uint8Array.from({ length }, () => random(256)))
}

/** Bytes in pieces of any length, in the middle of characters as well. */
export function cutAnywhere(bytes: Buffer, random: (below: number) => number): Buffer[] {
  const pieces: Buffer[] = []
  const longest = 1 + random(random(2) === 0 ? 10 : 2000)
  for (let at = 0; at < bytes.length;) {
    const end = at + 1 + random(longest)
    pieces.push(bytes.subarray(at, end))
    at = end
  }
  return pieces
}
