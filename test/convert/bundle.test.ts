/** Dicts of a predictor with its LabelEncoder and the names of its columns: what is understood, and what is refused. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Dump } from '../../src/forest/dump.js'
import { convertFiles } from '../../tools/convert/convert.js'
import { ConvertError } from '../../tools/convert/pickle/errors.js'
import {
  STUMP, STUMP_VALUES, bytes, dict, dtype, array, file, floats, forest, instance, int, list, str, texts, tree, u64
} from '../helpers/pickle-writer.js'

const codes = array([2], dtype('i8'), bytes(u64(0n), u64(1n)))
const stump = () => tree(STUMP, STUMP_VALUES)
const model = (state = {}) => forest([stump()], { classes_: codes, ...state })
const encoder = (...labels: string[]) =>
  instance('sklearn.preprocessing._label.LabelEncoder', { classes_: texts(labels), _sklearn_version: str('1.6.1') })
const names = (...columns: string[]) => list(...columns.map(str))

async function convert(t: Test, entries: Record<string, Uint8Array>): Promise<Dump> {
  const folder = t.testdir()
  const path = join(folder, 'bundle.pkl')
  await writeFile(path, file(dict(entries)))
  const [{ dump }] = await convertFiles([path], { out: join(folder, 'out') })
  return dump
}

t.test('the target\'s labels and the names of the columns', async t => {
  const dump = await convert(t, { model: model(), label_encoder: encoder('bad', 'good'), features: names('age', 'income') })
  t.strictSame(dump.outputs, [{ classes: ['bad', 'good'] }])
  t.strictSame(dump.inputs.map(input => input.name), ['age', 'income'])
  t.equal(dump.name, 'bundle')
  t.equal(dump.provenance.estimator, 'RandomForestClassifier')
})

for (const key of ['le', 'encoder', 'le_target', 'target_encoder', 'y_encoder', 'LabelEncoder', 'label_encoder_y', 'class_le']) {
  t.test(`a LabelEncoder called ${key} is the target's`, async t => {
    const { outputs } = await convert(t, { clf: model(), [key]: encoder('bad', 'good') })
    t.strictSame(outputs, [{ classes: ['bad', 'good'] }])
  })
}

t.test('a model\'s own names come first, and what is no part of the model is left alone', async t => {
  const own = model({ feature_names_in_: texts(['age', 'income']) })
  const { inputs, outputs } = await convert(t, {
    version: str('3'), metrics: dict({ auc: floats([0.9]) }), classifier: own, columns: names('income', 'age')
  })
  t.strictSame(inputs.map(input => input.name), ['age', 'income'])
  t.strictSame(outputs, [{ classes: [0, 1] }])
})

const REFUSED: Array<[what: string, entries: Record<string, Uint8Array>, message: RegExp]> = [
  ['two predictors', { a: model(), b: model() }, /2 predictors: "a" \(RandomForestClassifier\), "b".*file of its own/s],
  [
    'a scaler', { model: model(), scaler: instance('sklearn.preprocessing._data.StandardScaler', {}) },
    /does not say what "scaler" \(StandardScaler\) is for, beside "model".*Pipeline/s
  ],
  [
    'the encoder of a column', { model: model(), gender_encoder: encoder('f', 'm') },
    /"gender_encoder" \(LabelEncoder\).*"label_encoder"/s
  ],
  [
    'a dict of encoders', { model: model(), encoders: dict({ plan: encoder('a', 'b') }) },
    /"encoders" \(a collection\)/
  ],
  [
    'two encoders of the target', { model: model(), le: encoder('a', 'b'), label_encoder: encoder('c', 'd') },
    /"le" \(LabelEncoder\), "label_encoder" \(LabelEncoder\) are for/
  ],
  ['an encoder of fewer classes', { model: model(), le: encoder('a') }, /le: expected the encoder of the classes 0, 1/],
  [
    'an encoder of texts that the model knows itself', { model: forest([stump()]), le: encoder('no', 'yes') },
    /le: expected the encoder of the classes no, yes/
  ],
  ['too few names', { model: model(), features: names('age') }, /features: expected the names of 2 columns, each once/],
  ['names twice', { model: model(), features: names('a', 'a') }, /features: expected the names of 2 columns/],
  ['names that are none', { model: model(), features: list(int(1), int(2)) }, /features\[0\]: expected a str/],
  [
    'names that are not the model\'s',
    { model: model({ feature_names_in_: texts(['age', 'income']) }), features: names('age', 'plan') },
    /features: expected the columns of the model: age, income/
  ],
  ['names in two places', { model: model(), features: names('a', 'b'), columns: names('c', 'd') }, /"features", "columns"/]
]

for (const [what, entries, message] of REFUSED) {
  t.test(`refused: ${what}`, async t => {
    const error = await convert(t, entries).then(() => undefined, (problem: unknown) => problem)
    t.ok(error instanceof ConvertError, String(error))
    t.match((error as Error).message, message)
  })
}
