/**
 * What would change an answer, as programs ask it: verified by the model, and refused in words where it cannot be
 * asked.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { createModel, type Answer } from '../../library/index.js'
import { createWhatIf, LateError, type CheapestOptions, type NearestOptions, type WhatIf } from '../../library/what-if.js'
import { PACKAGE_ROOT } from '../../src/config.js'
import type { Dump } from '../../src/dump/dump.js'
import type { Step } from '../../src/dump/steps.js'
import { sealDump } from '../../src/model/digest.js'
import { makeDump, makeOutlierDump, makeRegressorDump, makeTwoOutputDump } from '../helpers/dumps.js'
import { makeForest, makeRandom, makeStump, pickSeed } from '../helpers/forests.js'
import { Checked } from '../helpers/what-if.js'

const readDump = (name: string) => JSON.parse(readFileSync(join(PACKAGE_ROOT, 'model-json', `${name}.json`),
  'utf8')) as Dump

const RISK = { label: 1, thresholds: [0.3, 0.6], categories: ['LOW', 'MEDIUM', 'HIGH'] }
const riskOf = (answer: Answer | undefined) => {
  const score = answer?.probabilities?.[1]
  return score === undefined ? undefined : score >= 0.6 ? 'HIGH' : score >= 0.3 ? 'MEDIUM' : 'LOW'
}

t.test('nearest changes of random customers', async t => {
  const seed = pickSeed()
  t.comment(`TEST_SEED=${seed}`)
  const random = makeRandom(seed)
  const churn = new Checked(readDump('churn'), t, 'churn')
  const recommend = new Checked(readDump('recommend'), t, 'recommend')
  let turns = 0
  for (let i = 0; i < 20; i++) {
    const row = { ...churn.randomRow(random), monthly_spend: Math.round(2e5 * random()), pct_video_usage: random() }
    turns += churn.checkNearest(row, churn.whatIf.nearest(row, RISK), riskOf)
    turns += churn.checkNearest(row, churn.whatIf.nearest(row), answer => answer?.prediction)
    const other = { ...recommend.randomRow(random), monthly_spend: Math.round(2e5 * random()), travel_score: random() }
    if (i % 4 === 0) turns += recommend.checkNearest(other, recommend.whatIf.nearest(other), answer =>
      answer?.prediction)
  }
  t.ok(turns > 40, `${turns} turns`)
})

t.test('curves of the shipped models', async t => {
  const checked = new Checked(readDump('churn'), t, 'churn')
  const random = makeRandom(1)
  const row = checked.randomRow(random)
  for (const { name } of checked.dump.inputs) {
    const isWhole = ['sms_freq', 'topup_freq', 'complaint_count', 'monthly_spend'].includes(name)
    t.ok(checked.checkCurve(row, name, checked.listNumbers(name, random), isWhole && name !== 'sms_freq').exact)
  }
  const brands = checked.whatIf.curve(row, 'device_brand')
  t.strictSame(brands.pieces, [])
  t.strictSame(brands.values.map(({ value }) => value), ['Apple', 'Huawei', 'Oppo', 'Other', 'Realme', 'Samsung',
    'Vivo', 'Xiaomi', null, '?'])
  t.equal(brands.values.at(-1)?.unknown, true)
  const counted = checked.whatIf.curve(row, 'complaint_count', { bounds: [0.5, 7.5] })
  t.strictSame([counted.pieces[0].from, counted.pieces.at(-1)?.to], [1, 7], 'complaints are counted')
})

/** Two numbers and a category: `high` needs two of three. */
function makeVotes(steps: Step[] = [], column = 'a'): { dump: Dump, whatIf: WhatIf } {
  const stump = (feature: number, threshold: number) => makeStump({ feature: [feature, -2, -2],
    threshold: [threshold, -2, -2] })
  const dump: Dump = makeDump({
    inputs: [
      { name: 'a', type: 'number', minimum: 0, maximum: 10 }, { name: 'b', type: 'number', minimum: 0, maximum: 100 },
      { name: 'c', type: 'category', categories: ['x', 'y'] }
    ],
    steps,
    golden: [],
    model: makeForest([stump(0, 5.3), stump(1, 50.25), stump(2, 0.5)], { features: [column, 'b', 'c'] })
  })
  const input = { a: 1, b: 2, c: 'x' }
  const values = [1, 0]
  const sealed = sealDump({ ...dump, golden: [{ input, values }] })
  createModel(sealed)
  return { dump: sealed, whatIf: createWhatIf(sealed) }
}

