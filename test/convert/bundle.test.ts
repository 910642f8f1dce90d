/** Predictors with what people save beside them: what is used, what is noted, and what is refused, and how. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Dump } from '../../src/dump/dump.js'
import { createModel } from '../../src/model/create-model.js'
import { convertFiles } from '../../tools/convert/convert.js'
import { ConvertError } from '../../tools/convert/errors/convert-error.js'
import {
  STUMP, STUMP_VALUES, bytes, dict, dtype, array, file, float, floats, forest, instance, int, list,
  str, texts, tree, tuple, u64
} from '../helpers/pickle-writer.js'

const codes = array([2], dtype('i8'), bytes(u64(0n), u64(1n)))
const stump = () => tree(STUMP, STUMP_VALUES)
const model = (state = {}) => forest([stump()], { classes_: codes, ...state })
const named = () => model({ feature_names_in_: texts(['age', 'city']) })
const encoder = (...labels: string[]) =>
  instance('sklearn.preprocessing._label.LabelEncoder', { classes_: texts(labels), _sklearn_version: str('1.6.1') })
const scaler = () => instance('sklearn.preprocessing._data.StandardScaler', {})
const names = (...columns: string[]) => list(...columns.map(str))

async function convertBytes(t: Test, ...objects: Uint8Array[]): Promise<Dump> {
  const folder = t.testdir()
  const path = join(folder, 'bundle.pkl')
  await writeFile(path, Buffer.concat(objects))
  const [{ dump }] = await convertFiles([path], { out: join(folder, 'out') })
  return dump
}

const convert = async (t: Test, entries: Record<string, Uint8Array>) => convertBytes(t, file(dict(entries)))

async function refusal(t: Test, ...objects: Uint8Array[]): Promise<string> {
  const error = await convertBytes(t, ...objects).then(() => undefined, (problem: unknown) => problem)
  t.ok(error instanceof ConvertError && error.hint !== undefined, `refused, with advice: ${String(error)}`)
  return (error as Error).message
}

t.test("the target's labels and the names of the columns", async t => {
  const dump = await convert(t, { model: model(), target_encoder: encoder('bad', 'good'), features: names('age', 'income') })
  t.strictSame(dump.outputs, [{ classes: ['bad', 'good'] }])
  t.strictSame(dump.inputs.map(input => input.name), ['age', 'income'])
  t.equal(dump.name, 'bundle')
  t.equal(dump.provenance.estimator, 'RandomForestClassifier')
  t.strictSame(dump.provenance.beside, [
    { key: 'features', use: 'names of the columns' }, { key: 'target_encoder', use: 'labels of the classes' }
  ])
})

for (const key of ['le_target', 'target_encoder', 'y_encoder', 'label_encoder_y', 'class_le', 'targetLabelEncoder']) {
  t.test(`a LabelEncoder called ${key} is the target's`, async t => {
    const { outputs } = await convert(t, { clf: model(), [key]: encoder('bad', 'good') })
    t.strictSame(outputs, [{ classes: ['bad', 'good'] }])
  })
}

t.test("a model's own names come first, and notes are named", async t => {
  const { inputs, outputs, provenance } = await convert(t, {
    version: str('3'), metrics: dict({ auc: floats([0.9]) }), accuracy: float(0.9), trained_at: str('today'),
    n_features: int(2),
    best_params: dict({ max_depth: int(3) }), config: dict({ seed: int(1), model: named() }), columns: names('city', 'age')
  })
  t.strictSame(inputs.map(input => input.name), ['age', 'city'])
  t.strictSame(outputs, [{ classes: [0, 1] }])
  t.strictSame(provenance.beside?.map(({ key }) => key), [
    'version', 'metrics', 'accuracy', 'trained_at', 'n_features', 'best_params', 'config.seed', 'columns'
  ])
})

t.test('a threshold decides, wherever it stands, from its very value on', async t => {
  const plain = createModel(await convert(t, { model: model() }))
  const threshold = plain.predict({ x0: 0, x1: 0 }).values[1]
  for (const key of ['threshold', 'best_threshold', 'optimalThreshold', 'decision_threshold', 'cutoff']) {
    for (const [limit, expected] of [[threshold, 1], [threshold + 1e-9, 0]] as const) {
      const dump = await convert(t, { model: model(), [key]: float(limit) })
      t.equal(createModel(dump).predict({ x0: 0, x1: 0 }).classIndexes[0], expected, `${key} ${limit}`)
    }
  }
  const { model: estimator } = await convert(t, { model: model(), threshold: float(0.3), pos_label: int(0) })
  t.match(estimator, { kind: 'thresholded', positive: 0, threshold: 0.3 })
  t.match((await convert(t, { model: model(), config: dict({ threshold: float(0.3) }) })).model, { kind: 'thresholded' })
})

t.test('labels of the classes, by place or by name', async t => {
  const map = dict({ no: int(0), yes: int(1) })
  for (const [key, value] of Object.entries({ class_names: names('no', 'yes'), target_names: texts(['no', 'yes']), label2id: map })) {
    t.strictSame((await convert(t, { model: model(), [key]: value })).outputs, [{ classes: ['no', 'yes'] }], key)
  }
  t.strictSame((await convert(t, { model: forest([stump()]), classes: names('no', 'yes') })).outputs, [{ classes: ['no', 'yes'] }])
})

t.test('codes of the texts in a column, by hand or by an encoder', async t => {
  const byHand = dict({ Wien: int(0), Graz: int(1) })
  for (const entries of [
    { encodings: dict({ city: byHand }) }, { city_map: byHand }, { le_city: encoder('Graz', 'Wien') },
    { label_encoders: dict({ city: encoder('Graz', 'Wien') }) }
  ]) {
    const { inputs } = await convert(t, { model: named(), ...entries })
    t.match(inputs[1], { name: 'city', type: 'category' }, Object.keys(entries)[0])
  }
})

t.test('parts without names: one reading, or none', async t => {
  t.strictSame((await convertBytes(t, file(tuple(named(), names('city', 'age'))))).inputs.map(({ name }) => name), ['age', 'city'])
  t.strictSame((await convertBytes(t, file(named()), file(names('age', 'city')))).inputs.map(({ name }) => name), ['age', 'city'])
  t.match(await refusal(t, file(tuple(model(), scaler()))), /The tuple does not say what "\[1\]" \(StandardScaler\).*Save a dict.*Pipeline/s)
  t.match(await refusal(t, file(list(model(), float(0.3)))), /The list does not say what "\[1\]".*Save a dict/s)
  t.match(await refusal(t, file(tuple(model(), names('no', 'yes')))), /"\[1\]"/)
  t.match(await refusal(t, file(model()), file(scaler())), /several objects, one after another, does not say what "\[1\]" \(StandardScaler\)/)
  t.match(await refusal(t, file(scaler()), file(model()), file(float(0.5))), /"\[0\]" \(StandardScaler\)/)
  t.match(await refusal(t, file(scaler()), file(scaler())), /holds no predictor/)
})

t.test('bytes after the end that are no further object', async t => {
  for (const junk of [[0], [10], [0x80, 4], [0x2e], [1, 2, 3]]) {
    t.match(await refusal(t, file(model()), Uint8Array.from(junk)), /the pickle ends here, and \d bytes follow.*file of its own/s)
  }
})

const REFUSED: Array<[what: string, entries: Record<string, Uint8Array>, message: RegExp]> = [
  ['two predictors', { a: model(), b: model() }, /2 predictors: "a" \(RandomForestClassifier\), "b".*file of its own/s],
  ['a scaler', { model: model(), scaler: scaler() }, /does not say what "scaler" \(StandardScaler\) is for, beside "model".*Pipeline/s],
  ['an encoder of who knows what', { model: model(), encoder: encoder('f', 'm') }, /"encoder" \(LabelEncoder\).*"target_encoder"/s],
  ['an encoder of a column that is not there', { model: model(), gender_encoder: encoder('f', 'm') }, /"gender_encoder" \(LabelEncoder\)/],
  ['a dict of encoders', { model: model(), encoders: dict({ plan: encoder('a', 'b') }) }, /"encoders" \(with estimators in it\).*not columns/s],
  ['two encoders of the target', { model: model(), le_y: encoder('a', 'b'), y_le: encoder('c', 'd') }, /several encoders of the target: "le_y", "y_le"/],
  ['an encoder of fewer classes', { model: model(), le_target: encoder('a') }, /le_target: expected the encoder of the classes 0, 1, and not of 1/],
  ['an encoder of more classes', { model: model(), le_target: encoder('a', 'b', 'c') }, /le_target: expected .* and not of 3/],
  ['an encoder of texts that the model knows itself', { model: forest([stump()]), le_target: encoder('no', 'yes') }, /expected the encoder of the classes no, yes/],
  ['too few names', { model: model(), features: names('age') }, /features: expected the names of 2 columns, each once/],
  ['names twice', { model: model(), features: names('a', 'a') }, /features: expected the names of 2 columns/],
  ['names that are none', { model: model(), features: list(int(1), int(2)) }, /features: expected a list of names/],
  ["names that are not the model's", { model: named(), features: names('age', 'plan') }, /features: expected the columns of the model: age, city/],
  ['names in two places', { model: model(), features: names('a', 'b'), columns: names('c', 'd') }, /"features", "columns"/],
  ['a number that no one knows', { model: model(), fudge: float(2) }, /"fudge" is for, beside "model"\. Remove the key "fudge" if it has no part/],
  ['a text that no one knows', { model: model(), fudge: str('x/255') }, /"fudge"/],
  ['statistics', { model: model(), mean: floats([1, 2]), std: floats([1, 2]) }, /"mean" is for.*Pipeline.*Remove the key "mean"/s],
  ['a logarithm', { model: model(), log_target: int(1) }, /"log_target".*TransformedTargetRegressor/s],
  ['a threshold beyond 1', { model: model(), threshold: float(1.5) }, /"threshold".*0 to 1/s],
  ['two thresholds', { model: model(), threshold: float(0.5), best_threshold: float(0.3) }, /several thresholds/],
  ['a threshold among the metrics', { model: model(), metrics: dict({ threshold: float(0.3) }) }, /"metrics.threshold".*Move it to the top/s],
  ['labels that do not fit', { model: model(), class_names: names('a', 'b', 'c') }, /"class_names".*classes of the model, 0, 1/s],
  ['codes of a column that is not there', { model: model(), encodings: dict({ city: dict({ a: int(0) }) }) }, /"encodings".*not columns of the model/s],
  ['kinds of columns that are not there', { model: named(), cat_cols: names('country') }, /"cat_cols".*Pipeline/s]
]

for (const [what, entries, message] of REFUSED) {
  t.test(`refused: ${what}`, async t => t.match(await refusal(t, file(dict(entries))), message))
}

t.test('names of columns: long ones work, and others say what is wrong', async t => {
  const long = 'n'.repeat(300)
  const { inputs } = await convert(t, { model: model(), features: names(long, 'constructor') })
  t.strictSame(inputs.map(({ name }) => name), [long, 'constructor'])
  for (const name of ['', '$ref', '__proto__', 'n'.repeat(10_001)]) {
    t.match(await refusal(t, file(dict({ model: model(), features: names('a', name) }))), /The model's column .*Rename it/)
  }
  t.match(await refusal(t, file(model({ feature_names_in_: texts(['a', 'a']) }))), /has the name of another column/)
})
