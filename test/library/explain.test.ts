/** Explanations as programs have them: they add up to the answer, in the caller's fields. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { createExplainer, createReferenceExplainer, type ExplainOptions } from '../../library/explain.js'
import { convert, createModel } from '../../library/index.js'
import { PACKAGE_ROOT } from '../../src/config.js'
import type { Dump } from '../../src/dump/dump.js'
import { sealDump } from '../../src/model/digest.js'
import { fixturePath } from '../helpers/fixtures.js'
import { makeDump, makeOutlierDump, makeRegressorDump } from '../helpers/dumps.js'

const readDump = (name: string) => JSON.parse(readFileSync(join(PACKAGE_ROOT, 'model-json', `${name}.json`), 'utf8')) as Dump

for (const name of ['churn', 'recommend']) {
  t.test(`every golden row of ${name}`, async t => {
    const dump = readDump(name)
    const explainer = createExplainer(dump)
    const model = createModel(dump)
    t.equal(explainer.space, 'probability')
    for (const { input } of dump.golden) {
      if (Object.keys(input).length === 0) {
        t.throws(() => explainer.explain(input), { name: 'InputError', message: /at least one/ })
        continue
      }
      const { prediction, probabilities = [], classes = [], defaulted } = model.predict(input)
      const found = explainer.explain(input)
      t.equal(found.label, prediction)
      t.strictSame(found.defaulted, defaulted)
      const expected = probabilities[classes.indexOf(prediction ?? '')]
      t.ok(Math.abs(found.value - expected) < 1e-12)
      const sum = found.factors.reduce((total, { contribution }) => total + contribution, found.base)
      t.ok(Math.abs(sum - found.value) < 1e-12)
      const ofFields = Object.values(found.fields).reduce((total, contribution) => total + contribution, found.base)
      t.ok(Math.abs(ofFields - found.value) < 1e-12, 'the fields have all of it')
      t.strictSame(Object.keys(found.fields), dump.inputs.map(input => input.name))
    }
  })
}

t.test('the strongest factors, another class, and what cannot be asked', async t => {
  const dump = readDump('churn')
  const explainer = createExplainer(dump)
  const row = dump.golden[0].input
  const all = explainer.explain(row, { label: 1 })
  const other = explainer.explain(row, { label: 0 })
  t.ok(Math.abs(all.value + other.value - 1) < 1e-12, 'two classes have 1 together')
  const top = explainer.explain(row, { label: 1, top: 2 })
  t.strictSame(top.factors, all.factors.slice(0, 2))
  const rest = all.factors.slice(2).reduce((sum, { contribution }) => sum + contribution, 0)
  t.ok(Object.is(top.rest, rest))
  t.strictSame(explainer.explain(row, { top: 0 }).factors, [])
  const [{ fields: [field], values }] = all.factors
  t.strictSame(values[field], row[field] ?? null)
  t.throws(() => explainer.explain(row, { label: 'x' }), { name: 'InputError', message: /label: expected one of 0, 1, received the text "x"/ })
  t.throws(() => explainer.explain(row, { output: 1 }), { name: 'InputError', message: /output: expected a whole number from 0 to 0/ })
  t.throws(() => explainer.explain(row, { output: 'length' as unknown as number }), { name: 'InputError', message: /output: / })
  t.throws(() => explainer.explain(row, { top: 1.5 }), { name: 'InputError', message: /top: expected a whole number, 0 or more/ })
  t.throws(() => explainer.explain(row, { top: -1 }), { name: 'InputError', message: /top: / })
  t.throws(() => explainer.explain({ complaint_count: 'x' }), { name: 'InputError', message: /complaint_count/ })
})

t.test('several outputs, whose classes have one raw score each', async t => {
  const path = fixturePath('boosters/vector-leaves/labels-3.2.ubj')
  const [{ text, model }] = await convert([path])
  const explainer = createExplainer(JSON.parse(text))
  for (const { input } of (JSON.parse(text) as Dump).golden) {
    const { outputs = [] } = model.predict(input)
    for (const [output, answer] of outputs.entries()) {
      if (!('prediction' in answer)) throw new Error('expected classes')
      const { label, value } = explainer.explain(input, { output })
      t.equal(label, answer.prediction)
      // The raw score of the predicted class is the one above 0.
      t.ok(value >= 0, `${value}`)
      const other = explainer.explain(input, { output, label: label === 1 ? 0 : 1 })
      t.ok(Math.abs(other.value + value) < 1e-12)
    }
  }
})

t.test('an outlier detector has the depth of its trees explained, and no class', async t => {
  const dump = makeOutlierDump()
  if (dump.model.kind === 'forest') dump.model.trees[0].weightedNNodeSamples = [10, 4, 6]
  const explainer = createExplainer(sealDump(dump))
  t.match(explainer.explain({ f0: 1, f1: null }), { space: 'mean path length', label: undefined, value: 8 })
  t.throws(() => explainer.explain({ f0: 1, f1: null }, { label: 1 }), { name: 'InputError', message: /^label: expected none/ })
})

t.test('training weights that no sum of float64 holds', async t => {
  const dump = makeRegressorDump()
  if (dump.model.kind === 'forest') dump.model.trees[0].weightedNNodeSamples = [1, 1.7e308, 1.7e308]
  t.throws(() => createExplainer(sealDump(dump)), { name: 'NotAdditiveError', message: /weigh more than/ })
})

t.test('what cannot be explained says so when it is opened', async t => {
  t.throws(() => createExplainer(sealDump(makeDump())), { name: 'NotAdditiveError', message: /training rows/ })
  t.throws(() => createExplainer(sealDump(makeRegressorDump())), { name: 'NotAdditiveError' })
  t.throws(() => createExplainer({}), { name: 'DumpError' })
})

t.test('all classes, and why one and not another', async t => {
  const dump = readDump('recommend')
  const explainer = createExplainer(dump)
  const row = dump.golden[0].input
  const all = explainer.explainAll(row)
  t.strictSame(all.map(({ label }) => label), dump.outputs[0].classes)
  for (const { label, value, fields } of all) {
    const alone = explainer.explain(row, { label })
    t.ok(Math.abs(alone.value - value) < 1e-12)
    for (const [name, total] of Object.entries(alone.fields)) t.ok(Math.abs(total - fields[name]) < 1e-12)
  }
  t.ok(Math.abs(all.reduce((sum, { value }) => sum + value, 0) - 1) < 1e-12)
  const [a, b] = all
  const difference = explainer.explain(row, { label: a.label, against: b.label })
  t.match(difference, { label: a.label, against: b.label })
  t.ok(Math.abs(difference.value - (a.value - b.value)) < 1e-12)
  for (const [name, total] of Object.entries(difference.fields)) {
    t.ok(Math.abs(total - (a.fields[name] - b.fields[name])) < 1e-12)
  }
})

t.test('interactions: each factor alone and with each other one', async t => {
  const dump = readDump('churn')
  const explainer = createExplainer(dump)
  const { factors } = explainer.explain(dump.golden[0].input, { label: 0, interactions: true, top: 3 })
  t.equal(factors.length, 3)
  for (const { fields, contribution, main = NaN, interactions = [] } of factors) {
    const sum = interactions.reduce((total, own) => total + own.contribution, main)
    t.ok(Math.abs(sum - contribution) < 1e-12, 'they add up')
    for (const { fields: other, contribution: half } of interactions) {
      const back = factors.find(factor => factor.fields.join() === other.join())?.interactions
        ?.find(own => own.fields.join() === fields.join())
      if (back !== undefined) t.ok(Math.abs(back.contribution - half) < 1e-15, 'both have as much')
    }
  }
})

t.test('columns of the model instead of fields', async t => {
  const dump = readDump('recommend')
  const explainer = createExplainer(dump)
  const { value, factors } = explainer.explain(dump.golden[0].input, { players: 'columns' })
  t.strictSame(factors.map(({ column }) => column).sort(), dump.model.kind === 'forest' ? [...dump.model.features].sort() : [])
  t.ok(Math.abs(value - explainer.explain(dump.golden[0].input).value) < 1e-12)
})

t.test('compared with a reference row: from its answer to that of the row', async t => {
  const dump = readDump('churn')
  const explainer = createExplainer(dump)
  const model = createModel(dump)
  const [{ input: row }, { input: reference }] = dump.golden
  const risk = (fields: object) => model.predict(fields as Record<string, unknown>).probabilities?.[1] ?? NaN
  const found = explainer.explain(row, { label: 1, reference })
  t.equal(found.space, 'probability')
  t.ok(Object.is(found.base, risk(reference)))
  t.ok(Object.is(found.value, risk(row)))
  const sum = found.factors.reduce((total, { contribution }) => total + contribution, found.base)
  t.ok(Math.abs(sum - found.value) < 1e-12)
  t.strictSame(explainer.explain(row, { reference: row }).factors, [])
  const against = explainer.explain(row, { label: 1, against: 0, reference })
  t.ok(Math.abs(against.value - (2 * risk(row) - 1)) < 1e-12)
  t.throws(() => explainer.explain(row, { reference: {} }), { name: 'InputError', message: /^reference: expected at least one/ })
  t.throws(() => explainer.explain(row, { reference: 3 as never }), { name: 'InputError', message: /^reference: expected an object/ })
  t.throws(() => explainer.explain(row, { reference, players: 'columns' }), { name: 'InputError', message: /^players: expected "fields"/ })
  t.throws(() => explainer.explain(row, { reference, interactions: true }), { name: 'InputError', message: /^interactions: expected false/ })
})

t.test('models without an explanation of their own name the comparison, and have it', async t => {
  const inputs = ['a', 'b', 'c'].map(name => ({ name, type: 'number' as const }))
  const linear = sealDump(makeDump({
    ...makeRegressorDump(), inputs, golden: [{ input: { a: 0, b: 1, c: 8 }, values: [2] }],
    model: {
      kind: 'linear', estimator: 'LinearRegression', features: ['a', 'b', 'c'], coef: [[2, -3, 0.5]], intercept: [1]
    }
  }))
  t.throws(() => createExplainer(linear), { name: 'NotAdditiveError', message: /compare the row with a reference row/ })
  const explainer = createReferenceExplainer(linear)
  const found = explainer.explain({ a: 1, b: 2, c: 8 }, { reference: { a: 0, b: 1, c: 8 } })
  t.match(found, { space: 'value', base: 2, value: 1, fields: { a: 2, b: -3, c: 0 } })
  t.throws(() => explainer.explain({ a: 1, b: 2, c: 8 }, {} as never), { name: 'InputError', message: /^reference: expected a row/ })
  const { model: forest, golden: [{ input: row }] } = makeDump()
  if (forest.kind !== 'forest') throw new Error('expected a forest')
  const golden = [{ input: row, values: [0, 2] }]
  const vote = sealDump(makeDump({ golden, model: { kind: 'vote', members: [forest, forest] } }))
  const voted = createReferenceExplainer(vote).explain(row, { reference: { f0: 0, f1: 3 } })
  t.match(voted, { space: 'vote', label: 'high', base: 0, value: 1, fields: { f0: 1, f1: 0 } })
})

t.test('options that cannot be used say what can', async t => {
  const dump = readDump('churn')
  const explainer = createExplainer(dump)
  const row = dump.golden[0].input
  const refuse = (options: unknown, message: RegExp) =>
    t.throws(() => explainer.explain(row, options as ExplainOptions), { name: 'InputError', message })
  refuse({ labl: 1 }, /^labl: expected one of the options label, .*write "label" for "labl"/)
  refuse({ whatever: 1 }, /^whatever: expected one of the options label, /)
  refuse({ players: 'column' }, /^players: expected "fields" or "columns"/)
  refuse({ interactions: 1 }, /^interactions: expected true or false/)
  refuse({ against: 2 }, /^against: expected one of 0, 1/)
  refuse({ label: 1, against: 1 }, /^against: expected another class/)
  refuse([], /^options: expected an object/)
  refuse(null, /^options: expected an object/)
  refuse('label', /^options: expected an object/)
  t.throws(() => explainer.explainAll(row, { label: 1 } as never), { name: 'InputError', message: /^label: expected one of the options/ })
})
