/** What would change an answer, over HTTP: as the library says, and true of the routes themselves. */
import t from 'tap'
import { readFileSync } from 'node:fs'
import { createWhatIf, type Cheapest, type Curve, type Nearest } from '../../../library/what-if.js'
import { loadEntries } from '../../../src/model/registry.js'
import { build, post, testConfig, type Answer } from '../../helpers/app.js'
import { checkDocument, documentOf } from '../../helpers/document.js'
import { makeDump, makeFolder, makeRegressorDump } from '../../helpers/dumps.js'
import { fakeEntries, GOOD_BODY } from '../../helpers/fake-model.js'
import { makeForest, makeStump } from '../../helpers/forests.js'

const entries = await loadEntries(testConfig().modelPath, ['recommend', 'churn'])

const CATEGORIES = { label: 1, thresholds: [0.3, 0.6], categories: ['LOW', 'MEDIUM', 'HIGH'] }

const RISKY = { ...GOOD_BODY, complaint_count: 4, monthly_spend: 20_000, plan_type: 'Prepaid', username: 'somebody' }

function openLibrary(name: string) {
  const { path } = entries.find(entry => entry.name === name) ?? {}
  return createWhatIf(JSON.parse(readFileSync(String(path), 'utf8')))
}

t.test('answers are the library\'s', async t => {
  const app = await build(t, {}, entries)
  const [churn, recommend] = [openLibrary('churn'), openLibrary('recommend')]
  const bounds = { monthly_spend: [10_000, 200_000] } as const
  for (const [url, asked, expected] of [
    ['/predict', { ask: 'nearest' }, churn.nearest(RISKY, CATEGORIES)],
    ['/predict', { ask: 'nearest', target: 'LOW', fixed: ['plan_type'], bounds }, churn.nearest(RISKY, { ...CATEGORIES, target: 'LOW', fixed: ['plan_type'], bounds })],
    ['/predict', { ask: 'cheapest', target: 'LOW', maxFields: 1 }, churn.cheapest(RISKY, { ...CATEGORIES, target: 'LOW', maxFields: 1 })],
    ['/predict', { ask: 'curve', field: 'monthly_spend', bounds }, churn.curve(RISKY, 'monthly_spend', { bounds: bounds.monthly_spend })],
    ['/models/churn', { ask: 'nearest' }, churn.nearest(RISKY)],
    ['/models/churn', { ask: 'nearest', ...CATEGORIES, fields: ['complaint_count'] }, churn.nearest(RISKY, { ...CATEGORIES, fields: ['complaint_count'] })],
    ['/recommend', { ask: 'nearest', fields: ['plan_type', 'topup_freq'] }, recommend.nearest(RISKY, { fields: ['plan_type', 'topup_freq'] })],
    ['/recommend', { ask: 'curve', field: 'plan_type' }, recommend.curve(RISKY, 'plan_type')]
  ] as const) {
    const response = await post(app, `${url}/what-if`, { row: RISKY, ...asked })
    t.equal(response.statusCode, 200, response.body)
    t.match(response.headers['content-type'], /^application\/json/)
    t.equal(response.body, `{"status":"success",${JSON.stringify(expected).slice(1)}`, `${url} ${JSON.stringify(asked)}`)
  }
})

t.test('what it says is true of /predict', async t => {
  const app = await build(t, {}, entries)
  const categoryOf = async (changes: object) => (await post(app, '/predict', { ...RISKY, ...changes })).json<Answer>().risk_category
  t.equal(await categoryOf({}), 'HIGH')
  const { now, fields } = (await post(app, '/predict/what-if', { row: RISKY, ask: 'nearest' })).json<Nearest>()
  t.equal(now, 'HIGH')
  let turns = 0
  for (const { field, up, down, values } of fields) {
    for (const { value, outcome } of [up, down, ...values].filter(one => one !== undefined)) {
      t.equal(await categoryOf({ [field]: value }), outcome)
      t.not(outcome, 'HIGH')
      turns++
    }
  }
  t.ok(turns > 0)
  const { changes = [], outcome } = (await post(app, '/predict/what-if', { row: RISKY, ask: 'cheapest', target: 'LOW' })).json<Cheapest>()
  t.equal(outcome, 'LOW')
  t.equal(await categoryOf(Object.fromEntries(changes.map(({ field, to }) => [field, to]))), 'LOW')
})

t.test('the limits of the settings count', async t => {
  for (const [settings, target, status] of [
    [{ riskMediumFrom: 0.1, riskHighFrom: 0.95 }, 'MEDIUM', 200], [{ riskMediumFrom: 0.5, riskHighFrom: 0.5 }, 'LOW', 200],
    [{ riskMediumFrom: 0.5, riskHighFrom: 0.5 }, 'MEDIUM', 400]
  ] as const) {
    const app = await build(t, settings, entries)
    const response = await post(app, '/predict/what-if', { row: RISKY, ask: 'nearest', target })
    t.equal(response.statusCode, status)
    const { risk_category: category } = (await post(app, '/predict', RISKY)).json<Answer>()
    if (status === 200) t.equal(response.json<Nearest>().now, category)
    else t.match(response.json<Answer>().errors, [{ field: 'target', expected: 'one of LOW, HIGH' }])
  }
})

