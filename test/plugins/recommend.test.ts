import t from 'tap'
import { InputError } from '../../src/model/types.js'
import { type Answer, build, post } from '../helpers/app.js'
import { fakeEntries, GOOD_BODY } from '../helpers/fake-model.js'

t.test('the answer', async t => {
  const probabilities = [0.1, 0.30000000000000004, 0.3]
  const app = await build(t, {}, fakeEntries({ probabilities, classes: ['A', 'B', 'C'] }))
  const response = await post(app, '/recommend', GOOD_BODY)
  t.equal(response.statusCode, 200)
  t.equal(
    response.body,
    '{"status":"success","offer_name":"B","confidence":0.30000000000000004,"offer_type":"AUTO_MAPPED"}',
    'the keys of the contract, every digit'
  )
})

t.test('digits of small and whole numbers', async t => {
  for (const confidence of [1, 0, 5e-324, 1e-7, 1 / 3, 0.9455]) {
    const app = await build(t, {}, fakeEntries({ probabilities: [confidence], classes: ['A'] }))
    const { confidence: answered } = (await post(app, '/recommend', GOOD_BODY)).json<Answer>()
    t.ok(Object.is(answered, confidence), String(confidence))
  }
})

t.test('labels that are no text', async t => {
  const app = await build(t, {}, fakeEntries({ probabilities: [0, 1], classes: [1, 2.5] }))
  t.equal((await post(app, '/recommend', GOOD_BODY)).json<Answer>().offer_name, '2.5')
})

t.test('defaulted fields are listed, and absent when there are none', async t => {
  const app = await build(t)
  const rest = { ...GOOD_BODY, complaint_count: undefined }
  const gaps = await post(app, '/recommend', { ...rest, monthly_spend: null, device_brand: 'Nokia' })
  t.strictSame(gaps.json<Answer>().defaulted, ['monthly_spend', 'complaint_count', 'device_brand'])
  t.notOk('defaulted' in (await post(app, '/recommend', GOOD_BODY)).json<Answer>())
})

t.test('an answer that is not a finite number is a 500', async t => {
  for (const bad of [NaN, Infinity]) {
    const predict = () => ({ values: Float64Array.of(bad), classIndexes: Int32Array.of(0), defaulted: undefined })
    const app = await build(t, {}, fakeEntries({ predict }))
    const response = await post(app, '/recommend', GOOD_BODY)
    t.equal(response.statusCode, 500)
    t.strictSame(response.json<Answer>(), { status: 'error', message: 'Internal server error', code: 'internal_error' })
  }
})

t.test('what the model refuses is a 400', async t => {
  const problem = { field: 'monthly_spend', expected: 'a number that fits', received: '1e308' }
  const app = await build(t, {}, fakeEntries({ predict: () => { throw new InputError([problem]) } }))
  const response = await post(app, '/recommend', GOOD_BODY)
  t.equal(response.statusCode, 400)
  t.strictSame(response.json<Answer>(), {
    status: 'error', message: 'monthly_spend: expected a number that fits, received 1e308', code: 'invalid_request', errors: [problem]
  })
})

t.test('a model that is not loaded', async t => {
  const [, churn] = fakeEntries()
  const missing = { name: 'recommend', path: '/x/recommend.json', model: undefined, reason: 'it is gone' }
  const app = await build(t, {}, [missing, churn])
  for (const body of [GOOD_BODY, '{', '']) {
    const response = await post(app, '/recommend', body)
    t.equal(response.statusCode, 500)
    t.equal(response.body, '{"status":"error","message":"Model not loaded","code":"model_not_loaded"}')
  }
  t.equal((await post(app, '/predict', GOOD_BODY)).statusCode, 200, 'the other one serves')
})

t.test('inputs with no fallback are required, those without a limit have none', async t => {
  const app = await build(t, {}, fakeEntries({
    inputs: [
      { name: 'a', type: 'number' },
      { name: 'b', type: 'number', maximum: 5, fallback: { missing: 1 } },
      { name: 'c/d~e', type: 'category', categories: ['x', 'y'], fallback: { missing: null } },
      { name: 'f', type: 'category', categories: ['v0', 'v1'], fallback: { unknown: 'v0' } },
      { name: 'toString', type: 'number' }
    ]
  }))
  t.equal((await post(app, '/recommend', { a: -1, 'f': 'anything', toString: 1 })).statusCode, 200)
  t.strictSame((await post(app, '/recommend', { a: null, b: 6, 'c/d~e': 'z' })).json<Answer>().errors.sort(byField), [
    { field: 'a', expected: 'a number', received: 'null' },
    { field: 'b', expected: 'a number of 5 or less, or null', received: 'the number 6' },
    { field: 'c/d~e', expected: 'one of "x", "y", or null', received: 'the text "z"' },
    { field: 'f', expected: 'text', received: 'nothing' },
    { field: 'toString', expected: 'a number', received: 'nothing' }
  ])
})

function byField(a: { field: string }, b: { field: string }): number {
  return a.field < b.field ? -1 : 1
}
