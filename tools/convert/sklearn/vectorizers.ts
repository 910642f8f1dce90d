/** CountVectorizer, TfidfVectorizer, HashingVectorizer and TfidfTransformer: a column of texts to many of numbers. */
import type { Step } from '../../../src/dump/steps.js'
import type { Located } from '../common/located.js'
import type { ConvertTransformer, TransformContext } from '../common/transformer.js'
import { Global } from '../pickle/values.js'
import { ENGLISH_STOP_WORDS } from './stop-words.js'

type Vectorize = Extract<Step, { op: 'vectorize' }>
type Weights = Pick<Vectorize, 'sublinear' | 'idf' | 'norm' | 'descending'>
type Analysis = Pick<Vectorize, 'analyzer' | 'ngrams' | 'lowercase' | 'accents' | 'shortest' | 'stopWords' | 'binary'>

/** Names of the transformers that read one column of texts. */
export const VECTORIZERS: ReadonlySet<string> = new Set(['CountVectorizer', 'HashingVectorizer', 'TfidfVectorizer'])

const OWN_FUNCTION = 'Functions are not executed: do what it does before the texts are sent, and fit again without it.'
const WORDS = /^(?:\(\?u\))?(?:\\b)?(?:((?:\\w)+)\+|\\w\{(\d{1,3}),\})(?:\\b)?$/

export const convertCountVectorizer: ConvertTransformer = (estimator, columns, context) => {
  checkDtype(estimator, /^numpy\.(u?int(32|64)|float(32|64))$|^builtins\.(int|float)$/)
  return pushTerms(estimator, columns, context, {})
}

export const convertTfidfVectorizer: ConvertTransformer = (estimator, columns, context) => {
  checkDtype(estimator, /^numpy\.float64$|^builtins\.float$/)
  return pushTerms(estimator, columns, context, readWeights(estimator.attr('_tfidf')))
}

/** `TfidfTransformer` right behind a vectorizer: what that counts is weighted. */
export const convertTfidfTransformer: ConvertTransformer = (estimator, columns, { frame }) => {
  const step = frame.steps.findLast(({ op }) => op === 'vectorize')
  if (step?.op !== 'vectorize' || step.norm !== undefined || step.idf !== undefined || step.signed === true ||
    step.as.length !== columns.length || step.as.some((name, i) => name !== columns[i])) {
    return estimator.fail('counts of a CountVectorizer right before it', 'Put a TfidfVectorizer in the place of both, and fit again.')
  }
  const weights = readWeights(estimator)
  if (weights.idf !== undefined && weights.idf.length !== columns.length) estimator.fail(`frequencies of ${columns.length} terms`)
  Object.assign(step, weights)
  return [...columns]
}

export const convertHashingVectorizer: ConvertTransformer = (estimator, columns, { frame }) => {
  checkDtype(estimator, /^numpy\.float64$|^builtins\.float$/)
  const buckets = estimator.attr('n_features').number()
  const signed = estimator.attr('alternate_sign').flag(true)
  const input = frame.readText(onlyColumn(estimator, columns), 'some text', estimator)
  const as = Array.from({ length: buckets }, (_, i) => frame.addColumn(`${input}_${i}`))
  frame.steps.push({
    op: 'vectorize', column: input, ...readAnalysis(estimator), buckets, ...(signed && { signed }),
    ...readNorm(estimator.attr('norm')), at: as.map((_, i) => i), as
  })
  frame.markSparse(as, true)
  // Terms of opposite signs add up to zeros that are stored.
  if (signed) frame.sparse.forget(as)
  return as
}

function pushTerms(
  estimator: Located, columns: readonly string[], { frame }: TransformContext, weights: Weights
): string[] {
  const vocabulary = estimator.attr('vocabulary_')
  const terms: string[] = []
  for (const { key, at } of vocabulary.entries()) terms[at.number()] = key.text()
  const count = vocabulary.entries().length
  if (terms.length !== count || Object.keys(terms).length !== count) vocabulary.fail('one term for each column')
  const input = frame.readText(onlyColumn(estimator, columns), terms.slice(0, 3).join(' '), estimator)
  const as = terms.map(term => frame.addColumn(`${input}_${term}`))
  if (weights.idf !== undefined && weights.idf.length !== count) estimator.attr('_tfidf').fail(`${count} frequencies`)
  frame.steps.push({
    op: 'vectorize', column: input, ...readAnalysis(estimator), terms, ...weights, at: terms.map((_, i) => i), as
  })
  frame.markSparse(as, true)
  return as
}

