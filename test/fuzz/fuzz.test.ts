/** Some mutated files and dumps, and hostile callers, always the same ones. `npm run fuzz` has as many as wanted. */
import t from 'tap'
import { readCorpus, FIXTURES } from '../../tools/fuzz/corpus.js'
import { fuzzFiles } from '../../tools/fuzz/files.js'
import { fuzz } from '../../tools/fuzz/fuzz.js'
import { listOpcodes } from '../../tools/fuzz/shared/mutate-pickle.js'

const SEED = 20
t.setTimeout(600_000)
const CASES = 800

for (const kind of ['files', 'recipes', 'dumps'] as const) {
  t.test(`mutated ${kind} are taken, or refused in the project's own words`, async t => {
    const { accepted, refused, findings } = await fuzz({ kind, seed: SEED, cases: [0, CASES], corpus: [], workers: 2 })
    t.strictSame(findings.map(({ number, fault }) => ({ number, ...fault })), [])
    t.equal(accepted + refused, CASES, `${CASES} cases of seed ${SEED}`)
    t.ok(accepted >= CASES / 50, `${accepted} taken: the mutations are not all too coarse`)
    t.ok(refused >= CASES / 2, `${refused} refused: nor too fine`)
  })
}

t.test('hostile callers harm nobody at the sockets of the service', async t => {
  const cases = 200
  const { accepted, refused, findings } = await fuzz({ kind: 'sockets', seed: SEED, cases: [0, cases], corpus: [], workers: 2 })
  t.strictSame(findings.map(({ number, fault }) => ({ number, ...fault })), [])
  t.equal(accepted + refused, cases, `${cases} cases of seed ${SEED}`)
  t.ok(accepted >= cases / 2, `${accepted} had requests whose answers were looked at`)
})

t.test('a case is the same each time, and differs from its file and from other cases', async t => {
  const corpus = await readCorpus([FIXTURES])
  const [once, again, other] = [1, 1, 2].map(seed => fuzzFiles(corpus, seed))
  let unchanged = 0
  for (let number = 0; number < 300; number++) {
    const { source, bytes } = once.make(number)
    t.ok(Buffer.from(bytes).equals(again.make(number).bytes), `case ${number}`)
    const { bytes: original, payload } = corpus.find(({ path }) => path === source) ?? corpus[0]
    if (Buffer.from(bytes).equals(original) || Buffer.from(bytes).equals(payload)) unchanged++
  }
  t.ok(unchanged < 30, `${unchanged} of 300 mutations changed nothing`)
  t.notOk(Buffer.from(once.make(0).bytes).equals(other.make(0).bytes), 'another seed')
})

t.test('pickles are read to their end, over the arrays of joblib', async t => {
  const pickles = (await readCorpus([FIXTURES])).filter(({ path }) => path.endsWith('.pkl'))
  t.ok(pickles.length > 100)
  const ends = pickles.filter(({ payload }) => listOpcodes(payload).at(-1)?.to === payload.length)
  t.ok(ends.length > 0.9 * pickles.length, `${ends.length} of ${pickles.length}`)
})
