/** Explained answers: the plain answer's bytes, then why, which adds up to what was answered. */
import t, { type Test } from 'tap'
import type { FastifyInstance } from 'fastify'
import type { TreeDump } from '../../../src/dump/dump.js'
import { loadEntries } from '../../../src/model/registry.js'
import { build, post, testConfig, type Answer } from '../../helpers/app.js'
import { checkDocument, documentOf } from '../../helpers/document.js'
import { makeDump, makeFolder, makeOutlierDump, makeRegressorDump, makeTwoOutputDump } from '../../helpers/dumps.js'
import { fakeEntries, GOOD_BODY } from '../../helpers/fake-model.js'
import { makeForest, makeStump, pickSeed } from '../../helpers/forests.js'
import { seededRandom } from '../../helpers/random.js'
import { answerOneByOne, randomRow } from '../../helpers/rows.js'

interface Factor {
  readonly fields: string[]
  readonly values: Record<string, unknown>
  readonly contribution: number
  readonly direction: string
  readonly defaulted?: boolean
  readonly phrase: string
}

interface Explanation {
  readonly space: string
  readonly label?: unknown
  readonly base: number
  readonly value: number
  readonly factors: Factor[]
  readonly rest: number
}

interface Explained extends Answer {
  readonly explanation: Explanation
  readonly offers: Array<{ offer_name: string, confidence: number }>
  readonly classes: unknown[]
  readonly probabilities: number[]
  readonly predictions: Explained[]
  readonly failed: number[]
  readonly line: number
}

const entries = await loadEntries(testConfig().modelPath, ['recommend', 'churn'])

/** An explanation is of this number, and its parts add up to it. */
function checkSum(t: Test, { base, value, factors, rest }: Explanation, answered: number): void {
  const sum = factors.reduce((total, { contribution }) => total + contribution, base + rest)
  if (!(Math.abs(sum - answered) < 1e-12 && Math.abs(value - answered) < 1e-12)) t.fail(`${sum}, ${value}, ${answered}`)
}

/** The bytes of the plain answer, when nothing was added to them. */
const plainOf = (body: string) => body.replace(/,"(?:offers|explanation)":.*\}(?=\}$)|,"offers":.*\](?=\}$)/, '')

t.test('every explained row has the bytes of the plain answer, and adds up', async t => {
  const seed = pickSeed()
  t.comment(`seed ${seed}`)
  const random = seededRandom(seed)
  const app = await build(t, {}, entries)
  const rows = Array.from({ length: 160 }, () => randomRow(random))
  for (const [route, explained, numberOf] of [
    ['/predict', '/predict?explain=3', (answer: Explained) => answer.risk_score],
    ['/recommend', '/recommend?explain=100&top=2', (answer: Explained) => answer.confidence],
    ['/models/churn/predict', '/models/churn/explain?label=0', (answer: Explained) => answer.probabilities[0]]
  ] as const) {
    const plain = await answerOneByOne(app, route, rows)
    let good = 0
    for (const [i, row] of rows.entries()) {
      const response = await post(app, explained, row)
      if (response.statusCode !== 200) {
        t.equal(response.body, plain[i])
        continue
      }
      good++
      t.equal(plainOf(response.body), plain[i])
      const answer = response.json<Explained>()
      checkSum(t, answer.explanation, numberOf(answer))
      if (route === '/predict') t.ok(answer.explanation.factors.length <= 3)
    }
    t.ok(good > 20, `${good} good rows of ${rows.length}`)
  }
})

