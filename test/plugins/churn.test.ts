import t from 'tap'
import { type Answer, build, post } from '../helpers/app.js'
import { fakeEntries, GOOD_BODY } from '../helpers/fake-model.js'

const below = (value: number) => value - Number.EPSILON / 4

t.test('the answer', async t => {
  const app = await build(t, {}, fakeEntries({}, { probabilities: [0.6457999999999999, 0.3542000000000001] }))
  const response = await post(app, '/predict', { ...GOOD_BODY, username: 'customer123' })
  t.equal(response.statusCode, 200)
  const four = '"status":"success","prediction":0,"risk_score":0.3542000000000001,"risk_category":"MEDIUM"'
  t.equal(response.body, `{${four},"result":{${four}}}`)
})

t.test('limits of prediction and category', async t => {
  const cases: Array<[number, 0 | 1, string]> = [
    [0, 0, 'LOW'], [below(0.3), 0, 'LOW'], [0.3, 0, 'MEDIUM'], [0.5, 0, 'MEDIUM'], [0.5000000000000001, 1, 'MEDIUM'],
    [below(0.6), 1, 'MEDIUM'], [0.6, 1, 'HIGH'], [1, 1, 'HIGH']
  ]
  for (const [score, prediction, category] of cases) {
    const app = await build(t, {}, fakeEntries({}, { probabilities: [1 - score, score] }))
    const answer = (await post(app, '/predict', GOOD_BODY)).json<Answer>()
    t.match(answer, { prediction, risk_score: score, risk_category: category }, String(score))
    t.match(answer.result, { status: 'success', prediction, risk_score: score, risk_category: category })
  }
})

t.test('limits from the configuration', async t => {
  const entries = fakeEntries({}, { probabilities: [0.85, 0.15] })
  const app = await build(t, { riskMediumFrom: 0.1, riskHighFrom: 0.2 }, entries)
  t.equal((await post(app, '/predict', GOOD_BODY)).json<Answer>().risk_category, 'MEDIUM')
  const high = await build(t, { riskMediumFrom: 0, riskHighFrom: 0 }, fakeEntries({}, { probabilities: [1, 0] }))
  t.equal((await post(high, '/predict', GOOD_BODY)).json<Answer>().risk_category, 'HIGH')
})

t.test('class 1 wherever it is, and whatever its type', async t => {
  for (const classes of [[1, 0], ['1', '0'], [true, false]]) {
    const app = await build(t, {}, fakeEntries({}, { classes, probabilities: [0.8, 0.2] }))
    t.equal((await post(app, '/predict', GOOD_BODY)).json<Answer>().risk_score, 0.8)
  }
})

t.test('a model with no class 1 is not served', async t => {
  const app = await build(t, {}, fakeEntries({}, { classes: ['stay', 'leave'] }))
  const response = await post(app, '/predict', GOOD_BODY)
  t.equal(response.statusCode, 500)
  t.equal(response.json<Answer>().message, 'Model not loaded')
  const ready = await app.inject('/health/ready')
  t.equal(ready.statusCode, 503)
  t.match(ready.json<Answer>().models[1].reason, /classes are \["stay","leave"\].*class 1/)
  t.equal((await post(app, '/recommend', GOOD_BODY)).statusCode, 200)
})

t.test('fields that the model does not use are checked but may be missing', async t => {
  const used = ['plan_type', 'device_brand', 'pct_video_usage', 'monthly_spend', 'travel_score', 'complaint_count']
  for (const strictInput of [false, true]) {
    const app = await build(t, { strictInput }, fakeEntries({}, { used }))
    const rest = { ...GOOD_BODY, sms_freq: undefined }
    const answer = await post(app, '/predict', rest)
    t.equal(answer.statusCode, 200)
    t.notOk('defaulted' in answer.json<Answer>())
    const refused = await post(app, '/predict', { ...GOOD_BODY, sms_freq: 'x' })
    t.equal(refused.json<Answer>().message, 'sms_freq: expected a number of 0 or more, or null, received the text "x"')
  }
})

t.test('defaulted comes after the result', async t => {
  const app = await build(t)
  const answer = (await post(app, '/predict', { ...GOOD_BODY, plan_type: 'Corporate' })).json<Answer>()
  t.strictSame(answer.defaulted, ['plan_type'])
  t.strictSame(Object.keys(answer.result), ['status', 'prediction', 'risk_score', 'risk_category'])
})
