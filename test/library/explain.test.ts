/** Explanations as programs have them: they add up to the answer, in the caller's fields. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { createExplainer } from '../../library/explain.js'
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