t.test('the cheapest change, by hand', async t => {
  const { whatIf } = makeVotes()
  const row = { a: 1, b: 2, c: 'x' }
  t.strictSame(whatIf.nearest(row), { now: 'low', reached: false, fields: [], unproven: [] }, 'no field does it alone')
  const changesOf = (options?: CheapestOptions) => {
    const { changes, proven } = whatIf.cheapest(row, options)
    return { changes: changes?.map(({ field, to }) => [field, to]), proven }
  }
  t.strictSame(changesOf(), { changes: [['a', 5.3], ['b', 51]], proven: true })
  t.strictSame(changesOf({ fixed: ['b'] }), { changes: [['a', 5.3], ['c', 'y']], proven: true })
  t.strictSame(changesOf({ weights: { c: 0.1, a: 1 } }), { changes: [['b', 51], ['c', 'y']], proven: true })
  t.strictSame(changesOf({ bounds: { a: [0, 5] } }), { changes: [['b', 51], ['c', 'y']], proven: true })
  t.strictSame(changesOf({ maxFields: 1 }), { changes: undefined, proven: true })
  t.strictSame(changesOf({ maxWork: 1 }), { changes: undefined, proven: false })
  t.match(whatIf.cheapest(row, { target: 'low' }), { now: 'low', reached: true, proven: true, changes: undefined })
  const { cost = 0, changes = [], answer, outcome } = whatIf.cheapest(row, { target: 'high' })
  t.equal(outcome, 'high')
  t.equal(answer?.prediction, 'high')
  t.strictSame(changes.map(({ from }) => from), [1, 2])
  t.ok(Math.abs(cost - (4.3 / 10 + 48.25 / 100)) < 1e-6, `${cost}`)
  const up = whatIf.nearest({ ...row, c: 'y' })
  t.match(up.fields, [{ field: 'a', up: { outcome: 'high', plausible: { value: 5.3 } } }, { field: 'b',
    up: { plausible: { value: 51 } } }])
})

t.test('fields of which nothing is found, and nothing proven', async t => {
  const { whatIf } = makeVotes([
    { op: 'quantile', columns: ['a'], quantiles: [[0, 5, 10]], references: [0, 0.5, 1], distribution: 'normal' },
    { op: 'multiply', columns: ['a'], factor: [10] }
  ])
  const row = { a: 1, b: 2, c: 'x' }
  t.strictSame(whatIf.nearest(row), { now: 'low', reached: false, fields: [], unproven: ['a'] })
  t.strictSame(whatIf.nearest(row, { fixed: ['a'] }).unproven, [], 'a field that stays is not looked at')
  t.strictSame(whatIf.nearest(row, { target: 'low' }), { now: 'low', reached: true, fields: [], unproven: [] })
  const summary = (options?: NearestOptions) => {
    const { fields, unproven } = whatIf.nearest({ ...row, c: 'y' }, options)
    return [fields.map(({ field, exact }) => [field, exact]), unproven]
  }
  t.strictSame(summary(), [[['a', false], ['b', true]], []], 'one of which something is found')
  t.strictSame(summary({ bounds: { a: [0, 2] } }), [[['b', true]], ['a']], 'one of which nothing is found, beside another')
})

t.test('a question that takes longer than allowed', async t => {
  const { whatIf } = makeVotes([{ op: 'derive', column: 'd', expression: ['*', ['%', 'a', 2 ** -10], 10 * 2 ** 10] }], 'd')
  const row = { a: 1, b: 2, c: 'x' }
  const maxMs = Number.MIN_VALUE
  for (const ask of [() => whatIf.curve(row, 'a', { maxMs }), () => whatIf.nearest(row, { maxMs })]) {
    t.throws(ask, { constructor: LateError, maxMs, message: /takes longer than .* ms: ask about fewer fields, or with narrower bounds/ })
  }
  t.match(whatIf.cheapest(row, { maxMs }), { now: 'low', reached: false, proven: false })
  for (const other of [0, -1, NaN, '1' as unknown as number]) {
    t.throws(() => whatIf.nearest(row, { maxMs: other }), { name: 'InputError', message: /^maxMs: expected a number above 0/ })
  }
})

