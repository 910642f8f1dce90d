/** Answers beside a reference row's, and what else `/explain` may be asked: as the library has it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { createExplainer, createReferenceExplainer, type Explanation } from '../../../library/explain.js'
import { PACKAGE_ROOT } from '../../../src/config.js'
import { loadEntries } from '../../../src/model/registry.js'
import { build, post, testConfig, type Answer } from '../../helpers/app.js'
import { checkDocument, documentOf } from '../../helpers/document.js'
import { makeDump, makeFolder } from '../../helpers/dumps.js'
import { GOOD_BODY } from '../../helpers/fake-model.js'
import { makeForest, makeStump } from '../../helpers/forests.js'

const entries = await loadEntries(testConfig().modelPath, ['recommend', 'churn'])

const REFERENCE = { ...GOOD_BODY, complaint_count: 4, monthly_spend: 1000 }

const readDump = (name: string): unknown =>
  JSON.parse(readFileSync(join(PACKAGE_ROOT, 'model-json', `${name}.json`), 'utf8'))

/** What both have: numbers, and the factors that had an effect. */
const essence = ({ space, label, against, base, value, factors, rest }: Explanation) => ({
  space, label, against, base, value, rest, factors: factors.filter(({ contribution }) => contribution !== 0)
    .map(({ fields, column, contribution, main, interactions }) =>
      ({ fields, column, contribution, main, interactions }))
})

t.test('the plain answer, and the comparison that the library makes', async t => {
  const app = await build(t, {}, entries)
  for (const [name, query, options] of [
    ['churn', '', { top: 10 }], ['churn', '?top=1&label=0', { top: 1, label: 0 }],
    ['churn', '?label=1&against=0', { top: 10, label: 1, against: 0 }], ['recommend', '', { top: 10 }]
  ] as const) {
    const { body } = await post(app, `/models/${name}/compare${query}`, { row: GOOD_BODY, reference: REFERENCE })
    const plain = (await post(app, `/models/${name}/predict`, GOOD_BODY)).body
    t.ok(body.startsWith(`${plain.slice(0, -1)},"explanation":`), 'the bytes of the plain answer')
    const { explanation } = JSON.parse(body) as { explanation: Explanation }
    const expected = createReferenceExplainer(readDump(name)).explain(GOOD_BODY, { ...options, reference: REFERENCE })
    t.ok(expected.factors.length > 0)
    t.strictSame(essence(explanation), essence(expected), `${name} ${query}`)
  }
  const check = checkDocument(t, await documentOf(app))
  check((await post(app, '/models/churn/compare', { row: GOOD_BODY, reference: REFERENCE })).json(), 'ExplainChurnAnswer')
})

t.test('players, interactions and another class', async t => {
  const app = await build(t, {}, entries)
  const explainer = createExplainer(readDump('churn'))
  for (const [query, options] of [
    ['players=columns', { players: 'columns' }], ['interactions=true&top=100', { interactions: true }],
    ['label=1&against=0', { label: 1, against: 0 }], ['players=fields&interactions=false', {}]
  ] as const) {
    const answer = (await post(app, `/models/churn/explain?${query}`, GOOD_BODY)).json<{ explanation: Explanation }>()
    t.strictSame(essence(answer.explanation), essence(explainer.explain(GOOD_BODY, { top: 100, ...options })), query)
  }
  const one = (await post(app, '/models/churn/explain?interactions=true&top=1', GOOD_BODY)).json<{ explanation: Explanation }>()
  t.equal(one.explanation.factors[0].interactions?.length, 1, 'no more interactions are listed than factors')
  for (const [query, message] of [
    ['players=column', /^players: expected fields or columns/], ['interactions=1', /^interactions: expected true or false/],
    ['against=2', /^against: expected one of 0, 1/], ['label=1&against=1', /^against: expected another class/]
  ] as const) {
    const response = await post(app, `/models/churn/explain?${query}`, GOOD_BODY)
    t.equal(response.statusCode, 400, query)
    t.match(response.json<Answer>().message, message)
  }
})

t.test('a model without an explanation of its own', async t => {
  const app = await build(t, {}, await loadEntries(makeFolder(t, { 'bare.json': makeDump() }), []))
  const response = await post(app, '/models/bare/compare', { row: { f0: 1, f1: 1 }, reference: { f0: 0, f1: 1 } })
  t.match(response.json(), { explanation: { base: 0, value: 1, factors: [{ fields: ['f0'], contribution: 1 }], rest: 0 } })
})

t.test('the same row, and one with gaps, as reference', async t => {
  const app = await build(t, {}, await loadEntries(makeFolder(t, { 'bare.json': makeDump() }), []))
  const row = { f0: 1, f1: 1 }
  for (const [reference, base, fields] of [
    [row, 1, []], [{ f0: 0 }, 0, ['f0']], [{ f0: 0, f1: null }, 0, ['f0']]
  ] as const) {
    const response = await post(app, '/models/bare/compare', { row, reference })
    const { explanation: { base: found, value, factors, rest } } = response.json<{ explanation: Explanation }>()
    t.strictSame([found, value, factors.flatMap(one => one.fields), rest], [base, 1, fields, 0], response.body)
  }
  const refused = await post(app, '/models/bare/compare', { row, reference: { f1: 1 } })
  t.match(refused.json<Answer>().errors, [{ field: 'reference.f0', expected: 'a number', received: 'nothing' }])
})

