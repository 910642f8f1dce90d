/** What the digest of a dump is computed of, with any hash. Without modules of Node.js: browsers check dumps too. */
import { DumpError } from '../dump/dump-error.js'
import type { Dump } from '../dump/dump.js'
import { FIRST_VERSION_WITH_DIGEST } from '../dump/format.js'

/** SHA-256, of Node.js or another. */
export interface Hash {
  /** The bytes may be overwritten afterwards. */
  update(bytes: Uint8Array): unknown
  digest(encoding: 'hex'): string
}

/**
 * The hash of a dump's content, all but the digest itself. White space and the order of keys do not matter; each
 * number counts with its float64 bits, so that -0 is not 0.
 *
 * What is hashed is a sequence of float64s, little-endian, then all texts joined, in UTF-16. A number is itself.
 * Anything else is -Infinity, which JSON has no number for, a kind and, but for constants, a length, then what it
 * consists of: an object of its keys, sorted by their code units, each with its value after it. A text's code units are
 * with the other texts.
 * @param dump what JSON can hold; keys without a value are passed over
 * @param hash new, and of no use afterwards
 * @returns hexadecimal digits
 */
export function hashContent(dump: object, hash: Hash): string {
  const encoder = new Encoder(hash)
  encoder.object({ ...dump, digest: undefined })
  return encoder.finish()
}

/**
 * @param dump of the right shape
 * @param compute gives the digest of a dump
 * @throws DumpError when its content is not what its digest was computed of, or it lacks one that it should have
 */
export function checkDigestWith(dump: Dump, compute: (dump: Dump) => string): void {
  if (dump.digest === undefined && dump.formatVersion < FIRST_VERSION_WITH_DIGEST) return
  if (dump.digest === compute(dump)) return
  const change = dump.digest === undefined ? `missing, which dumps of format ${dump.formatVersion} have` : 'not that of the content'
  throw new DumpError(
    'digest',
    `${change}: the dump was changed after it was written. Convert the model again or, if the change is yours, ` +
    'say so with npm run seal -- FILE (recall-ml seal FILE)'
  )
}

const OTHER = -Infinity
const KIND = { null: 0, false: 1, true: 2, text: 3, array: 4, object: 5 } as const

/** Arrays that are known to be numbers, or infinities as text. */
const NODES: ReadonlySet<string> = new Set([
  'childrenLeft', 'childrenRight', 'feature', 'threshold', 'missingGoToLeft', 'weightedNNodeSamples'
])

/** Numbers that are hashed at once: 64 KiB. */
const CHUNK = 8192

class Encoder {
  private readonly words = new Float64Array(CHUNK)
  private length = 0
  private readonly texts: string[] = []

  constructor(private readonly hash: Hash) {}

  finish(): string {
    this.flush()
    this.hash.update(encodeText(this.texts.join('')))
    return this.hash.digest('hex')
  }

  object(value: Readonly<Record<string, unknown>>): void {
    const keys = Object.keys(value).filter(key => value[key] !== undefined).sort()
    this.begin(KIND.object, keys.length)
    for (const key of keys) {
      this.text(key)
      const item = value[key]
      if (NODES.has(key) && Array.isArray(item)) this.nodes(item)
      else this.value(item)
    }
  }

  private value(value: unknown): void {
    if (typeof value === 'string') this.text(value)
    else if (typeof value === 'number') this.number(value)
    else if (Array.isArray(value)) this.array(value)
    else if (typeof value === 'object' && value !== null) this.object(value as Record<string, unknown>)
    else this.begin(value === null ? KIND.null : value === true ? KIND.true : KIND.false)
  }

  /** Infinities, which JSON.parse makes of 1e999, are what they are as texts. */
  private number(value: number): void {
    if (Number.isFinite(value)) this.word(value)
    else this.text(String(value))
  }

  private text(value: string): void {
    this.begin(KIND.text, value.length)
    this.texts.push(value)
  }

  private array(values: readonly unknown[]): void {
    this.begin(KIND.array, values.length)
    for (const value of values) {
      if (typeof value === 'number') this.number(value)
      else this.value(value)
    }
  }

  /** The same, copied by the engine: most of a start is interpreted, and most of a dump is in here. */
  private nodes(values: readonly number[]): void {
    this.begin(KIND.array, values.length)
    for (let i = 0; i < values.length;) {
      if (this.length === CHUNK) this.flush()
      const piece = values.slice(i, i + CHUNK - this.length)
      const copy = this.words.subarray(this.length, this.length + piece.length)
      copy.set(piece)
      if (copy.includes(Infinity) || copy.includes(-Infinity)) for (const value of piece) this.value(value)
      else this.length += piece.length
      i += piece.length
    }
  }

  private begin(kind: number, length?: number): void {
    this.word(OTHER)
    this.word(kind)
    if (length !== undefined) this.word(length)
  }

  private word(value: number): void {
    if (this.length === CHUNK) this.flush()
    this.words[this.length++] = value
  }

  private flush(): void {
    const bytes = new Uint8Array(this.words.buffer, 0, this.length * 8)
    if (!IS_LITTLE_ENDIAN) reverseEach(bytes, 8)
    this.hash.update(bytes)
    this.length = 0
  }
}

/** UTF-16, little-endian. */
function encodeText(text: string): Uint8Array {
  const units = new Uint16Array(text.length)
  for (let i = 0; i < text.length; i++) units[i] = text.charCodeAt(i)
  const bytes = new Uint8Array(units.buffer)
  if (!IS_LITTLE_ENDIAN) reverseEach(bytes, 2)
  return bytes
}

const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/** Turns round the bytes of each value of so many. */
function reverseEach(bytes: Uint8Array, size: number): void {
  for (let i = 0; i < bytes.length; i += size) bytes.subarray(i, i + size).reverse()
}