t.test('questions that cannot be used', async t => {
  const app = await build(t, {}, entries)
  const row = GOOD_BODY
  for (const [body, field, expected] of [
    ['[]', 'body', /./], ['3', 'body', /./], ['null', 'body', /./], [{}, 'ask', 'curve, nearest, cheapest'], [{ row, ask: 'nearly' }, 'ask', /./],
    [{ ask: 'nearest' }, 'row', /./], [{ ask: 'nearest', row: [row] }, 'row', /./], [{ ask: 'nearest', row: {} }, 'row', /at least one/],
    [{ ask: 'nearest', row: { ...row, monthly_spend: 'x' } }, 'monthly_spend', /./],
    [{ ask: 'nearest', row: { ...row, complaint_count: -1 } }, 'complaint_count', /./],
    [{ ask: 'curve', row }, 'field', /./], [{ ask: 'curve', row, field: 'x' }, 'field', /one of the fields/],
    [{ ask: 'curve', row, field: 'monthly_spend', bounds: { topup_freq: [0, 1] } }, 'bounds', /for monthly_spend/],
    [{ ask: 'curve', row, field: 'monthly_spend', bounds: [0, 1] }, 'bounds', /./],
    [{ ask: 'curve', row, field: 'monthly_spend', bounds: {} }, 'bounds', /./],
    [{ ask: 'curve', row, field: 'monthly_spend', target: 'LOW' }, 'target', /none, or ask nearest or cheapest/],
    [{ ask: 'nearest', row, field: 'monthly_spend' }, 'field', /ask curve/], [{ ask: 'nearest', row, weights: {} }, 'weights', /ask cheapest/],
    [{ ask: 'nearest', row, bounds: { monthly_spend: [2, 1] } }, 'bounds.monthly_spend', /./],
    [{ ask: 'nearest', row, bounds: { constructor: [1, 2] } }, /./, /./], [{ ask: 'nearest', row, bounds: 1 }, 'bounds', /./],
    [{ ask: 'nearest', row, fixed: 'x' }, 'fixed', /./], [{ ask: 'nearest', row, fields: ['x'] }, 'fields[0]', /./],
    [{ ask: 'nearest', row, fixd: [] }, 'fixd', /is fixed meant/], [{ ask: 'nearest', row, target: 'low' }, 'target', 'one of LOW, MEDIUM, HIGH'],
    [{ ask: 'nearest', row, thresholds: [1] }, 'thresholds', /./], [{ ask: 'nearest', row, maxMs: 1e9 }, 'maxMs', /./],
    [{ ask: 'cheapest', row, maxWork: 1e9 }, 'maxWork', /./], [{ ask: 'cheapest', row, maxFields: 5 }, 'maxFields', /./],
    [{ ask: 'cheapest', row, weights: { monthly_spend: -1 } }, 'weights.monthly_spend', /./]
  ] as const) {
    const response = await post(app, '/predict/what-if', body)
    t.equal(response.statusCode, 400, JSON.stringify(body))
    t.match(response.json<Answer>().errors, [{ field, expected }], response.body)
  }
  const nested = `${'['.repeat(200_000)}${']'.repeat(200_000)}`
  for (const part of [`"bounds":${nested}`, `"target":${nested}`, `"fields":[${nested}]`]) {
    const response = await post(app, '/predict/what-if', `{"ask":"nearest","row":${JSON.stringify(row)},${part}}`)
    t.equal(response.statusCode, 400, part.slice(0, 10))
    t.match(response.json<Answer>().errors, [{ field: 'body', received: 'one nested too deep' }])
  }
  t.equal((await post(app, '/predict/what-if', 'x', { 'content-type': 'text/plain' })).statusCode, 415)
})

t.test('a model of numbers, and one of which nothing is known', async t => {
  const app = await build(t, {}, await loadEntries(makeFolder(t, { 'numbers.json': makeRegressorDump(), 'classes.json': makeDump() }), []))
  const ask = async (name: string, question: object) =>
    (await post(app, `/models/${name}/what-if`, { row: { f0: 0.25, f1: 2 }, ...question })).json<Curve & Nearest & Answer>()
  const { pieces } = await ask('numbers', { ask: 'curve', field: 'f0' })
  t.equal(pieces[0].from, -Number.MAX_VALUE)
  t.ok(pieces.some(({ answer }) => typeof answer?.value === 'number') && pieces.some(({ refused }) => refused !== undefined))
  t.match(await ask('numbers', { ask: 'nearest' }), { errors: [{ field: 'target' }] })
  t.match(await ask('numbers', { ask: 'nearest', target: [1e300, 1e301] }), { now: false, reached: false, fields: [], unproven: [] })
  t.match(await ask('classes', { ask: 'nearest', output: 1 }), { errors: [{ field: 'output' }] })
})

