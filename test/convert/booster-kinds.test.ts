/**
 * Models of LightGBM and XGBoost whose answers depend on more than their trees: on what the class that saved them adds,
 * on which columns are which. The same bits as their library, or a refusal that says what to do.
 */
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { createModel } from '../../src/model/create-model.js'
import type { Row } from '../../src/model/types.js'
import { fixturePath } from '../helpers/fixtures.js'
import { checkAnswers, checkRefused, convertPath, listAnswered } from '../helpers/library-answers.js'
import { bool, dict, file, instance, int, str } from '../helpers/pickle-writer.js'

const FOLDER = 'boosters/kinds'

const names = listAnswered(FOLDER)
t.equal(names.length, 39)
for (const name of names) t.test(name, t => checkAnswers(t, FOLDER, name))

t.test('an estimator that stops its predictions early', async t => {
  const folder = t.testdir({})
  const text = readFileSync(fixturePath('boosters/lightgbm/binary-4.7.txt'), 'utf8')
  const write = async (booster: string, options: Parameters<typeof dict>[0]) => {
    const path = join(folder, 'model.pkl')
    await writeFile(path, file(instance('lightgbm.sklearn.LGBMRegressor', {
      _Booster: instance('lightgbm.basic.Booster', { _handle: str(booster) }), _other_params: dict(options)
    })))
    return path
  }
  const ranking = text.replace(/^objective=.*$/m, 'objective=lambdarank')
  const stopping = { pred_early_stop: bool(true), pred_early_stop_freq: int(2) }
  await checkRefused(t, await write(ranking, stopping), /pred_early_stop: expected no early stopping of predictions, found True/)
  for (const [what, booster, options] of [
    ['stops after more trees than there are', ranking, { pred_early_stop: bool(true) }],
    ['is of a version that does not ask', ranking.replace('version=v4', 'version=v3'), stopping],
    ['has an objective that has to be exact', text.replace(/^objective=.*$/m, 'objective=regression'), stopping]
  ] as const) {
    t.equal((await convertPath(t, await write(booster, options))).task, 'regressor', what)
  }
})

t.test('names that stand for two columns, or that are there already', async t => {
  t.testdir({})
  const dump = await convertPath(t, fixturePath(`${FOLDER}/names-4.7.txt`))
  t.match(dump.inputs, [{ name: 'sepal_length_(cm)', renamed: true }, { name: 'b_c_d', renamed: true }, { name: 'e' }])
  t.notOk('renamed' in dump.inputs[2])
  const model = createModel(dump)
  const ask = (row: Row) => [...model.predict(row).values]
  const right = ask({ 'sepal_length_(cm)': 1, b_c_d: 0.1, e: 0 })
  t.strictSame(ask({ 'sepal_length (cm)': 1, 'b_c d': 0.1, 'e': 0 }), right)
  t.strictSame(ask({ 'sepal_length_(cm)': 1, 'sepal length (cm)': -9, 'b_c d': 0.1, 'e': 0 }), right, 'its own name first')
  t.strictSame(model.predict({ 'sepal_length_(cm)': 1, 'b c_d': 0.1, 'b_c d': 5, 'e': 0 }).defaulted, ['b_c_d'])
  t.strictSame(model.predict({ 'sepal_length_(cm)': 1, 'b c d': Infinity, 'e': 0 }).defaulted, ['b_c_d'])
})