t.test('many rows have the bytes of single ones, however they are sent', async t => {
  const seed = pickSeed()
  t.comment(`seed ${seed}`)
  const random = seededRandom(seed)
  const app = await build(t, {}, entries)
  const rows = Array.from({ length: 100 }, () => JSON.stringify(pickBody(random)))
  for (const [route, query] of [['/predict', 'explain=2'], ['/recommend', 'top=3&explain=1'], ['/recommend', 'top=3'], ['/models/recommend/explain', 'top=2']]) {
    const single: string[] = []
    for (const row of rows) single.push((await post(app, `${route}?${query}`, row)).body)
    const batch = await post(app, `${route}/batch?${query}`, `{"instances":[${rows.join(',')}]}`)
    const failed = single.flatMap((answer, i) => answer.startsWith('{"status":"error"') ? [i] : [])
    t.ok(failed.length > 5 && failed.length < 60, `${failed.length} bad rows`)
    t.equal(batch.body, `{"status":"success","predictions":[${single.join(',')}],"failed":[${failed.join(',')}]}`, `${route} ${query}`)
    const stream = await post(app, `${route}/batch?${query}`, rows.join('\n'), { 'content-type': 'application/x-ndjson' })
    const lines = stream.body.trimEnd().split('\n').map((line, i) => failed.includes(i) ? line.replace(/,"line":\d+\}$/, '}') : line)
    t.strictSame(lines, single)
  }
})

/** A body that is good, mostly. */
function pickBody(random: (below: number) => number): object {
  return { ...GOOD_BODY, complaint_count: random(5) === 0 ? -1 : random(5), monthly_spend: random(400_000) }
}

t.test('the language of phrases', async t => {
  const app = await build(t, {}, entries)
  const body = { ...GOOD_BODY, complaint_count: 4 }
  const ask = async (url: string, accepted?: string) => {
    const { headers, statusCode, ...response } = await post(app, url, body, accepted === undefined ? {} : { 'accept-language': accepted })
    t.equal(statusCode, 200)
    const { factors } = response.json<Explained>().explanation
    return [headers['content-language'], factors.find(({ fields }) => fields[0] === 'complaint_count')?.phrase]
  }
  const risk = [['en', 'complaint_count is 4: raises the risk'], ['id', 'complaint_count 4: menaikkan risiko']]
  for (const [accepted, expected] of [
    [undefined, 0], ['', 0], ['id', 1], ['id-ID,id;q=0.9,en;q=0.8', 1], ['in', 1], ['en;q=0.2, ID;q=0.3', 1], ['en,id', 0],
    ['id;q=0,en', 0], ['id;q=0', 0], ['fr,id;q=0.1', 1], ['*', 0], ['idx', 0], ['id;q=x', 0], [','.repeat(5000), 0]
  ] as const) t.strictSame(await ask('/predict?explain=9', accepted), risk[expected], String(accepted))
  t.strictSame(await ask('/recommend?explain=9', 'id'), ['id', 'complaint_count 4: menaikkan peluang Retention Offer'])
  t.strictSame(await ask('/models/churn/explain?label=0'), ['en', 'complaint_count is 4: lowers the probability of 0'])
})

t.test('a field that counted as its fallback is explained at that, and says so', async t => {
  const app = await build(t, {}, entries)
  const { defaulted, explanation: { factors } } = (await post(app, '/predict?explain=9', { plan_type: 'x' })).json<Explained>()
  t.ok(defaulted.includes('monthly_spend'))
  const factorOf = (name: string) => factors.find(({ fields }) => fields[0] === name)
  t.match(factorOf('monthly_spend'), {
    values: { monthly_spend: null }, defaulted: true, phrase: 'monthly_spend is missing, taken as 0 (IDR a month): raises the risk'
  })
  t.match(factorOf('plan_type')?.phrase, /^plan_type is x, taken as Postpaid: /)
  const own = (await post(app, '/predict?explain=9', {})).json<Explained>()
  t.ok(own.explanation.factors.length > 0, 'a row without any field is answered here, and explained')
  const long = (await post(app, '/predict?explain=9', { ...GOOD_BODY, plan_type: '\u{1f600}'.repeat(10_000) })).body
  t.ok(long.length < 4000, 'a long text is not repeated')
})

t.test('the best offers', async t => {
  const classes = ['a', 'b', 'c', 'd']
  const app = await build(t, {}, fakeEntries({ classes, probabilities: [0.1, 0.4, 0.1, 0.4] }))
  for (const [top, names] of [[1, ['b']], [3, ['b', 'd', 'a']], [100, ['b', 'd', 'a', 'c']]] as const) {
    const { offer_name: best, offers } = (await post(app, `/recommend?top=${top}`, GOOD_BODY)).json<Explained>()
    t.equal(best, 'b')
    t.strictSame(offers.map(({ offer_name: name }) => name), names)
  }
})

