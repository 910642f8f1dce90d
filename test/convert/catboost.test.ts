import { readdirSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import t from 'tap'
import { combineHashes, hashCategory } from '../../src/arithmetic/city-hash.js'
import { createRowCheck } from '../../src/model/check-row.js'
import { InputError, type Model, type Prediction } from '../../src/model/types.js'
import { findText, separateHash } from '../../tools/convert/catboost/hashes.js'
import { convert } from '../../tools/convert/convert.js'
import { ConvertError } from '../../tools/convert/errors/convert-error.js'
import { inspect } from '../../tools/inspect/inspect-file.js'
import { firstDifference } from '../helpers/bits.js'
import { fixturePath, readFixture } from '../helpers/fixtures.js'
import { makeRandom, pickSeed } from '../helpers/forests.js'
import { zip } from '../helpers/zip-writer.js'

const FOLDER = 'catboost'

interface Expected {
  columns: string[]
  rows: Array<Array<number | string | null>>
  values: number[][]
  labels: unknown[][] | null
}

const FILES = readdirSync(fixturePath(FOLDER)).filter(name => /(?<!expected)\.(cbm|json|pkl)\.gz$/.test(name))

function read(file: string): Buffer {
  return gunzipSync(readFixture(`${FOLDER}/${file}`))
}

function readExpected(file: string): Expected {
  return JSON.parse(read(`${file.split('.')[0]}.expected.json.gz`).toString()) as Expected
}

async function convertFile(file: string, bytes: Uint8Array = readFixture(`${FOLDER}/${file}`)) {
  const [converted] = await convert([{ name: file, bytes }])
  return converted
}

type Json = Record<string, unknown> & {
  features_info: Record<string, Array<Record<string, unknown>>>
  model_info: Record<string, Record<string, unknown>>
}

/** A model as JSON, changed. */
async function convertChanged(file: string, change: (json: Json) => void) {
  const json = JSON.parse(read(`${file}.json.gz`).toString()) as Json
  change(json)
  return convertFile(`${file}.json`, Buffer.from(JSON.stringify(json)))
}

/** What CatBoost answers: of labels that are each there or not, the probability that they are. */
function toValues({ outputs }: Model, { values }: Prediction): number[] {
  const isEach = outputs.length > 1 && values.length === 2 * outputs.length
  return isEach ? outputs.map((_, i) => values[2 * i + 1]) : [...values]
}

t.test('every model gives the bits and the labels of CatBoost', async t => {
  t.ok(FILES.length >= 38, `${FILES.length} files`)
  for (const file of FILES) {
    const { columns, rows, values, labels } = readExpected(file)
    const { model } = await convertFile(file)
    rows.forEach((row, i) => {
      const prediction = model.predict(Object.fromEntries(row.map((cell, c) => [columns[c], cell])))
      const computed = toValues(model, prediction)
      const wrong = computed.length === values[i].length ? firstDifference(computed, values[i]) : 0
      if (wrong >= 0) t.fail(`${file}, row ${i}: expected ${values[i].join()}, computed ${computed.join()}`)
      if (labels === null) return
      const predicted = model.outputs.map(({ classes }, o) => classes?.[prediction.classIndexes[o]])
      t.strictSame(predicted, labels[i], `${file}, row ${i}: labels`)
    })
  }
})

t.test('both formats of a model are the same model', async t => {
  const names = FILES.filter(file => file.endsWith('.json.gz') && FILES.includes(file.replace('.json.', '.cbm.')))
  t.ok(names.length >= 4)
  for (const file of names) {
    const [{ dump: json }, { dump: cbm }] = [await convertFile(file), await convertFile(file.replace('.json.', '.cbm.'))]
    // JSON that was saved with the training data has the names of the categories.
    const unnamed = (value: unknown): unknown => JSON.parse(JSON.stringify(value).replace(/(?<=\w = )[^"]*/g, ''))
    t.strictSame(unnamed(json.model), unnamed(cbm.model), file)
    t.strictSame(unnamed(json.steps), unnamed(cbm.steps), file)
  }
})

t.test('hashes are CatBoost\'s, and there is a way back', t => {
  t.equal(hashCategory('0') >>> 0, 2856682258)
  t.equal(hashCategory('é') >>> 0, 468052468)
  t.equal(hashCategory('') >>> 0, 797982799)
  for (const hash of [0, -1, 2 ** 31 - 1, -(2 ** 31), 468052468, hashCategory('7')]) {
    t.equal(hashCategory(findText(hash) ?? ''), hash)
    t.equal(separateHash(combineHashes([hash])), hash)
  }
  t.equal(findText(hashCategory('7')), '7')
  t.equal(separateHash(12345n), undefined)
  t.end()
})

t.test('categories are text, integers, true and false, as CatBoost takes them', async t => {
  const { model } = await convertFile('one-hot.cbm.gz')
  const row = { usage: 0, spend: 1, calls: 2, plan: 'prepaid', brand: 'b', region: 1 }
  for (const strict of [false, true]) {
    const check = createRowCheck(model, strict)
    const answer = (region: unknown) => model.predict(check({ ...row, region }, 'row')).values
    t.strictSame([...answer(1)], [...answer('1')])
    t.strictSame([...answer(true)], [...answer('1')])
    t.strictSame([...answer(false)], [...answer('0')])
    t.strictSame([...answer(-0)], [...answer('0')])
    t.strictSame([...answer('nobody heard of it')], [...answer('another')])
    for (const wrong of [null, undefined, 1.5, 2 ** 53, NaN]) {
      t.throws(() => answer(wrong), { message: /region.*text or a whole number/ }, String(wrong))
      t.throws(() => model.predict({ ...row, region: wrong }), InputError)
    }
  }
  t.match(model.predict(row).defaulted, undefined)
})

t.test('categories have their names where the file has them, and stand-ins with the same hash elsewhere', async t => {
  const known = (await convertFile('one-hot.json.gz')).dump.inputs.find(({ name }) => name === 'plan')
  const guessed = (await convertFile('one-hot.cbm.gz')).dump.inputs.find(({ name }) => name === 'plan')
  if (known?.type !== 'category' || guessed?.type !== 'category') throw new Error('expected categories')
  t.ok(known.categories.every(category => ['prepaid', 'postpaid', 'é', ''].includes(category)))
  t.strictSame(guessed.categories.map(hashCategory), known.categories.map(hashCategory))
})

t.test('what cannot be reproduced is refused, and says why', async t => {
  const refuses = async (file: string, change: (json: Json) => void, pattern: RegExp) =>
    t.rejects(convertChanged(file, change), { name: 'ConvertError', message: pattern })
  await refuses('ctr-combinations', json => { delete json.ctr_data }, /CTR tables of .*plan|brand|region.*save_model\('model.cbm'\)/)
  await refuses('one-hot', json => { json.features_info.text_features = [{ feature_id: 'comment' }] }, /"comment" is text or an embedding/)
  await refuses('threshold', json => { json.model_info.class_params.classes_count = 5 }, /classes_count: expected 2 classes/)
  await refuses('threshold', json => { json.model_info.class_params.class_names = ['a'] }, /class_names: expected 2 labels/)
  await refuses('threshold', json => { json.oblivious_trees = [] }, /at least one tree/)
  await refuses('one-hot', json => { json.scale_and_bias = [1, [1, 2]] }, /a bias for each of the 1 sums/)
  await refuses('one-hot', json => { json.features_info.float_features.shift() }, /float feature 0/)
  await refuses('one-hot', json => { json.features_info.float_features[0].nan_value_treatment = 'AsMaybe' }, /nan_value_treatment/)
})

t.test('files that were cut off or changed are refused, or answered', async t => {
  const seed = pickSeed()
  t.comment(`seed ${seed}`)
  const random = makeRandom(seed)
  for (const name of ['ctr-combinations.cbm.gz', 'lossguide-classes.cbm.gz', 'uncertainty.cbm.gz']) {
    const bytes = read(name)
    const tryIt = async (changed: Uint8Array, what: string) => {
      try {
        await convertFile('changed.cbm', changed)
      } catch (error) {
        if (!(error instanceof ConvertError)) t.fail(`${name}, ${what}: ${(error as Error).stack}`)
      }
    }
    for (let end = 0; end < bytes.length; end += 151) {
      const problem = await convertFile('cut.cbm', bytes.subarray(0, end)).then(() => undefined, (error: unknown) => error)
      if (!(problem instanceof ConvertError)) t.fail(`${name} cut off at ${end}: ${String(problem)}`)
    }
    for (let i = 0; i < 60; i++) {
      const changed = Uint8Array.from(bytes)
      const at = Math.floor(random() * changed.length)
      changed[at] = Math.floor(random() * 256)
      await tryIt(changed, `byte ${at} is ${changed[at]}`)
    }
  }
})

t.test('inspect shows a model without its trees', t => {
  for (const file of ['one-hot.cbm.gz', 'one-hot.json.gz', 'one-hot.pkl.gz']) {
    const { format, tree } = inspect({ name: file, bytes: readFixture(`${FOLDER}/${file}`) })
    t.match(format, file.includes('pkl') ? undefined : /^CatBoost's/)
    if (!file.includes('pkl')) t.match(JSON.stringify(tree), /brand.*category/s)
  }
  t.end()
})

t.test('MLflow\'s folders of CatBoost', async t => {
  const MLmodel = 'flavors:\n  catboost:\n    data: model.cb\n    model_type: CatBoostClassifier\n    save_format: cbm\n'
  const bytes = zip([{ name: 'MLmodel', content: MLmodel }, { name: 'model.cb', content: read('binary.cbm.gz') }])
  const { dump } = await convertFile('folder.zip', bytes)
  t.strictSame(dump.model, (await convertFile('binary.cbm.gz')).dump.model)
})
