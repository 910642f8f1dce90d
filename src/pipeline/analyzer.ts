/** Texts to terms, as scikit-learn's vectorizers take them apart: `\w` and `\s` are Python's. */
import type { StepOf } from '../dump/steps.js'

const SPACE = '[\\t-\\r\\x1c- \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]'
const SPACES = new RegExp(`${SPACE}{2,}`, 'g')
const BLANK = new RegExp(`${SPACE}+`)

/** @returns a function that hands on each term of a text, as often as it is there */
export function compileAnalyzer(
  { analyzer, ngrams: [least, most], lowercase, accents, shortest = 2, stopWords }: StepOf<'vectorize'>
): (text: string, take: (term: string) => void) => void {
  const words = new RegExp(`[\\p{L}\\p{N}_]{${shortest},}`, 'gu')
  const stops = new Set(stopWords)
  const cut = (parts: readonly string[], glue: string, short: boolean, take: (term: string) => void) => {
    for (let n = least; n <= most; n++) {
      if (n >= parts.length) {
        // A word that is no longer than its terms is one, once.
        if (short || n === parts.length) take(parts.join(glue))
        return
      }
      for (let i = 0; i + n <= parts.length; i++) take(n === 1 ? parts[i] : parts.slice(i, i + n).join(glue))
    }
  }
  return (text, take) => {
    let plain = lowercase === true ? text.toLowerCase() : text
    if (accents !== undefined) plain = stripAccents(plain, accents)
    if (analyzer === 'word') {
      const found: readonly string[] = plain.match(words) ?? []
      cut(found.filter(word => !stops.has(word)), ' ', false, take)
      return
    }
    plain = plain.replace(SPACES, ' ')
    if (analyzer === 'char') cut(Array.from(plain), '', false, take)
    else for (const word of plain.split(BLANK)) if (word !== '') cut(Array.from(` ${word} `), '', true, take)
  }
}

/** `strip_accents`: compatibility decomposition, without what is not ASCII, or without what combines. */
function stripAccents(text: string, accents: 'ascii' | 'unicode'): string {
  if (!/[^\x00-\x7f]/.test(text)) return text
  const parts = Array.from(text.normalize('NFKD'))
  return parts.filter(part => accents === 'ascii' ? part < '\x80' : !combines(part)).join('')
}

/** Whether a character has a combining class: then it changes places with one of another class beside it. */
function combines(part: string): boolean {
  return !(`\u0301${part}`).normalize('NFD').startsWith('\u0301') || (`${part}\u0334`).normalize('NFD').startsWith('\u0334')
}