t.test('a question that takes too long', async t => {
  // A remainder has a step wherever it begins anew, and none of so many changes the answer.
  const names = Array.from({ length: 30 }, (_, i) => `x${i}`)
  const dump = makeDump({
    inputs: names.map(name => ({ name, type: 'number', minimum: 0, maximum: 1e6 })),
    steps: names.map(name => ({ op: 'derive', column: `${name} % 1e-3`, expression: ['%', name, 1e-3] })),
    golden: [{ input: Object.fromEntries(names.map(name => [name, 0])), values: [1, 0] }],
    model: makeForest(
      names.map((_, i) => makeStump({ feature: [i, -2, -2], threshold: [5e-4, -2, -2] })),
      { features: names.map(name => `${name} % 1e-3`) }
    )
  })
  const app = await build(t, {}, await loadEntries(makeFolder(t, { 'steps.json': dump }), []))
  const row = Object.fromEntries(names.map(name => [name, 0]))
  const late = await post(app, '/models/steps/what-if', { row, ask: 'nearest' })
  t.equal(late.statusCode, 422, late.body)
  t.equal(late.json<Answer>().message,
    'The question is too large: the answer takes longer than 1000 ms: ask about fewer fields, or with narrower bounds')
  const narrow = Object.fromEntries(names.map(name => [name, [0, 1e-3]]))
  t.equal((await post(app, '/models/steps/what-if', { row, ask: 'nearest', bounds: narrow })).statusCode, 200, 'its advice helps')
  const cheapest = await post(app, '/models/steps/what-if', { row, ask: 'cheapest' })
  t.equal(cheapest.statusCode, 200)
  t.match(cheapest.json(), { now: 'low', reached: false, proven: false }, 'the best until then')
  const { body } = await app.inject('/metrics')
  t.match(body, /recall_ml_rows_total\{model="steps",api="what_if",outcome="error"\} 1/)
})

t.test('an answer that is longer than anybody reads', async t => {
  const classes = Array.from({ length: 2000 }, (_, i) => i)
  const thresholds = Array.from({ length: 999 }, (_, i) => i + 0.5)
  const dump = makeDump({
    inputs: [{ name: 'f0', type: 'number', minimum: 0, maximum: 1000 }], outputs: [{ classes }],
    golden: [{ input: { f0: 0 }, values: classes.map(label => label === 0 ? 1 : 0) }],
    model: makeForest(
      thresholds.map((threshold, i) => makeStump({ threshold: [threshold, -2, -2], value: [0, i + 1] })),
      { features: ['f0'], nOutputs: classes.length }
    )
  })
  const app = await build(t, {}, await loadEntries(makeFolder(t, { 'wide.json': dump }), []))
  const question = { row: { f0: 0 }, ask: 'curve', field: 'f0' }
  const long = await post(app, '/models/wide/what-if', question)
  t.equal(long.statusCode, 422, long.body.slice(0, 300))
  t.match(long.json<Answer>().message, /^The question is too large: its answer has more than \d+ characters: narrow the bounds$/)
  t.equal((await post(app, '/models/wide/what-if', { ...question, bounds: { f0: [0, 3] } })).statusCode, 200, 'its advice helps')
})

t.test('a dump that is gone, and a question too many', async t => {
  const app = await build(t, { explainMaxRequests: 1 }, fakeEntries())
  const question = { row: GOOD_BODY, ask: 'nearest' }
  const both = await Promise.all([1, 2].map(async () => post(app, '/predict/what-if', question)))
  t.strictSame(both.map(({ statusCode }) => statusCode), [500, 503])
  t.match(both[0].json<Answer>().message, /churn\.json does not exist/)
  t.equal(both[1].headers['retry-after'], '1')
  t.equal((await post(app, '/predict/what-if', question)).statusCode, 500, 'there is room again')
  t.equal((await post(app, '/predict/what-if', { ...question, ask: 'x' })).statusCode, 400)
})

t.test('rows are counted, and the document has it all', async t => {
  const app = await build(t, {}, entries)
  const check = checkDocument(t, await documentOf(app))
  for (const question of [{ ask: 'nearest' }, { ask: 'cheapest', maxFields: 1 }, { ask: 'curve', field: 'plan_type' }]) {
    const body = { row: GOOD_BODY, ...question }
    check(body, 'PredictWhatIfQuestion')
    check(body, 'WhatIfChurnQuestion')
    check((await post(app, '/predict/what-if', body)).json(), 'WhatIf')
  }
  await post(app, '/predict/what-if', {})
  const { body } = await app.inject('/metrics')
  t.match(body, /recall_ml_rows_total\{model="churn",api="what_if",outcome="success"\} 3/)
  t.match(body, /recall_ml_rows_total\{model="churn",api="what_if",outcome="error"\} 1/)
})
