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
  for (const query of ['players=fields', 'interactions=true', 'explain=1', 'top=0']) {
    t.equal((await post(app, `/models/churn/compare?${query}`, { row: GOOD_BODY, reference: REFERENCE })).statusCode, 400, query)
  }
})
