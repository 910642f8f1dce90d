/** Texts for golden rows: of the terms that a model asks for, alone, repeated and together. */
import type { Dump, Step } from '../../../src/dump/dump.js'
import { bucketOf, murmurHash } from '../../../src/pipeline/murmur-hash.js'
import { pickSpread } from './thresholds.js'
import { xorshift32 } from './xorshift.js'

type Vectorize = Extract<Step, { op: 'vectorize' }>

/** Terms of a vectorizer that texts are made of, and words that are tried to find some that are hashed to a bucket. */
const MOST_TERMS = 64
const MOST_WORDS = 20_000

/** Texts of several terms, and how many of them. */
const MIXED = 96
const MOST_MIXED = 12

/** @param input an input of texts */
export function listTexts({ steps }: Dump, input: string): string[] {
  const random = xorshift32(0x2545f491)
  const parts = steps.flatMap(step => step.op === 'vectorize' && step.column === input ? listTerms(step, random) : [])
  const words = [...new Set(parts)]
  const pick = () => words[Math.floor(random() * words.length)] ?? 'unheard'
  const mixed = Array.from({ length: MIXED }, () => {
    const count = 1 + Math.floor(random() * MOST_MIXED)
    return Array.from({ length: count }, pick).join(' ')
  })
  return [...new Set(['', ...words, ...words.slice(0, 8).map(word => `${word} ${word}`), ...mixed, 'Unheard of: ÀÉ ß Ω'])]
}

function listTerms(step: Vectorize, random: () => number): string[] {
  const { terms, buckets = 1, at } = step
  const spread = pickSpread(Float64Array.from(at), MOST_TERMS)
  if (terms !== undefined) return Array.from(spread, place => terms[place])
  const wanted = new Set(at)
  const found: string[] = []
  for (let i = 0; i < MOST_WORDS && found.length < MOST_TERMS; i++) {
    const word = makeWord(random)
    if (wanted.has(bucketOf(murmurHash(Buffer.from(step.analyzer === 'word' ? word : word.slice(0, step.ngrams[1]))), buckets))) found.push(word)
  }
  return found
}

function makeWord(random: () => number): string {
  const pick = (letters: string) => letters[Math.floor(random() * letters.length)]
  return Array.from({ length: 2 + Math.floor(random() * 4) }, (_, i) => pick(i % 2 === 0 ? 'bcdfghjklmnprstvw' : 'aeiou')).join('')
}