t.test('queries that cannot be used', async t => {
  const app = await build(t, {}, entries)
  const WHOLE = 'a whole number from 1 to 100'
  for (const [query, field, expected] of [
    ...['999999', '-1', '1e9', 'NaN', '0', '', '1.5', '+3', '%203', '0x10', '1'.repeat(400), 'true', '\u0663'].map(value =>
      [`explain=${encodeURIComponent(decodeURIComponent(value))}`, 'explain', WHOLE] as const),
    ['explain=1&explain=2', 'explain', WHOLE], ['explain[]=1', 'explain[]', 'explain in the query; is explain meant?'],
    ['explian=3', 'explian', 'explain in the query; is explain meant?'], ['__proto__=1&explain=1', '__proto__', 'explain in the query'],
    ['explain=1&constructor=1', 'constructor', 'explain in the query'], ['top=3&explain=1', 'top', 'explain in the query']
  ] as const) {
    const response = await post(app, `/predict?${query}`, GOOD_BODY)
    t.equal(response.statusCode, 400, query)
    t.match(response.json<Answer>().errors, [{ field: field.slice(0, 40), expected }], query)
  }
  for (const url of ['/predict/batch?explain=0', '/recommend/batch?explian=1', '/models/churn/predict/batch?onerror=fail']) {
    for (const type of ['application/json', 'application/x-ndjson']) {
      t.equal((await post(app, url, '{"instances":[]}', { 'content-type': type })).statusCode, 400, url)
    }
  }
  const many = Array.from({ length: 5000 }, (_, i) => `k${i}=1`).join('&')
  t.equal((await post(app, `/predict?${many}&explain=1`, GOOD_BODY)).json<Answer>().errors.length, 5)
  t.equal((await post(app, `/predict?${many}`, GOOD_BODY)).statusCode, 200, 'what proxies add has no effect')
  t.equal((await post(app, '/models/churn/explain?a=1', GOOD_BODY)).statusCode, 400)
  for (const [query, message] of [
    ['label=2', 'label: expected one of 0, 1, received the text "2"'], ['output=1', /output: expected a whole number from 0 to 0/],
    ['label=0&label=1', /label: expected a label, received the parameter 2 times/], ['top=0', /top: /]
  ] as const) {
    const response = await post(app, `/models/churn/explain?${query}`, GOOD_BODY)
    t.equal(response.statusCode, 400)
    t.match(response.json<Answer>().message, message)
  }
})

/** Models of a folder with these dumps. */
async function buildDumps(t: Test, dumps: Parameters<typeof makeFolder>[1]): Promise<FastifyInstance> {
  return build(t, {}, await loadEntries(makeFolder(t, dumps), []))
}

const weighted: Partial<TreeDump> = { missingGoToLeft: [1, 1, 1], weightedNNodeSamples: [10, 6, 4] }

