/** Pickled estimators of LightGBM and XGBoost, alone and within scikit-learn's, give the same bits and labels. */
import { readFileSync, readdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { convert, convertFiles } from '../../tools/convert/convert.js'
import { ConvertError } from '../../tools/convert/errors/convert-error.js'
import { compareFixture } from '../helpers/compare-fixture.js'
import { fixturePath } from '../helpers/fixtures.js'
import { bytes, file, instance, int, none, str, texts, u32, type Code } from '../helpers/pickle-writer.js'

const FOLDER = 'boosters/estimators'
const files = readdirSync(fixturePath(FOLDER)).filter(name => name.endsWith('.pkl'))

t.equal(files.length, 27, 'seven models of each version of LightGBM, six or seven of XGBoost')
for (const name of files) t.test(name, async t => compareFixture(t, `${FOLDER}/${name}`))

async function refuse(t: Test, model: Code, pattern: RegExp): Promise<void> {
  const folder = t.testdir()
  const path = join(folder, 'model.pkl')
  await writeFile(path, file(model))
  const error: unknown = await convertFiles([path], { out: join(folder, 'out') }).catch((error: unknown) => error)
  if (error instanceof ConvertError) t.match(`${error.message} ${error.hint ?? ''}`, pattern)
  else t.fail(`expected a refusal like ${pattern}`)
}

const TEXT = readFileSync(fixturePath('boosters/lightgbm/binary-4.7.txt'), 'utf8')
const lightgbm = (name: string, handle: Code, state: Record<string, Code> = {}) =>
  instance(`lightgbm.sklearn.${name}`, { _Booster: instance('lightgbm.basic.Booster', { _handle: handle }), ...state })
const xgboost = (handle: Code, state: Record<string, Code> = {}) =>
  instance('xgboost.sklearn.XGBClassifier', { _Booster: instance('xgboost.core.Booster', { handle }), ...state })

t.test('what is not fitted, or damaged, is refused with the place', async t => {
  await refuse(t, lightgbm('LGBMClassifier', none), /_Booster\._handle: expected the text of a fitted LightGBM model, found None.*Fit the model/)
  await refuse(t, lightgbm('LGBMClassifier', str('tree\nversion=v4\n')), /expected/)
  await refuse(t, lightgbm('LGBMClassifier', str(TEXT), { _classes: texts(['a', 'b', 'c']) }), /_classes: expected 2 classes/)
  await refuse(t, lightgbm('LGBMRegressor', str(TEXT)), /expected a classifier for binary/)
  await refuse(t, instance('lightgbm.sklearn.LGBMClassifier', {}), /_Booster/)
  await refuse(t, xgboost(none), /_Booster\.handle: expected the bytes of a fitted XGBoost model, found None/)
  await refuse(t, xgboost(bytes('C', 3, 'abc')), /handle: expected JSON or UBJSON of XGBoost.*save_model/)
  await refuse(t, xgboost(bytes('C', 2, '{}')), /expected a model that XGBoost wrote/)
  const model = '{"Model":{"learner":{"learner_model_param":{"num_feature":"1"}}}}'
  await refuse(t, xgboost(bytes('C', model.length, model), { missing: str('none') }), /missing: expected a number, found/)
})

t.test('importances of an unknown type are left out, as prediction does not need them', async t => {
  const model = readFileSync(fixturePath('boosters/xgboost/1.7-logistic-base.json'), 'latin1')
  const booster = `{"Model":${model}}`
  const handle = bytes('B', u32(booster.length), booster)
  const importancesOf = async (state: Record<string, Code>) => {
    const [{ dump }] = await convert([{ name: 'model.pkl', bytes: file(xgboost(handle, state)) }])
    return dump.featureImportances?.map(({ importance }) => importance)
  }
  const gain = await importancesOf({ importance_type: str('gain') })
  t.equal(gain?.length, 3)
  for (const type of [none, str('')]) t.strictSame(await importancesOf({ importance_type: type }), gain)
  t.not((await importancesOf({ importance_type: str('weight') }))?.join(), gain?.join())
  for (const type of [str('foo'), str('toString'), int(1)]) t.equal(await importancesOf({ importance_type: type }), undefined)
})

t.test('a kind of an estimator may answer otherwise, and the advice is to save its booster', t =>
  refuse(t, instance('shop.models.OwnClassifier', { _Booster: none }), /OwnClassifier.*booster_\.save_model/))

t.test('other names of these libraries are no part of a model', async t => {
  await refuse(t, instance('lightgbm.basic.Dataset', {}), /lightgbm\.basic\.Dataset.*only the name is known/)
  await refuse(t, instance('xgboost.core.DMatrix', {}), /xgboost\.core\.DMatrix.*only the name is known/)
})
