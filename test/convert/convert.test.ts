import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import type { Row } from '../../src/model/types.js'
import { createModel } from '../../src/model/create-model.js'
import { parseDump } from '../../src/model/parse-dump.js'
import { listFeatures } from '../../src/dump/list-forests.js'
import { compileEstimator } from '../../src/evaluator/estimator.js'
import { createStepTools } from '../../src/model/create-step-tools.js'
import { compilePipeline } from '../../src/pipeline/pipeline.js'
import { convertFiles } from '../../tools/convert/convert.js'
import { Frame } from '../../tools/convert/common/frame.js'
import { convertModel } from '../../tools/convert/registry/registry.js'
import { firstDifference } from '../helpers/bits.js'
import { fixturePath, readFixtureJson } from '../helpers/fixtures.js'
import { readRoot } from '../helpers/read-root.js'

interface Expected { classes: unknown[], rows: Row[], probabilities: number[][] }

const MODELS = [
  'forest-1.2.joblib', 'forest-1.9.joblib', 'forest-p0.pkl', 'forest-p1.pkl', 'forest-p2.pkl', 'forest-p3.pkl',
  'forest-p4.pkl', 'forest-p5.pkl', 'pipeline.joblib'
]

for (const file of MODELS) {
  t.test(`${file} answers as scikit-learn does`, async t => {
    const expected = readFixtureJson(`sklearn/${file.replace(/\.\w+$/, '.json')}`) as Expected
    const [{ path }] = await convertFiles([fixturePath(`sklearn/${file}`)], { out: t.testdir(), name: 'fixture' })
    const model = createModel(parseDump(await readFile(path, 'utf8')))
    t.strictSame(model.outputs, [{ classes: expected.classes }])
    t.equal(expected.rows.length, 20)
    expected.rows.forEach((row, i) => {
      const { values } = model.predict(row)
      t.equal(firstDifference(values, expected.probabilities[i]), -1, `row ${i}`)
    })
  })
}

t.test('the four RECALL files become two models, whatever their order', async t => {
  const folder = fixturePath('sklearn/recall')
  const files = ['scaler.pkl', 'label_encoders.pkl', 'telco_pipeline_model.pkl', 'rf_churn_risk_model.pkl']
  const models = await convertFiles(files.map(file => join(folder, file)), { out: t.testdir(), golden: folder })
  t.strictSame(models.map(({ dump }) => dump.name), ['recommend', 'churn'])
  for (const { dump } of models) {
    t.equal(dump.golden.length, 22)
    t.match(dump.provenance, { sklearnVersion: '1.6.1', golden: 'scikit-learn 1.6.1' })
  }
  const [recommend, churn] = models.map(({ dump }) => createModel(dump))
  t.strictSame(recommend.outputs[0].classes, ['General Offer', 'Retention Offer', 'Roaming Pass'])
  t.strictSame(churn.outputs[0].classes, [0, 1])
  t.strictSame(recommend.predict({}).defaulted, recommend.inputs.map(input => input.name))
  t.strictSame(churn.predict({}).defaulted, [
    'pct_video_usage', 'monthly_spend', 'travel_score', 'complaint_count', 'plan_type', 'device_brand'
  ])
})

t.test('columns listed in another order than the model was fitted in are taken by name, as from a DataFrame', async t => {
  const expected = readFixtureJson('sklearn/pipeline.json') as Expected
  const root = await readRoot(fixturePath('sklearn/pipeline.joblib'))
  const columns = root.attr('feature_names_in_').isAbsent
    ? root.attr('steps').items()[0].tuple(2)[1].attr('feature_names_in_').texts() : root.attr('feature_names_in_').texts()
  const frame = new Frame()
  for (const name of columns) frame.addInput({ name, type: 'number' })
  const converted = convertModel(root, [...columns].reverse(), frame, () => {})
  const names = listFeatures(converted.model)
  const pipeline = compilePipeline({ inputs: frame.allInputs, steps: frame.steps }, names, createStepTools())
  const estimator = compileEstimator(converted.model, names)
  const features = new Float64Array(names.length)
  const values = new Float64Array(estimator.nValues)
  expected.rows.forEach((row, i) => {
    pipeline.run(row, features)
    estimator.evaluate(features, values)
    t.equal(firstDifference(values, expected.probabilities[i]), -1, `row ${i}`)
  })
  t.throws(() => convertModel(root, ['age', 'income'], frame, () => {}), { message: /expected the columns age, income/ })
})

t.test('a wrong golden row is told, and nothing is written', async t => {
  const folder = fixturePath('sklearn/recall')
  const line = (await readFile(join(folder, 'recommend.golden.ndjson'), 'utf8')).split('\n')[0]
  const { request, probabilities } = JSON.parse(line) as { request: Row, probabilities: number[] }
  probabilities[0] += 2 ** -54
  const out = t.testdir({ 'recommend.golden.ndjson': JSON.stringify({ request, probabilities }), dumps: {} })
  await t.rejects(
    convertFiles([join(folder, 'telco_pipeline_model.pkl')], { out: join(out, 'dumps'), golden: out }),
    { message: /line 1: expected .* for the probability of General Offer, computed .* \(1 units in the last place apart\)/ }
  )
  t.strictSame(await readdir(join(out, 'dumps')), [])
})
