/** Ensembles over boosters, and boosters behind sparse matrices, give the same bits and labels. */
import { readdirSync } from 'node:fs'
import t, { type Test } from 'tap'
import type { Dump, Estimator } from '../../src/dump/dump.js'
import { createModel } from '../../src/model/create-model.js'
import { convertFiles } from '../../tools/convert/convert.js'
import { compareFixture } from '../helpers/compare-fixture.js'
import { fixturePath } from '../helpers/fixtures.js'

const FOLDER = 'boosters/ensembles'
const files = readdirSync(fixturePath(FOLDER)).filter(name => name.endsWith('.pkl'))

t.equal(files.length, 31, 'six or seventeen models of each version of XGBoost, four of LightGBM')
for (const name of files) t.test(name, async t => compareFixture(t, `${FOLDER}/${name}`))

async function convert(t: Test, name: string): Promise<Dump> {
  const [{ dump }] = await convertFiles([fixturePath(`${FOLDER}/${name}.pkl`)], { out: t.testdir() })
  return dump
}

const customer = { city: 'A', plan: 'x', calls: 1, usage: 2 }

t.test('what a sparse matrix does not store is missing to XGBoost alone', async t => {
  const model = createModel(await convert(t, 'sparse-columns-3.2'))
  const values = (calls: number | null) => model.predict({ ...customer, calls }).values[0]
  t.equal(values(0), values(null), 'a zero')
  t.equal(values(-0), values(null), 'a negative zero')
  const stored = createModel(await convert(t, 'sparse-stored-zeros-3.2'))
  const answers = [0, null, 0.1].map(calls => stored.predict({ ...customer, calls }).values[0])
  t.not(answers[0], answers[1], 'a zero that an imputer filled in is stored, and one that was there is not')
})

t.test('each sparse column is made missing once for all members', async t => {
  const { steps } = await convert(t, 'sparse-union-voting-3.2')
  const made = steps.filter(step => step.op === 'zero-to-missing').flatMap(step => step.columns)
  t.ok(made.length > 0)
  t.equal(new Set(made).size, made.length)
})

t.test('a forest refuses a missing value in a sparse matrix, and AdaBoost in any', async t => {
  const forest = createModel(await convert(t, 'sparse-forest-3.2'))
  t.ok(forest.predict(customer))
  t.throws(() => forest.predict({ ...customer, calls: null }), { name: 'InputError' })
  const boosted = createModel(await convert(t, 'boosted-3.2'))
  const row = Object.fromEntries(boosted.inputs.map(({ name }) => [name, 0]))
  t.ok(boosted.predict(row))
  t.throws(() => boosted.predict({ ...row, x0: null }), { name: 'InputError' })
})

t.test('what is calibrated, and in which precision, depends on the versions that wrote the file', async t => {
  const expected: Array<[name: string, score: string, precision?: string]> = [
    ['calibrated-sigmoid-1.7', 'probability', 'float32'],
    ['calibrated-sigmoid-3.2', 'probability'],
    ['calibrated-isotonic-1.7', 'probability', 'float32'],
    ['calibrated-isotonic-3.2', 'probability', 'float32'],
    ['lightgbm-calibrated-sigmoid-3.3', 'probability'],
    ['lightgbm-calibrated-sigmoid-4.7', 'raw'],
    ['lightgbm-calibrated-bag-3.3', 'probability'],
    ['lightgbm-calibrated-bag-4.7', 'raw']
  ]
  for (const [name, score, precision] of expected) {
    const { model } = await convert(t, name)
    const [member] = membersOf(model)
    t.match(member, { kind: 'calibrated', score }, name)
    const [calibrator] = member.kind === 'calibrated' ? member.calibrators : []
    t.equal('precision' in calibrator ? calibrator.precision : undefined, precision, name)
  }
})

t.test('means of float32 are float32 unless float64 comes in', async t => {
  const expected: Array<[name: string, accumulate?: string]> = [
    ['voting-soft-3.2', 'float32'], ['voting-regressor-3.2', 'float32'], ['bagging-regressor-3.2', 'float32'],
    ['sparse-union-voting-3.2']
  ]
  for (const [name, accumulate] of expected) {
    const { model } = await convert(t, name)
    t.equal(model.kind === 'average' && model.accumulate, accumulate, name)
  }
})

function membersOf(model: Estimator): readonly Estimator[] {
  return model.kind === 'average' ? model.members : [model]
}
