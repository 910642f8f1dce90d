/** The models that come with the package, and what stands between a damaged dump and a caller. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { PACKAGE_ROOT } from '../../src/config.js'
import type { Dump } from '../../src/dump/dump.js'
import { createModel } from '../../src/model/create-model.js'
import { parseDump } from '../../src/model/parse-dump.js'
import { InputError } from '../../src/model/types.js'
import { withoutDigest } from '../helpers/dumps.js'

const text = (name: string) => readFileSync(join(PACKAGE_ROOT, 'model-json', `${name}.json`), 'utf8')
const recommend = createModel(parseDump(text('recommend')))
const churn = createModel(parseDump(text('churn')))

const CUSTOMER = {
  avg_data_usage_gb: 6.5, pct_video_usage: 0.75, avg_call_duration: 8, sms_freq: 5, monthly_spend: 95000, topup_freq: 3,
  travel_score: 0.2, complaint_count: 0, plan_type: 'Postpaid', device_brand: 'Samsung'
}

t.test('the shipped models give the answers that the README shows', async t => {
  const { values, classIndexes, defaulted } = recommend.predict(CUSTOMER)
  t.equal(recommend.outputs[0].classes?.[classIndexes[0]], 'Streaming Partner Pack')
  t.equal(values[classIndexes[0]], 0.9819444444444445)
  t.equal(defaulted, undefined)
  const risk = churn.predict({
    pct_video_usage: 0.4, monthly_spend: 65000, travel_score: 0.1, complaint_count: 2, plan_type: 'Prepaid',
    device_brand: 'Other'
  })
  t.equal(risk.values[1], 0.7254919852533959)
  t.equal(risk.defaulted, undefined)
})

t.test('a missing value or an unknown category counts as the fallback, and is reported', async t => {
  const with0 = [...recommend.predict({ ...CUSTOMER, monthly_spend: 0, device_brand: 'Other', plan_type: 'Prepaid' }).values]
  const answer = recommend.predict({ ...CUSTOMER, monthly_spend: null, device_brand: 'Nokia', plan_type: undefined })
  t.strictSame([...answer.values], with0)
  t.strictSame(answer.defaulted, ['monthly_spend', 'plan_type', 'device_brand'])
  t.strictSame(churn.predict({ ...CUSTOMER, sms_freq: null, plan_type: 'Gold' }).defaulted, ['plan_type'])
})

t.test('a feature beyond float32 is refused, with the fields that it is made of', async t => {
  t.throws(() => recommend.predict({ ...CUSTOMER, monthly_spend: 1e300 }), InputError)
  const fieldsOf = (row: object) => {
    try {
      recommend.predict({ ...CUSTOMER, ...row })
      return []
    } catch (error) {
      return (error as InputError).problems.map(problem => problem.field)
    }
  }
  // Its product with the share of video does not fit either, which is not a fault of that share.
  t.strictSame(fieldsOf({ avg_data_usage_gb: 1e300 }), ['avg_data_usage_gb'])
  t.strictSame(fieldsOf({ sms_freq: 1e300, topup_freq: 1e300 }), ['sms_freq', 'topup_freq'], 'all of them')
})

/** What is changed in a good dump, and what the error must say. */
const DAMAGED: Array<[what: string, damage: (dump: Dump) => unknown, message: RegExp]> = [
  ['a threshold', dump => { firstTree(dump).threshold = firstTree(dump).threshold.map(() => 0) }, /golden\[\d+\].*not served/],
  ['a golden row', dump => { dump.golden[3].values[0] += 2 ** -50 }, /golden\[3\]/],
  ['a threshold that is text', dump => Object.assign(firstTree(dump).threshold, { 0: '0.5' }), /trees\[0\].*node 0: threshold.*received "0\.5"/],
  ['a threshold too few', dump => firstTree(dump).threshold.pop(), /trees\[0\].*threshold/],
  ['trees that are no list', dump => Object.assign(dump.model, { trees: {} }), /model\.trees/],
  ['a tree that is none', dump => Object.assign(dump.model, { trees: [null] }), /model\.trees\[0\]/],
  ['nodes that are no list', dump => Object.assign(firstTree(dump), { feature: { length: 3 } }), /trees\[0\]\.feature/],
  ['a tree with more than there is', dump => Object.assign(firstTree(dump), { values: [] }), /trees\[0\]\.values/],
  ['no golden rows', dump => { dump.golden = [] }, /golden/],
  ['a label too few', dump => dump.outputs[0].classes?.pop(), /outputs/],
  ['a label twice', dump => { dump.outputs[0].classes = [1, 1] }, /duplicate label/],
  ['an input twice', dump => dump.inputs.push(dump.inputs[0]), /duplicate name "avg_data_usage_gb"/],
  ['an input called __proto__', dump => { dump.inputs[0].name = '__proto__' }, /__proto__/],
  ['a fallback that is not a category', dump => { dump.inputs[8] = { ...dump.inputs[8], fallback: { missing: 'Gold' } } as never }, /"Gold"/],
  ['a minimum above the maximum', dump => { dump.inputs[0] = { ...dump.inputs[0], maximum: -1 } as never }, /minimum/],
  ['an unknown step', dump => dump.steps.push({ op: 'eval' } as never), /steps\[1\]/],
  ['a step on a column that is not there', dump => dump.steps.push({ op: 'derive', column: 'a', expression: 'b' }), /"b"/],
  ...([
    ['round', 'monthly_spend', 71], ['round', 'monthly_spend', -1], ['round', 'monthly_spend', 1.5],
    ['round', 'monthly_spend', 'monthly_spend'], ['round', 'monthly_spend', ['sqrt', 4]], ['round', 'monthly_spend'],
    ['if', 1, 2], ['if', 1, 2, 3, 4], ['+', 1], ['+', 1, 2, 3], ['sqrt', 1, 2], ['sqrt'], [], ['eval', 'x'], null, true,
    ['__proto__', 1], ['constructor', 1, 2]
  ] as unknown[]).map((expression): typeof DAMAGED[number] => [
    `the expression ${JSON.stringify(expression)}`,
    dump => dump.steps.push({ op: 'derive', column: 'a', expression } as never), /steps\[1\]\.expression/
  ]),
  ['an expression of many levels', dump => dump.steps.push({ op: 'derive', column: 'a', expression: nest(1001) } as never), /nested too deep/],
  ['an expression of very many levels', dump => dump.steps.push({ op: 'derive', column: 'a', expression: nest(4000) } as never), /nested too deep/],
  ['a link that does not exist', dump => Object.assign(dump.model, { link: { kind: 'magic' } }), /model/],
  ['a regressor with classes', dump => { dump.task = 'regressor' }, /classes/],
  ['a newer format', dump => { dump.formatVersion = 99 }, /newer release.*update/],
  ['another format', dump => Object.assign(dump, { format: 'onnx' }), /not a tree dump/]
]

for (const [what, damage, message] of DAMAGED) {
  t.test(`a dump with ${what} is refused`, async t => {
    const dump = withoutDigest(JSON.parse(text('churn')) as Dump)
    damage(dump)
    t.throws(() => createModel(parseDump(JSON.stringify(dump))), { message })
  })
}

t.test('what is not a dump at all', async t => {
  for (const [content, message] of [
    ['', /JSON/], ['{"format":', /truncated/], ['version https://git-lfs.github.com/spec/v1', /git lfs pull/],
    ['\u0080\u0004pickle', /converted first/], ['[]', /not a tree dump/], ['null', /JSON|tree dump/]
  ] as const) t.throws(() => parseDump(content), { message })
  t.ok(createModel(parseDump(`\uFEFF${text('churn')}`)), 'a byte order mark does no harm')
})

function nest(levels: number): unknown {
  let expression: unknown = 1
  for (let i = 0; i < levels; i++) expression = ['negative', expression]
  return expression
}

function firstTree(dump: Dump) {
  if (dump.model.kind !== 'forest') throw new TypeError('the shipped models are forests')
  return dump.model.trees[0]
}
