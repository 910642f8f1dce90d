/** Texts to terms, as scikit-learn's vectorizers take them apart: `\w` and `\s` are Python's. */
import type { StepOf } from '../dump/steps.js'

const SPACE = '[\\t-\\r\\x1c- \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]'
const SPACES = new RegExp(`${SPACE}{2,}`, 'g')
const BLANK = new RegExp(`${SPACE}+`)
const LETTER = '[\\p{L}\\p{N}_]'

/** A text of which each term is a piece. */
export interface Analysis {
  readonly text: string
  /** Hands on where each term begins and ends, as often as it is there. Stops growing one when `take` says false. */
  forEachTerm(take: (start: number, end: number) => boolean): void
}

/** @returns a function that takes a text apart, in time that grows with the text's length and that of its terms */
export function compileAnalyzer(
  { analyzer, ngrams: [least, most], lowercase, accents, shortest = 2, stopWords }: StepOf<'vectorize'>
): (text: string) => Analysis {
  // Without a look behind, each letter of a word that is too short would be tried as its first.
  const words = new RegExp(`(?<!${LETTER})${LETTER}{${shortest},}`, 'gu')
  const stops = new Set(stopWords)
  return given => {
    let text = lowercase === true ? given.toLowerCase() : given
    if (accents !== undefined) text = stripAccents(text, accents)
    if (analyzer === 'word') {
      const found = (text.match(words) ?? []).filter(word => !stops.has(word))
      const parts = new Parts(found.length)
      for (let i = 0, at = 0; i < found.length; i++) at = parts.add(at, at + found[i].length) + 1
      return { text: found.join(' '), forEachTerm: take => parts.join(least, most, take) }
    }
    text = text.replace(SPACES, ' ')
    // A word that is no longer than its terms is one, once.
    const groups = analyzer === 'char' ? [text] : text.split(BLANK).filter(word => word !== '').map(word => ` ${word} `)
    return {
      text: groups.join(''),
      forEachTerm: take => {
        let at = 0
        for (const group of groups) {
          const parts = new Parts(group.length)
          for (const character of group) at = parts.add(at, at + character.length)
          parts.join(analyzer === 'char' ? least : Math.min(least, parts.count), most, take)
        }
      }
    }
  }
}

/** Words or characters that stand one after the other. */
class Parts {
  private readonly starts: Int32Array
  private readonly ends: Int32Array
  count = 0

  constructor(most: number) {
    this.starts = new Int32Array(most)
    this.ends = new Int32Array(most)
  }

  /** @returns its end */
  add(start: number, end: number): number {
    this.starts[this.count] = start
    return this.ends[this.count++] = end
  }

  /** Terms of `least` to `most` parts. */
  join(least: number, most: number, take: (start: number, end: number) => boolean): void {
    const { starts, ends, count } = this
    for (let i = 0; i + least <= count; i++) {
      const last = Math.min(i + most, count)
      for (let end = i + least; end <= last; end++) if (!take(starts[i], ends[end - 1])) break
    }
  }
}

/**
 * `strip_accents`: compatibility decomposition, without what is not ASCII, or without what combines. Each character
 * alone: in a whole text combining characters change places, which for a long run of them takes time by its square,
 * and all of them are left out here anyway.
 */
function stripAccents(text: string, accents: 'ascii' | 'unicode'): string {
  return text.replace(/[^\x00-\x7f]/gu, character => Array.from(character.normalize('NFKD'))
    .filter(part => accents === 'ascii' ? part < '\x80' : !combines(part)).join(''))
}

/** Whether a character has a combining class: then it changes places with one of another class beside it. */
function combines(part: string): boolean {
  return !(`\u0301${part}`).normalize('NFD').startsWith('\u0301') || (`${part}\u0334`).normalize('NFD').startsWith('\u0334')
}