function onlyColumn(estimator: Located, columns: readonly string[]): string {
  return columns.length === 1 ? columns[0]
    : estimator.fail('one column of texts', 'In a ColumnTransformer, give each column of texts a vectorizer of its own, by its name.')
}

function checkDtype(estimator: Located, known: RegExp): void {
  const { value } = estimator.attr('dtype')
  if (value instanceof Global && !known.test(value.path)) estimator.attr('dtype').fail('numpy.float64', 'Fit it with dtype=numpy.float64.')
}

/** How a text is taken apart. What is a function of somebody's own cannot be said. */
function readAnalysis(estimator: Located): Analysis {
  const [analyzer, input, accents, pattern] = ['analyzer', 'input', 'strip_accents', 'token_pattern'].map(name => estimator.attr(name))
  if (input.value !== 'content') input.fail('"content"', 'Send the texts themselves.')
  for (const name of ['preprocessor', 'tokenizer']) {
    if (!estimator.attr(name).isNone) estimator.attr(name).fail('None', OWN_FUNCTION)
  }
  if (analyzer.value !== 'word' && analyzer.value !== 'char' && analyzer.value !== 'char_wb') {
    return analyzer.fail('"word", "char" or "char_wb"', OWN_FUNCTION)
  }
  if (!accents.isNone && accents.value !== 'ascii' && accents.value !== 'unicode') accents.fail('"ascii", "unicode" or None', OWN_FUNCTION)
  const [least, most] = estimator.attr('ngram_range').tuple(2).map(item => item.number())
  const isWords = analyzer.value === 'word'
  return {
    analyzer: analyzer.value,
    ngrams: [least, most],
    ...(estimator.attr('lowercase').flag(true) && { lowercase: true as const }),
    ...(!accents.isNone && { accents: accents.value as 'ascii' | 'unicode' }),
    ...(isWords && { shortest: readShortest(pattern) }),
    ...(isWords && readStopWords(estimator, most)),
    ...(estimator.attr('binary').flag(false) && { binary: true as const })
  }
}

/** How many letters make a word, of a pattern that says nothing else. */
function readShortest(pattern: Located): number {
  const [, repeated, least] = WORDS.exec(pattern.text()) ?? []
  if (repeated === undefined && least === undefined) {
    pattern.fail(String.raw`a pattern such as (?u)\b\w\w+\b or \b\w{3,}\b`, 'Other patterns are not run: fit it with one of these.')
  }
  return repeated === undefined ? Math.max(1, Number(least)) : repeated.length / 2
}

/** Words that are left out. Alone they are not among the terms of a vocabulary, but more words join without them. */
function readStopWords(estimator: Located, most: number): Pick<Vectorize, 'stopWords'> {
  const words = estimator.attr('stop_words')
  if (words.isNone || (most === 1 && estimator.attr('fixed_vocabulary_').value === false)) return {}
  if (words.value === 'english') return { stopWords: [...ENGLISH_STOP_WORDS] }
  return { stopWords: words.texts() }
}

/** @param tfidf the TfidfTransformer, which a TfidfVectorizer has too */
function readWeights(tfidf: Located): Weights {
  const inverse = tfidf.anyAttr('idf_', '_idf_diag')
  const idf = tfidf.attr('use_idf').value === false ? undefined : readIdf(inverse)
  return {
    ...(tfidf.attr('sublinear_tf').flag(false) && { sublinear: true as const }),
    ...(idf !== undefined && { idf: [...idf] }),
    ...readNorm(tfidf.attr('norm')),
    // The product with a diagonal matrix turned the columns round.
    ...(idf !== undefined && tfidf.attr('idf_').isNone && { descending: true as const })
  }
}

function readIdf(inverse: Located): Float64Array {
  // Before scikit-learn 1.4 it is the diagonal of a sparse matrix.
  const numbers = inverse.className === undefined ? inverse : inverse.attr('data')
  if (numbers.isNone) {
    inverse.fail('the inverse document frequencies', 'A .skops file of scikit-learn before 1.4 lacks them here: save the model by joblib.')
  }
  return numbers.floats(numbers.shape().reduce((size, n) => size * n, 1))
}

function readNorm(norm: Located): Pick<Vectorize, 'norm'> {
  if (norm.isNone) return {}
  return norm.value === 'l1' || norm.value === 'l2' ? { norm: norm.value } : norm.fail('"l1", "l2" or None')
}