t.test('numbers, outliers and several outputs', async t => {
  const regressor = createWhatIf(sealDump(makeRegressorDump()))
  t.match(regressor.nearest({ f0: 0.2, f1: null }, { target: [0, 1] }).fields, [{ field: 'f0', up: { outcome: true,
    plausible: { value: 0.51 } } }])
  t.equal(regressor.nearest({ f0: 0.2, f1: null }, { target: [1, 2] }).reached, true)
  t.match(regressor.nearest({ f0: 0.2, f1: null }, { thresholds: [1] }), { now: 1, fields: [{ up: { outcome: 0 } }] })
  t.throws(() => regressor.nearest({ f0: 0.2, f1: null }), { name: 'InputError',
    message: /^target: expected the least and the largest/ })
  const outliers = createWhatIf(sealDump(makeOutlierDump()))
  t.match(outliers.nearest({ f0: 0.2, f1: null }), { now: -1, fields: [{ field: 'f0', up: { outcome: 1 } }] })
  const outputs = createWhatIf(sealDump(makeTwoOutputDump()))
  t.match(outputs.nearest({ f0: 0.2, f1: null }, { output: 1 }), { now: 3, fields: [{ up: { outcome: 2 } }] })
})

t.test('what cannot be asked', async t => {
  const { whatIf } = makeVotes()
  const row = { a: 1, b: 2, c: 'x' }
  const refuse = (ask: () => unknown, message: RegExp) => t.throws(ask, { name: 'InputError', message })
  refuse(() => whatIf.curve(row, 'd'), /^field: expected one of the fields a, b, c, received the text "d"/)
  refuse(() => whatIf.curve({ a: 'x', b: 2, c: 'x' }, 'a'), /^a: expected a number from 0 to 10/)
  refuse(() => whatIf.curve(row, 'a', { bounds: [3, 1] }),
    /^bounds: expected a list of two numbers, the smaller one first, received the list \[3,1\]/)
  refuse(() => whatIf.curve(row, 'a', { bounds: [3, Infinity] }), /received the list \[3,Infinity\]$/)
  refuse(() => whatIf.curve(row, 'a', { bounds: [3, 'x'.repeat(1e6)] as unknown as [number, number] }),
    /received a list of 2 values$/)
  refuse(() => whatIf.curve(row, 'a', { bounds: [11, 12] }), /^bounds: expected numbers within 0 to 10/)
  refuse(() => whatIf.curve(row, 'c', { bounds: [0, 1] }), /^bounds: expected none for c/)
  refuse(() => whatIf.nearest(row, { target: 'medium' }),
    /^target: expected one of low, high, received the text "medium"/)
  refuse(() => whatIf.nearest(row, { output: 1 }), /^output: expected a whole number from 0 to 0/)
  refuse(() => whatIf.nearest(row, { thresholds: [0.6, 0.3] }), /^thresholds: expected a list of ascending numbers/)
  refuse(() => whatIf.nearest(row, { thresholds: [0.3], categories: ['a'] }),
    /^categories: expected a list of 2 different names/)
  refuse(() => whatIf.nearest(row, { categories: ['a'] }), /^categories: expected none without thresholds/)
  refuse(() => whatIf.nearest(row, { label: 'low' }), /^label: expected none without thresholds/)
  refuse(() => whatIf.nearest(row, { fixed: ['d'] }), /^fixed\[0\]: expected one of the fields/)
  refuse(() => whatIf.nearest(row, { bounds: { a: [1] as unknown as [number, number] } }),
    /^bounds\.a: expected a list of two numbers/)
  refuse(() => whatIf.nearest(row, { bounds: { c: [0, 1] } }), /^bounds\.c: expected none/)
  refuse(() => whatIf.nearest(row, { fixed: 'a' as unknown as string[] }), /^fixed: expected a list/)
  refuse(() => whatIf.cheapest(row, { maxFields: 9 }), /^maxFields: expected a whole number from 1 to 4/)
  refuse(() => whatIf.cheapest(row, { maxMs: NaN }), /^maxMs: expected a number above 0, received NaN$/)
  refuse(() => whatIf.cheapest(row, { maxWork: 0 }), /^maxWork: expected/)
  refuse(() => whatIf.cheapest(row, { weights: { a: -1 } }), /^weights\.a: expected a number above 0/)
  refuse(() => whatIf.cheapest(row, { weights: 3 as unknown as Record<string, number> }),
    /^weights: expected an object/)
  t.throws(() => createWhatIf({}), { name: 'DumpError' })
})
