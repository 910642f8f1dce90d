/** Vectorizers of texts and of dicts, option by option and within models, against what scikit-learn gives. */
import t from 'tap'
import { createModel } from '../../src/model/create-model.js'
import { InputError } from '../../src/model/types.js'
import { Located } from '../../tools/convert/common/located.js'
import { convert } from '../../tools/convert/convert.js'
import { ConvertError } from '../../tools/convert/errors/convert-error.js'
import { Dict, Global, Tuple, type Value } from '../../tools/convert/pickle/values.js'
import { compareFixture } from '../helpers/compare-fixture.js'
import { compareTransformers, convertAlone } from '../helpers/compare-transformers.js'
import { fixturePath } from '../helpers/fixtures.js'
import { instance } from '../helpers/instance.js'

const MODELS = ['tfidf', 'hashed', 'selected', 'columns', 'linear']

await compareTransformers(t, 'text', ['1.2', '1.6', '1.9'])

for (const version of ['1.2', '1.9']) {
  for (const name of MODELS) await t.test(`${version}: ${name}`, t => compareFixture(t, `text/${name}-${version}.pkl`))
}

const vocabulary = new Dict()
vocabulary.entries.set('price', 0).set('slow', 1)
const gap = new Dict()
gap.entries.set('price', 1)
const PLAIN = {
  analyzer: 'word', input: 'content', strip_accents: null, token_pattern: String.raw`(?u)\b\w\w+\b`, preprocessor: null,
  tokenizer: null, ngram_range: new Tuple([1, 1]), stop_words: null, fixed_vocabulary_: false, vocabulary_: vocabulary
}
const own = new Global('__main__', 'f')
own.opaque = true

/** What cannot be said exactly, and what the error must say. */
const REFUSED: Array<[what: string, options: Record<string, Value>, message: RegExp]> = [
  ['a pattern of its own', { token_pattern: '[a-z]+' }, /token_pattern: expected a pattern such as .*"\[a-z\]\+".*not run/s],
  ['a preprocessor', { preprocessor: new Global('numpy', 'nan') }, /preprocessor: expected None.*not executed/s],
  ['a preprocessor of the author', { preprocessor: own }, /preprocessor.*__main__\.f/],
  ['a tokenizer', { tokenizer: new Global('numpy', 'nan') }, /tokenizer: expected None.*not executed/s],
  ['an analyzer', { analyzer: new Global('numpy', 'nan') }, /analyzer: expected "word", "char" or "char_wb".*not executed/s],
  ['accents by a function', { strip_accents: new Global('numpy', 'nan') }, /strip_accents: expected "ascii", "unicode" or None/],
  ['texts in files', { input: 'filename' }, /input: expected "content"/],
  ['counts in a byte', { dtype: new Global('numpy', 'uint8') }, /dtype: expected numpy\.float64/],
  ['a vocabulary with a gap', { vocabulary_: gap }, /vocabulary_: expected one term for each column/]
]

for (const [what, options, message] of REFUSED) {
  t.test(`refused: ${what}`, async t => {
    const vectorizer = new Located(instance('sklearn.feature_extraction.text.CountVectorizer', { ...PLAIN, ...options }), 'model')
    t.throws(() => convertAlone(vectorizer, ['text']), { message })
    t.throws(() => convertAlone(vectorizer, ['text']), ConvertError)
  })
}

t.test('a vectorizer reads one column, and nothing else makes something of it', async t => {
  const count = instance('sklearn.feature_extraction.text.CountVectorizer', PLAIN)
  t.throws(() => convertAlone(new Located(count, 'model'), ['a', 'b']), /one column of texts.*a vectorizer of its own/s)
  const ordinal = instance('sklearn.preprocessing.OrdinalEncoder', { categories_: [['a', 'b']] })
  const both = (...parts: Value[]) => new Located(instance('sklearn.pipeline.FeatureUnion', {
    transformer_weights: null, transformer_list: parts.map((part, i) => new Tuple([`part${i}`, part]))
  }), 'model')
  t.throws(() => convertAlone(both(count, ordinal), ['text']), /categories in another column than "text"/)
  t.throws(() => convertAlone(both(ordinal, count), ['text']), /text as it is sent in "text"/)
})

t.test('weights that do not follow a vectorizer', async t => {
  const tfidf = instance('sklearn.feature_extraction.text.TfidfTransformer', { norm: 'l2', use_idf: false, sublinear_tf: false })
  t.throws(() => convertAlone(new Located(tfidf, 'model'), ['a', 'b']), /right before it.*TfidfVectorizer in the place of both/s)
})

t.test('a field that holds texts and numbers', async t => {
  const dict = instance('sklearn.feature_extraction.DictVectorizer', { separator: '=', feature_names_: ['a', 'a=x'], sparse: true })
  t.throws(() => convertAlone(new Located(dict, 'model'), ['a']), /feature_names_: expected texts or numbers in "a", not both/)
})

t.test('a dump keeps the terms that trees ask for, all where there is a norm, and texts among its golden rows', async t => {
  for (const [name, buckets] of [['tfidf', false], ['hashed', true], ['selected', false]] as const) {
    const [{ dump }] = await convert([fixturePath(`text/${name}-1.9.pkl`)])
    const step = dump.steps.find(({ op }) => op === 'vectorize')
    if (step?.op !== 'vectorize') throw new Error(`${name} has no vectorizer`)
    t.ok(step.as.length < 60, `${step.as.length} columns of ${name}`)
    t.equal(step.buckets === undefined, !buckets)
    if (step.terms !== undefined) t.equal(step.terms.length > step.as.length, step.norm !== undefined)
    t.strictSame(dump.inputs.map(({ name, type }) => [name, type]), [['text', 'text']])
    const texts = new Set(dump.golden.map(({ input }) => input.text))
    t.ok(texts.size > 10, `${texts.size} texts`)
    t.ok(new Set(dump.golden.map(({ values }) => values.join())).size > 5, 'they reach different leaves')
  }
})

t.test('texts are required, and text', async t => {
  const [{ dump }] = await convert([fixturePath('text/hashed-1.9.pkl')])
  const model = createModel(dump)
  for (const text of [undefined, null, 7, ['bad'], 'half a \ud800 pair']) t.throws(() => model.predict({ text }), InputError, String(text))
  t.doesNotThrow(() => model.predict({ text: '' }))
})
