import { randomInt } from 'node:crypto'
import t from 'tap'
import { compileAnalyzer } from '../../src/pipeline/analyzer.js'
import { murmurHash } from '../../src/pipeline/murmur-hash.js'
import type { StepOf } from '../../src/dump/steps.js'
import { seededRandom } from '../helpers/random.js'

type Options = Pick<StepOf<'vectorize'>, 'analyzer' | 'ngrams'> & Partial<StepOf<'vectorize'>>

function listTerms(options: Options, text: string): string[] {
  const found: string[] = []
  const analysis = compileAnalyzer(options as StepOf<'vectorize'>)(text)
  analysis.forEachTerm((start, end) => {
    found.push(analysis.text.slice(start, end))
    return true
  })
  return found.sort()
}

/** As scikit-learn's documentation says it, one text after the other. */
function listPlainly(options: Options, text: string): string[] {
  const { analyzer, ngrams: [least, most], lowercase, accents, shortest = 2, stopWords = [] } = options
  let plain = lowercase === true ? text.toLowerCase() : text
  if (accents === 'ascii') plain = plain.normalize('NFKD').replace(/[^\x00-\x7f]/g, '')
  if (accents === 'unicode') plain = plain.normalize('NFKD').replace(/[\u0300-\u036f]/g, '')
  const found: string[] = []
  const cut = (parts: readonly string[], glue: string, n: number) => {
    for (let i = 0; i + n <= parts.length; i++) found.push(parts.slice(i, i + n).join(glue))
  }
  if (analyzer === 'word') {
    const words = plain.split(/[^\p{L}\p{N}_]+/u).filter(word => Array.from(word).length >= shortest && !stopWords.includes(word))
    for (let n = least; n <= most; n++) cut(words, ' ', n)
  } else {
    plain = plain.replace(/\s\s+/g, ' ')
    const groups = analyzer === 'char' ? [plain] : plain.split(/\s+/).filter(word => word !== '').map(word => ` ${word} `)
    for (const group of groups) {
      const characters = Array.from(group)
      if (analyzer === 'char_wb' && characters.length < least) found.push(group)
      else for (let n = least; n <= most; n++) cut(characters, '', n)
    }
  }
  return found.sort()
}

const ALPHABET = ['a', 'b', 'B', '_', '7', 'é', 'e\u0301', 'ﬁ', 'Ω', '한', '😀', ' ', ' ', '  ', '\t\n', '\u00a0', '\u3000', '-', '.', '\u0301\u0323']
const KINDS: readonly Options[] = [
  { analyzer: 'word', ngrams: [1, 1] }, { analyzer: 'word', ngrams: [1, 3], shortest: 1, lowercase: true },
  { analyzer: 'word', ngrams: [2, 2], shortest: 3, stopWords: ['abb', '777'] },
  { analyzer: 'word', ngrams: [1, 2], accents: 'ascii' }, { analyzer: 'char', ngrams: [1, 5] },
  { analyzer: 'char', ngrams: [3, 3], accents: 'unicode' }, { analyzer: 'char_wb', ngrams: [1, 4], lowercase: true },
  { analyzer: 'char_wb', ngrams: [3, 5], accents: 'ascii' }, { analyzer: 'char_wb', ngrams: [6, 6], accents: 'unicode' }
]

t.test('the terms that the plain way finds', async t => {
  const seed = randomInt(2 ** 31)
  t.comment(`seed ${seed}`)
  const random = seededRandom(seed)
  for (const options of KINDS) {
    for (let i = 0; i < 300; i++) {
      const text = Array.from({ length: random(30) }, () => ALPHABET[random(ALPHABET.length)]).join('')
      const [found, expected] = [listTerms(options, text), listPlainly(options, text)]
      if (JSON.stringify(found) !== JSON.stringify(expected)) {
        t.same(found, expected, JSON.stringify({ options, text }))
        return
      }
    }
  }
})

t.test('a term that is not taken is the last from its start', async t => {
  const starts: number[] = []
  compileAnalyzer({ analyzer: 'char', ngrams: [1, 3] } as StepOf<'vectorize'>)('abcd').forEachTerm((start, end) => {
    starts.push(start)
    return end - start < 2
  })
  t.same(starts, [0, 0, 1, 1, 2, 2, 3], 'terms of three characters are not asked for')
})

t.test('the hash of a part of the bytes is that of the part alone', async t => {
  const bytes = new TextEncoder().encode('abcdé-한😀xyz')
  for (let start = 0; start <= bytes.length; start++) {
    for (let end = start; end <= bytes.length; end++) {
      const [part, alone] = [murmurHash(bytes, start, end), murmurHash(bytes.slice(start, end))]
      if (part !== alone) t.equal(part, alone, `${start} to ${end}`)
    }
  }
})
