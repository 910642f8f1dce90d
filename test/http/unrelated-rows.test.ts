/** Rows with none of a model's fields: fallbacks alone would answer them with as much confidence as any other. */
import t from 'tap'
import { loadEntries } from '../../src/model/registry.js'
import { type Answer, build, LogCapture, post, testConfig } from '../helpers/app.js'
import { fakeEntry, fakeEntries } from '../helpers/fake-model.js'

const number = (name: string) => ({ name, type: 'number' as const, fallback: { missing: 0 } })
const several = fakeEntry('several', { inputs: ['age', 'monthly spend', 'plan'].map(number) })
const oneUsed = fakeEntry('one-used', { inputs: ['age', 'plan'].map(number), used: ['age'] })
const single = fakeEntry('single', { inputs: [number('age')] })

const EXPECTED = 'body: expected at least one of the model\'s fields "age", "monthly spend", "plan", received an object '

t.test('a lone row is a 400 that says what may be meant', async t => {
  const app = await build(t, {}, [...fakeEntries(), several, oneUsed, single])
  const cases: Array<[model: string, body: unknown, message: string | undefined]> = [
    ['several', {}, `${EXPECTED}without keys`],
    ['several', { foo: 1 }, `${EXPECTED}with "foo"`],
    ['several', { Age: 1, x: 2 }, `${EXPECTED}with "Age", "x"; write "age" for "Age"`],
    ['several', { monthly_spend: 1, paln: 2 }, `${EXPECTED}with "monthly_spend", "paln"; write "monthly spend" for "monthly_spend", "plan" for "paln"`],
    ['several', { data: { age: 1 } }, `${EXPECTED}with "data"; the fields are within "data": send them without it`],
    ['several', { instances: [{ age: 1 }] }, `${EXPECTED}with "instances"; the fields are within "instances": send them without it`],
    ['several', { ['k'.repeat(1000)]: 1 }, `${EXPECTED}with "${'k'.repeat(60)}..."`],
    ['several', JSON.parse('{"toString":1}'), `${EXPECTED}with "toString"`],
    ['several', { age: null }, undefined],
    ['several', { age: 1, x: 2 }, undefined],
    ['one-used', {}, 'body: expected at least one of the model\'s fields "age", received an object without keys'],
    ['one-used', { plan: 1 }, undefined],
    ['single', {}, undefined]
  ]
  for (const [model, body, message] of cases) {
    const response = await post(app, `/models/${model}/predict`, body)
    const name = JSON.stringify(body).slice(0, 80)
    t.equal(response.statusCode, message === undefined ? 200 : 400, name)
    if (message !== undefined) t.equal(response.json<Answer>().message, message, name)
  }
})

t.test('so is one of many', async t => {
  const app = await build(t, {}, [...fakeEntries(), several])
  const rows = [{ age: 1 }, { Age: 1 }, {}]
  const batch = await post(app, '/models/several/predict/batch', { instances: rows })
  t.strictSame(batch.json<{ failed: number[] }>().failed, [1, 2])
  const refused = await post(app, '/models/several/predict/batch?on_error=fail', { instances: rows })
  t.match(refused.json<Answer>().errors, [{ field: 'instances[1]' }, { field: 'instances[2]' }])
  const lines = rows.map(row => `${JSON.stringify(row)}\n`).join('')
  const stream = await post(app, '/models/several/predict/batch', lines, { 'content-type': 'application/x-ndjson' })
  t.strictSame(stream.body.trim().split('\n').map(line => (JSON.parse(line) as Answer).status), ['success', 'error', 'error'])
  for (const route of ['/recommend', '/predict']) {
    t.strictSame((await post(app, `${route}/batch`, { instances: [{}] })).json<{ failed: number[] }>().failed, [0], route)
  }
})

t.test('and a row of an inference', async t => {
  const app = await build(t, {}, [fakeEntry('unused', { used: ['sms_freq', 'plan_type'] })])
  const inputs = (name: string) => [{ name, shape: [2], datatype: 'FP64', data: [1, 0.5] }]
  t.equal((await post(app, '/v2/models/unused/infer', { inputs: inputs('sms_freq') })).statusCode, 200)
  const refused = await post(app, '/v2/models/unused/infer', { inputs: inputs('travel_score') })
  t.equal(refused.statusCode, 400)
  t.match(refused.json(), { error: /^row 0: expected at least one of the model's fields "sms_freq", "plan_type"/ })
})

t.test('the two routes of the contract answer, warn once a minute, and count', async t => {
  const log = new LogCapture()
  const app = await build(t, { logLevel: 'info' }, await loadEntries(testConfig().modelPath, ['recommend', 'churn']), log)
  for (let i = 0; i < 3; i++) {
    for (const body of [{}, { username: 'x' }, { data: { sms_freq: 1 } }, { engagement_score: 1 }]) {
      for (const route of ['/recommend', '/predict']) {
        const response = await post(app, route, body)
        t.equal(response.statusCode, 200)
        t.ok(response.json<Answer>().defaulted.length > 1)
      }
    }
  }
  const warnings = log.lines.filter(({ level, rows }) => level === 40 && rows !== undefined)
  t.match(warnings, [{ model: 'recommend', rows: 1 }, { model: 'churn', rows: 1 }])
  t.equal(warnings.length, 2)
  t.notMatch(log.text, 'engagement_score')
  const demonstrations = log.lines.filter(({ msg }) => String(msg).startsWith('a demonstration'))
  t.strictSame(demonstrations.map(({ model }) => model), ['recommend', 'churn'])
  const metrics = (await app.inject('/metrics')).body
  for (const model of ['recommend', 'churn']) t.match(metrics, `recall_ml_unrelated_rows_total{model="${model}"} 12\n`)
})
