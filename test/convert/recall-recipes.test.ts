/** The recipes of this package recognise small files like those of the RECALL service, and answer as it does. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import t from 'tap'
import { parse } from 'yaml'
import { PACKAGE_ROOT } from '../../src/config.js'
import type { Row } from '../../src/errors/input-error.js'
import { createModel } from '../../src/model/create-model.js'
import { convert } from '../../tools/convert/convert.js'
import { firstDifference } from '../helpers/bits.js'
import { fixturePath, readFixtureJson } from '../helpers/fixtures.js'

const FILES = ['scaler.pkl', 'telco.pkl', 'encoders.pkl', 'forest.pkl'].map(file => fixturePath(`recall/${file}`))

t.test('files whatever they are called, in any order', async t => {
  const expected = readFixtureJson('recall/expected.json') as { rows: Row[], recommend: number[][], churn: number[][] }
  const converted = await convert(FILES)
  t.strictSame(converted.map(({ dump }) => [dump.name, dump.provenance.recipe]), [['recommend', 'recall-recommend'], ['churn', 'recall-churn']])
  for (const { dump } of converted) {
    const model = createModel(dump)
    expected.rows.forEach((row, i) => {
      const { values } = model.predict(row)
      const right = expected[dump.name as 'recommend' | 'churn'][i]
      const wrong = firstDifference(values, right)
      if (wrong >= 0) t.fail(`${dump.name}, row ${i}: expected ${right[wrong]}, computed ${values[wrong]}`)
    })
    t.equal(dump.inputs.length, 10)
  }
  const [recommend, churn] = converted.map(({ dump }) => dump)
  t.strictSame(recommend.outputs[0].classes, ['Family Plan', 'General Offer', 'SMS Bundle'])
  t.strictSame(recommend.provenance.beside, [{ key: 'model_accuracy', use: 'not used' }])
  t.strictSame(recommend.inputs[9], {
    name: 'device_brand', type: 'category', description: "Maker of the customer's phone", categories: ['Apple', 'Other', 'Vivo'],
    example: 'Apple', fallback: { missing: 'Other', unknown: 'Other' }
  })
  t.match(churn.inputs[9], { example: 'Apple', fallback: { missing: 'Apple', unknown: 'Apple' } })
  t.equal(churn.provenance.estimator, 'StandardScaler, RandomForestClassifier')
})

t.test('by name', async t => {
  const [{ dump }] = await convert(FILES.filter(file => !file.endsWith('telco.pkl')), { recipe: 'recall-churn' })
  t.equal(dump.name, 'churn')
  await t.rejects(convert(FILES, { recipe: 'recall' }), /There is no recipe "recall".*a recipe of your own is a file/)
})

t.test('the published schema takes every recipe, and none with an unknown key', async t => {
  const ajv = new Ajv2020({ strict: false })
  const schema = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'model-json', 'recipe.schema.json'), 'utf8')) as object
  const validate = ajv.compile(schema)
  const own = readdirSync(join(PACKAGE_ROOT, 'recipes')).map(file => join(PACKAGE_ROOT, 'recipes', file))
  const services = Object.keys(readFixtureJson('recipes/expected.json') as object).map(name => fixturePath(`recipes/${name}/recipe.yaml`))
  for (const file of [...own, ...services]) {
    const recipe = parse(readFileSync(file, 'utf8')) as object
    t.ok(validate(recipe), `${file}: ${ajv.errorsText(validate.errors)}`)
    t.notOk(validate({ ...recipe, colums: [] }))
  }
})

t.test('a recipe that does not take the kind of file', async t => {
  for (const [file, only, other] of [
    ['boosters/kinds/boolean-4.7.txt', 'plain', 'lightgbm'], ['boosters/kinds/dart-3.2.ubj', 'plain', 'xgboost'],
    ['onnx/boosting-binary.onnx', 'plain', 'onnx'], ['catboost/binary.cbm.gz', 'plain', 'catboost'],
    ['sklearn/arrays-p2.pkl', 'lightgbm', 'plain']
  ]) {
    const name = file.slice(file.lastIndexOf('/') + 1)
    await t.rejects(convert([fixturePath(file)], { recipe: only }), {
      message: `${name}: the recipe ${only} does not take it. Leave out --recipe, or use --recipe ${other}.`
    }, file)
  }
})