t.test('models of every kind', async t => {
  const app = await buildDumps(t, {
    'numbers.json': { ...makeRegressorDump(), model: makeForest([makeStump({ ...weighted, value: [1.5, 0.1] })], {
      leaves: 'values', nOutputs: 1
    }) },
    'outliers.json': { ...makeOutlierDump(), model: makeForest([makeStump({ ...weighted, value: [1, 8] })], {
      estimator: 'IsolationForest', leaves: 'values', nOutputs: 1, aggregate: 'sum', link: { kind: 'isolation', denominator: 2, offset: -0.5 }
    }) },
    'two.json': { ...makeTwoOutputDump(), model: makeForest(
      [makeStump({ ...weighted, value: [[0, 1, 4, 1], [0, 0.25, 1, 0.75, 3, 0.5, 4, 0.5]] })], { leaves: 'values', nOutputs: 5 }
    ) },
    'flags.json': makeDump({ outputs: [{ classes: [false, true] }], model: makeForest([makeStump(weighted)]) }),
    'bare.json': makeDump()
  })
  const ask = async (name: string, query = '') => (await post(app, `/models/${name}/explain${query}`, { f0: 0.75, f1: 2 })).json<Explained>()
  t.match(await ask('numbers'), { explanation: { space: 'value', factors: [{ fields: ['f0'], phrase: 'f0 is 0.75: lowers the value' }] } })
  const outlier = (await ask('outliers')).explanation
  t.match(outlier, { space: 'mean path length', value: 8, factors: [{ phrase: 'f0 is 0.75: raises the path length' }] })
  t.notOk('label' in outlier)
  t.match((await ask('outliers', '?label=1')).errors, [{ field: 'label', expected: /^none/ }])
  t.match(await ask('two', '?output=1'), { explanation: { label: 2, value: 0.5 } })
  t.match(await ask('two', '?output=1&label=3'), { explanation: { label: 3, value: 0.5 } })
  t.match(await ask('two', '?output=0&label=3'), { errors: [{ field: 'label', expected: 'one of low, high' }] })
  t.match(await ask('flags', '?label=false'), { explanation: { label: false, value: 0 } })
  for (const [url, body] of [
    ['/models/bare/explain', { f0: 1, f1: 1 }], ['/models/bare/explain/batch', { instances: [] }],
    ['/models/bare/explain/batch', { instances: [{ f0: 1, f1: 1 }] }]
  ] as const) {
    const response = await post(app, url, body)
    t.equal(response.statusCode, 422, url)
    t.match(response.json<Answer>(), { status: 'error', message: /^The model has no exact explanation: its file does not say how many training rows/ })
  }
  const stream = await post(app, '/models/bare/explain/batch', '{"f0":1,"f1":1}\n', { 'content-type': 'application/x-ndjson' })
  t.equal(stream.statusCode, 422)
})

t.test('a dump that is gone, and a request too many', async t => {
  const app = await build(t, { explainMaxRequests: 1 }, fakeEntries())
  const response = await post(app, '/predict?explain=1', GOOD_BODY)
  t.equal(response.statusCode, 500)
  t.match(response.json<Answer>().message, /churn\.json does not exist/)
  const both = await Promise.all([1, 2].map(async () => post(app, '/predict?explain=1', GOOD_BODY)))
  t.strictSame(both.map(({ statusCode }) => statusCode), [500, 503])
  t.equal(both[1].headers['retry-after'], '1')
  t.match(both[1].json<Answer>().message, /send this one again in a second/)
  t.equal((await post(app, '/predict/batch?explain=1', { instances: [GOOD_BODY] })).statusCode, 500)
  t.equal((await post(app, '/predict', GOOD_BODY)).statusCode, 200, 'plain answers go on')
  t.equal((await post(app, '/recommend?top=1', GOOD_BODY)).statusCode, 200)
  t.equal((await post(app, '/predict?explain=1', GOOD_BODY)).statusCode, 500, 'there is room again')
})

t.test('rows are counted, and the document has it all', async t => {
  const app = await build(t, {}, entries)
  await post(app, '/predict?explain=1', GOOD_BODY)
  await post(app, '/predict', GOOD_BODY)
  await post(app, '/predict?explain=1', { sms_freq: 'x' })
  await post(app, '/predict/batch?explain=1', { instances: [GOOD_BODY, GOOD_BODY, 1] })
  await post(app, '/predict/batch?explain=1', `${JSON.stringify(GOOD_BODY)}\n1\n`, { 'content-type': 'application/x-ndjson' })
  const { body } = await app.inject('/metrics')
  const count = (api: string, outcome: string) =>
    Number(new RegExp(`recall_ml_rows_total\\{model="churn",api="${api}",outcome="${outcome}"\\} (\\d+)`).exec(body)?.[1])
  t.strictSame([count('explain', 'success'), count('explain', 'error')], [4, 2])
  t.strictSame(['single', 'batch', 'stream'].map(api => count(api, 'success') + count(api, 'error')), [2, 0, 0], 'a body that cannot be used is not explained')
  t.match(body, /^recall_ml_explanations_waiting 0$/m)

  const document = await documentOf(app)
  const check = checkDocument(t, document)
  check((await post(app, '/predict?explain=3', GOOD_BODY)).json(), 'PredictAnswer')
  check((await post(app, '/recommend?explain=3&top=2', {})).json(), 'RecommendAnswer')
  check((await post(app, '/models/churn/explain', GOOD_BODY)).json(), 'ExplainChurnAnswer')
})
