import { gzipSync } from 'node:zlib'
import t from 'tap'
import { loadEntries } from '../../src/model/registry.js'
import { type Answer, build, LogCapture, post, testConfig } from '../helpers/app.js'
import { fakeEntries, GOOD_BODY } from '../helpers/fake-model.js'
import { pickSeed } from '../helpers/forests.js'
import { seededRandom } from '../helpers/random.js'
import { answerOneByOne, randomRow } from '../helpers/rows.js'

interface BatchAnswer {
  status: string
  predictions: Answer[]
  failed: number[]
}

const ROUTES = ['/recommend', '/predict', '/models/churn/predict']
const entries = await loadEntries(testConfig().modelPath, ['recommend', 'churn'])

t.test('a batch has the bytes of single answers', async t => {
  const seed = pickSeed()
  t.comment(`seed ${seed}`)
  const random = seededRandom(seed)
  const app = await build(t, {}, entries)
  for (const route of ROUTES) {
    // Text that is no JSON is not a row of a batch: it spoils the whole body.
    const rows = Array.from({ length: 300 }, () => randomRow(random)).filter(isJson)
    const expected = await answerOneByOne(app, route, rows)
    const failed = expected.flatMap((answer, i) => answer.startsWith('{"status":"error"') ? [i] : [])
    const whole = `{"status":"success","predictions":[${expected.join(',')}],"failed":[${failed.join(',')}]}`
    t.ok(failed.length > 20 && failed.length < rows.length - 20, `${failed.length} bad rows of ${rows.length}`)
    for (const body of [`{"instances":[${rows.join(',')}]}`, `{"parameters":1,"instances":[${rows.join(' , ')}]}`]) {
      const response = await post(app, `${route}/batch`, body)
      t.equal(response.statusCode, 200, route)
      t.equal(response.headers['content-type'], 'application/json; charset=utf-8')
      t.equal(response.body, whole)
    }
  }
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

t.test('rows that cannot be used', async t => {
  const app = await build(t)
  const instances = [GOOD_BODY, 5, { ...GOOD_BODY, sms_freq: 'x', travel_score: 7 }, [], null, GOOD_BODY]
  const { status, predictions, failed } = (await post(app, '/recommend/batch', { instances })).json<BatchAnswer>()
  t.equal(status, 'success')
  t.strictSame(failed, [1, 2, 3, 4])
  t.strictSame(predictions.map(answer => answer.status), ['success', 'error', 'error', 'error', 'error', 'success'])
  t.strictSame(predictions[2].errors.map(({ field }) => field), ['sms_freq', 'travel_score'])
  t.match(predictions[1].message, /^body: expected a JSON object, received the number 5$/)

  t.strictSame((await post(app, '/recommend/batch?on_error=continue', { instances })).json<BatchAnswer>().failed, failed)
  const refused = await post(app, '/recommend/batch?on_error=fail', { instances })
  t.equal(refused.statusCode, 400)
  t.strictSame(refused.json<Answer>().errors.map(({ field }) => field),
    ['instances[1]', 'instances[2].sms_freq', 'instances[2].travel_score', 'instances[3]', 'instances[4]'])
  t.match(refused.json<Answer>().message, /^instances\[1\]: expected a JSON object, received the number 5; instances\[2\]/)
  const fine = await post(app, '/recommend/batch?on_error=fail', { instances: [GOOD_BODY] })
  t.strictSame(fine.json<BatchAnswer>().failed, [])

  const many = await post(app, '/recommend/batch?on_error=fail', { instances: Array(5000).fill(0) })
  t.equal(many.statusCode, 400)
  t.equal(many.json<Answer>().errors.length, 101)
  t.match(many.json<Answer>().errors[100], { field: 'instances', received: '5000 that cannot: these are the first 100' })
})

t.test('a row is no longer than a request', async t => {
  const app = await build(t, { bodyLimitBytes: 1024 })
  const instances = [{ ...GOOD_BODY, a: 'x'.repeat(600) }, { ...GOOD_BODY, a: 'x'.repeat(1000) }, GOOD_BODY]
  const { predictions, failed } = (await post(app, '/recommend/batch', { instances })).json<BatchAnswer>()
  t.strictSame(failed, [1])
  t.match(predictions[1].message, /^body: expected a JSON object of at most 1024 bytes, received a longer one$/)
  const refused = await post(app, '/recommend/batch?on_error=fail', { instances })
  t.match(refused.json(), { errors: [{ field: 'instances[1]', received: 'a longer one' }] })
})

t.test('STRICT_INPUT holds for each row', async t => {
  const app = await build(t, { strictInput: true })
  const instances = [GOOD_BODY, { ...GOOD_BODY, sms_freq: null }, { ...GOOD_BODY, plan_type: 'Gold' }, {}]
  const { failed, predictions } = (await post(app, '/recommend/batch', { instances })).json<BatchAnswer>()
  t.strictSame(failed, [1, 2, 3])
  t.match(predictions[2].message, /^plan_type: expected one of "Postpaid", "Prepaid", received the text "Gold"$/)
})

t.test('bodies', async t => {
  const app = await build(t, { batchMaxRows: 3, batchBodyLimitBytes: 2000 })
  const row = JSON.stringify(GOOD_BODY)
  const body = (count: number) => `{"instances":[${Array(count).fill('{"sms_freq":1}').join(',')}]}`
  const cases: Array<[string, string | Buffer, number, RegExp, Record<string, string>?]> = [
    ['no rows', body(0), 200, /^\{"status":"success","predictions":\[\],"failed":\[\]\}$/],
    ['as many as are taken', body(3), 200, /"failed":\[\]/],
    ['one too many', body(4), 413, /instances has more than 3 rows, .*: send several batches, or one row per line as application\/x-nd/],
    ['too large', `{"instances":["${'x'.repeat(2000)}"]}`, 413, /larger than 2000 bytes, .*: send several batches/],
    ['a row alone', row, 400, /^.*"instances: expected a list of rows, received nothing"/],
    ['rows alone', `[${row}]`, 400, /body: expected a JSON object with a list/],
    ['no list', '{"instances":{}}', 400, /"instances: expected a list of rows, received an object with 0 keys"/],
    ['no JSON', '{"instances":[{}', 400, /text that is not JSON/],
    ['no JSON after good rows', '{"instances":[{},{}]', 400, /text that is not JSON/],
    ['empty', '', 400, /an empty body/],
    ['not UTF-8', Buffer.from([0x7b, 0xff]), 400, /not UTF-8/],
    ['a byte order mark', `\ufeff${body(1)}`, 200, /"failed":\[\]/],
    ['encoded', gzipSync(body(1)), 415, /Content-Encoding must be identity/, { 'content-encoding': 'gzip' }],
    ['another type', body(1), 415, /must be application\/json or application\/x-ndjson, received/, { 'content-type': 'text/plain' }],
    ['a type of JSON', body(1), 200, /"failed":\[\]/, { 'content-type': 'application/vnd.api+json' }]
  ]
  for (const [name, payload, status, answer, headers] of cases) {
    const response = await post(app, '/recommend/batch', payload, headers)
    t.equal(response.statusCode, status, name)
    t.match(response.body, answer, name)
  }
  const lines = await post(app, '/recommend', row, { 'content-type': 'application/x-ndjson' })
  t.equal(lines.statusCode, 415, 'a route of one row takes no lines')
  t.match(lines.json<Answer>().message, /must be application\/json, received/)
  for (const query of ['on_error=', 'on_error=Fail', 'on_error=fail&on_error=fail']) {
    const response = await post(app, `/recommend/batch?${query}`, body(1))
    t.equal(response.statusCode, 400, query)
    t.match(response.json<Answer>().errors, [{ field: 'on_error', expected: 'continue or fail' }])
  }
})

t.test('keys that could reach prototypes', async t => {
  const seen: object[] = []
  const app = await build(t, {}, fakeEntries({
    predict: row => {
      seen.push(row)
      return { values: Float64Array.of(0.1, 0.9), classIndexes: Int32Array.of(1), defaulted: undefined }
    }
  }))
  // What was asked for the examples of the document.
  seen.length = 0
  const row = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"a":{"__proto__":{"polluted":1}}}'
  for (const body of [`{"instances":[${row}]}`, `{"__proto__":1,"instances":[${row}]}`]) {
    t.equal((await post(app, '/recommend/batch', body)).statusCode, 200)
  }
  t.equal(seen.length, 2)
  for (const one of seen) {
    t.strictSame(Object.keys(one), ['a'])
    t.equal(Object.getPrototypeOf(one), Object.prototype)
  }
  t.notOk('polluted' in {})
})

t.test('a model that is not loaded, one that fails', async t => {
  const log = new LogCapture()
  const [recommend] = fakeEntries({
    predict: row => {
      throw new TypeError(`fell off a tree at ${String(row.username)}`)
    }
  })
  const churn = { name: 'churn', path: '/x/churn.json', model: undefined, reason: 'gone' }
  const app = await build(t, { logLevel: 'info' }, [recommend, churn], log)
  for (const type of ['application/json', 'application/x-ndjson', 'text/plain']) {
    const response = await post(app, '/predict/batch', '{', { 'content-type': type })
    t.equal(response.statusCode, 500)
    t.strictSame(response.json(), { status: 'error', message: 'Model not loaded', code: 'model_not_loaded' })
  }
  const instances = [{ username: 'MARKED' }, { username: 'MARKED' }]
  const response = await post(app, '/recommend/batch', { instances })
  const internal = { status: 'error', message: 'Internal server error', code: 'internal_error' }
  t.strictSame(response.json<object>(), { status: 'success', predictions: [internal, internal], failed: [0, 1] })
  t.equal(log.lines.filter(({ msg }) => msg === 'request failed').length, 1, 'said once')
  t.notMatch(log.text, 'MARKED')
})

t.test('what is counted', async t => {
  const app = await build(t)
  const lines = `${JSON.stringify({ ...GOOD_BODY, sms_freq: null })}\n5\n`
  await post(app, '/recommend/batch', { instances: [GOOD_BODY, { ...GOOD_BODY, sms_freq: null }, 5] })
  await post(app, '/recommend/batch', lines, { 'content-type': 'application/x-ndjson' })
  await post(app, '/recommend', GOOD_BODY)
  await post(app, '/recommend', '5')
  const text = (await app.inject('/metrics')).body
  const count = (api: string, outcome: string) =>
    Number(new RegExp(`^recall_ml_rows_total\\{model="recommend",api="${api}",outcome="${outcome}"\\} (\\d+)$`, 'm').exec(text)?.[1])
  t.strictSame(['batch', 'stream', 'single'].map(api => [count(api, 'success'), count(api, 'error')]), [[2, 1], [1, 1], [1, 1]])
  t.match(text, 'recall_ml_defaulted_fields_total{model="recommend",field="sms_freq"} 2\n')
  t.match(text, 'http_request_duration_seconds_count{method="POST",route="/recommend/batch",status="200"} 2\n')
})

t.test('a large batch lets other requests through', async t => {
  const app = await build(t, {}, entries)
  const instances = Array(10_000).fill(GOOD_BODY)
  let isRunning = true
  const batches = Promise.all([1, 2].map(() => post(app, '/recommend/batch', { instances }))).finally(() => {
    isRunning = false
  })
  let answered = 0
  while (isRunning) {
    await post(app, '/predict', GOOD_BODY)
    await new Promise(resolve => setImmediate(resolve))
    answered++
  }
  for (const batch of await batches) t.equal(batch.json<BatchAnswer>().predictions.length, 10_000)
  t.ok(answered > 20, `${answered} single requests were answered meanwhile`)
})
