/** Texts to numbers of their terms: CountVectorizer, TfidfVectorizer, HashingVectorizer. */
import { log } from '../arithmetic/libm-log.js'
import { DumpError } from '../dump/dump-error.js'
import { compileAnalyzer } from './analyzer.js'
import { checkCount } from './column-table.js'
import type { CompileStep } from './compile-step.js'
import { createFailure } from './create-failure.js'
import { bucketOf, murmurHash } from './murmur-hash.js'

export const compileVectorize: CompileStep<'vectorize'> = (step, { table, inputs, path }) => {
  const { column, terms, buckets, signed, binary, sublinear, idf, norm, descending, at, as } = step
  const source = table.slot(column, path)
  if (inputs.find(({ name }) => name === column)?.type !== 'text') throw new DumpError(`${path}.column`, 'expected an input of type "text"')
  if ((terms === undefined) === (buckets === undefined)) throw new DumpError(path, 'expected either terms or buckets')
  const width = terms?.length ?? buckets ?? 0
  if (idf !== undefined) checkCount(idf, width, `${path}.idf`)
  checkCount(at, as.length, `${path}.at`)
  if (at.some(place => place >= width)) throw new DumpError(`${path}.at`, `expected numbers below ${width}`)
  if (step.ngrams[0] > step.ngrams[1]) throw new DumpError(`${path}.ngrams`, 'expected the smaller number first')
  const places = new Map(terms?.map((term, place) => [term, place]))
  if (places.size !== (terms?.length ?? 0)) throw new DumpError(`${path}.terms`, 'duplicate term')
  const sources = table.sources(source)
  const fail = createFailure(sources, 'text in well-formed Unicode')
  const targets = as.map(name => table.add(name, sources, path))
  const slots = new Map(at.map((place, i) => [place, targets[i]]))
  const analyze = compileAnalyzer(step)
  const longest = terms?.reduce((most, term) => Math.max(most, term.length), 0) ?? 0
  return {
    reads: [source],
    writes: targets,
    refuses: sources,
    apply: (columns, row) => {
      const text = row[column] as string
      if (/\p{Surrogate}/u.test(text)) fail(row)
      const counts = new Map<number, number>()
      const count = (place: number, by: number) => counts.set(place, (counts.get(place) ?? 0) + by)
      const analysis = analyze(text)
      if (buckets !== undefined) {
        const { bytes, offsets } = encode(analysis.text)
        analysis.forEachTerm((start, end) => {
          const hash = murmurHash(bytes, offsets[start], offsets[end])
          count(bucketOf(hash, buckets), signed === true && hash < 0 ? -1 : 1)
          return true
        })
      } else {
        analysis.forEachTerm((start, end) => {
          if (end - start > longest) return false
          const place = places.get(analysis.text.slice(start, end))
          if (place !== undefined) count(place, 1)
          return true
        })
      }
      for (const target of targets) columns[target] = 0
      let sum = 0
      // scikit-learn's order of summation.
      const order = Int32Array.from(counts.keys()).sort()
      if (descending === true) order.reverse()
      const found = Array.from(order, place => {
        let value = binary === true ? 1 : counts.get(place) ?? 0
        if (sublinear === true) value = log(value) + 1
        if (idf !== undefined) value *= idf[place]
        sum += norm === 'l2' ? value * value : Math.abs(value)
        return { slot: slots.get(place), value }
      })
      const divisor = norm === undefined || sum === 0 ? 1 : norm === 'l2' ? Math.sqrt(sum) : sum
      for (const { slot, value } of found) if (slot !== undefined) columns[slot] = value / divisor
    }
  }
}

const encoder = new TextEncoder()

/** A text in UTF-8, and where each of its UTF-16 units begins there; a pair of surrogates has 2 of 4 bytes each. */
function encode(text: string): { bytes: Uint8Array, offsets: Int32Array } {
  const offsets = new Int32Array(text.length + 1)
  let at = 0
  for (let i = 0; i < text.length; i++) {
    offsets[i] = at
    const unit = text.charCodeAt(i)
    at += unit < 0x80 ? 1 : unit < 0x800 || (unit & 0xf800) === 0xd800 ? 2 : 3
  }
  offsets[text.length] = at
  return { bytes: encoder.encode(text), offsets }
}