t.test('numbers that are not finite are errors, and never null', async t => {
  const most = 1.7e308
  const stump = makeStump({ value: [most, -most], missingGoToLeft: [1, 1, 1], weightedNNodeSamples: [10, 6, 4] })
  const big = makeDump({
    task: 'regressor', outputs: [{}], golden: [{ input: { f0: 0.75, f1: 2 }, values: [-most] }],
    model: makeForest([stump], { estimator: 'DecisionTreeRegressor', leaves: 'values', nOutputs: 1 })
  })
  const app = await build(t, {}, await loadEntries(makeFolder(t, { 'big.json': big }), []))
  const [row, reference] = [{ f0: 0.75, f1: 1 }, { f0: 0.25, f1: 1 }]
  t.equal((await post(app, '/models/big/predict', row)).statusCode, 200)
  for (const [route, body] of [
    ['explain', row], ['explain?players=columns', row], ['explain?interactions=true', row], ['compare', { row, reference }]
  ] as const) t.equal((await post(app, `/models/big/${route}`, body)).statusCode, 500, route)
  const { failed, predictions } = (await post(app, '/models/big/explain/batch', { instances: [row, reference] }))
    .json<{ failed: number[], predictions: Array<{ explanation?: Explanation }> }>()
  t.strictSame(failed, [0])
  t.equal(predictions[1].explanation?.value, most, 'only the row whose numbers they are')
})

t.test('more fields that differ, and more players, than are taken', async t => {
  const names = Array.from({ length: 1001 }, (_, i) => `x${i}`)
  const rowOf = (differing: number) => Object.fromEntries(names.map((name, i) => [name, i < differing ? 1 : 0]))
  const makeWide = (width: number) => {
    const features = names.slice(0, width)
    const trees = features.map((_, i) => makeStump({ feature: [i, -2, -2], weightedNNodeSamples: [10, 6, 4] }))
    const inputs = features.map(name => ({ name, type: 'number' as const }))
    return makeDump({ inputs, golden: [{ input: rowOf(0), values: [1, 0] }], model: makeForest(trees, { features }) })
  }
  const app = await build(t, {}, await loadEntries(makeFolder(t, { 'wide.json': makeWide(1001), 'less.json': makeWide(1000) }), []))
  const many = await post(app, '/models/wide/compare?label=high', { row: rowOf(257), reference: rowOf(0) })
  t.equal(many.statusCode, 400)
  t.match(many.json<Answer>().errors, [{
    field: 'reference', expected: 'a row that differs in 256 fields at most', received: 'one that differs in 257'
  }])
  const { explanation } = (await post(app, '/models/less/compare?label=high&top=100', { row: rowOf(256), reference: rowOf(0) }))
    .json<{ explanation: Explanation }>()
  t.equal(explanation.factors.length, 100)
  t.ok(explanation.factors.every(({ standardError }) => Number.isFinite(standardError)), 'estimates')
  const wide = await post(app, '/models/wide/explain?interactions=true', rowOf(1))
  t.equal(wide.statusCode, 400)
  t.match(wide.json<Answer>().errors, [{ field: 'interactions', expected: /^false: 1001 players .* 1000 is the most/ }])
  const less = (await post(app, '/models/less/explain?interactions=true&top=2', rowOf(1))).json<{ explanation: Explanation }>()
  t.strictSame(less.explanation.factors.map(({ interactions }) => interactions?.length), [2, 2])
})

t.test('bodies and queries that cannot be used', async t => {
  const app = await build(t, {}, entries)
  for (const [body, field] of [
    ['null', 'body'], ['[]', 'body'], [GOOD_BODY, 'row'], [{ row: GOOD_BODY }, 'reference'], [{ row: 1, reference: REFERENCE }, 'row'],
    [{ row: GOOD_BODY, reference: null }, 'reference'], [{ row: GOOD_BODY, reference: {} }, 'reference'],
    [{ row: {}, reference: REFERENCE }, 'row'], [{ row: GOOD_BODY, reference: REFERENCE, x: 1 }, 'x'],
    [{ row: { ...GOOD_BODY, sms_freq: 'x' }, reference: REFERENCE }, 'row.sms_freq'],
    [{ row: GOOD_BODY, reference: { ...REFERENCE, sms_freq: 'x' } }, 'reference.sms_freq']
  ] as const) {
    const response = await post(app, '/models/churn/compare', body)
    t.equal(response.statusCode, 400, JSON.stringify(body))
    t.equal(response.json<Answer>().errors[0].field, field)
  }
  const both = await post(app, '/models/churn/compare', {
    row: { ...GOOD_BODY, sms_freq: 'x' }, reference: { ...REFERENCE, sms_freq: 'x', topup_freq: [] }
  })
  t.strictSame(both.json<Answer>().errors.map(({ field }) => field), ['row.sms_freq', 'reference.sms_freq', 'reference.topup_freq'])
  for (const query of ['players=fields', 'interactions=true', 'explain=1', 'top=0']) {
    t.equal((await post(app, `/models/churn/compare?${query}`, { row: GOOD_BODY, reference: REFERENCE })).statusCode, 400, query)
  }
})
