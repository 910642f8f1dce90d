/** The way back from hashes, of which each step has an inverse. */
import { COMBINE, MIX, hashCategory } from '../../../src/arithmetic/city-hash.js'

const MASK = (1n << 64n) - 1n
const LENGTH = 16n
/** Characters that need no escape anywhere. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]{8}$/
const MAX_TRIES = 200_000

/** Values that categories often have, the commonest first. */
const COMMON = [
  ...Array.from({ length: 1000 }, (_, i) => String(i)), '-1', 'nan', 'NaN', 'None', 'missing',
  'unknown', 'Unknown', 'other', 'Other', 'yes', 'no', 'Yes', 'No', 'True', 'False', 'true', 'false', 'male', 'female',
  'Male', 'Female', ...Array.from({ length: 52 }, (_, i) => String.fromCharCode(i < 26 ? 65 + i : 71 + i)), ''
]

/** The inverses of the hashes' factors. */
const UNMIX = invert(MIX)
const SEPARATE = invert(COMBINE)

let common: Map<number, string> | undefined

/**
 * A text that has a hash. A model keeps no more than hashes of the categories that it was trained on, and golden rows
 * have to reach what it knows of each of them: any text with the same hash is the same to CatBoost.
 * @returns a common word, or 16 characters; undefined when none were found
 */
export function findText(hash: number): string | undefined {
  common ??= new Map(COMMON.map(text => [hashCategory(text), text]))
  return common.get(hash) ?? makeText(hash)
}

/** Of 16 bytes the last eight are tried one after another, and the first eight follow from them. */
function makeText(hash: number): string | undefined {
  const low = BigInt(hash >>> 0)
  for (let i = 0n; i < MAX_TRIES; i++) {
    const last = `#${String(i).padStart(7, '0')}`
    const b = toNumber(last)
    const v = rotate((b + LENGTH) & MASK, LENGTH)
    const target = low ^ b
    // The upper half of the hash is free; of its values one is as good as another.
    const step2 = unmix((target * UNMIX) & MASK)
    const a2 = ((step2 * UNMIX) & MASK) ^ v
    const u = ((unmix(a2) * UNMIX) & MASK) ^ v
    const first = toText(u)
    if (PLAIN.test(first)) return hashCategory(first + last) === hash ? first + last : undefined
  }
  return undefined
}

function toNumber(text: string): bigint {
  return Buffer.from(text, 'latin1').readBigUInt64LE()
}

function toText(number: bigint): string {
  return String.fromCharCode(...Array.from({ length: 8 }, (_, i) => Number(number >> BigInt(8 * i) & 0xffn)))
}

function rotate(x: bigint, by: bigint): bigint {
  return ((x >> by) | (x << (64n - by))) & MASK
}

/** x of x ^ x >> 47. */
function unmix(x: bigint): bigint {
  return x ^ x >> 47n
}

/** The inverse of an odd number modulo 2 ** 64: each step doubles the bits that are right. */
function invert(odd: bigint): bigint {
  let inverse = odd
  for (let i = 0; i < 6; i++) inverse = (inverse * (2n - odd * inverse)) & MASK
  return inverse
}

/** The number of which `combineHashes` gives this for it alone; undefined when it is none of 32 bits. */
export function separateHash(hash: bigint): number | undefined {
  const number = BigInt.asIntN(64, hash * SEPARATE * SEPARATE)
  return number === BigInt.asIntN(32, number) ? Number(number) : undefined
}
