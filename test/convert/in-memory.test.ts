/** Files in memory become the same dumps as files on the disk, and nothing is written. */
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import t, { type Test } from 'tap'
import { convert, convertFiles, type ConvertOptions } from '../../tools/convert/convert.js'
import { ConvertError } from '../../tools/convert/errors/convert-error.js'
import { fixturePath, readFixture } from '../helpers/fixtures.js'
import { STUMP, STUMP_VALUES, file, forest, int, tree } from '../helpers/pickle-writer.js'

const inMemory = (paths: readonly string[]) => paths.map(path => ({ name: basename(path), bytes: readFixture(path) }))

for (const [what, paths, options] of [
  ['a pickle', ['sklearn/forest-p5.pkl'], {}],
  ['a file of joblib', ['sklearn/pipeline.joblib'], { name: 'renamed' }],
  ['a text', ['boosters/lightgbm/binary-4.7.txt'], {}],
  ['JSON', ['boosters/xgboost/1.7-logistic-base.json'], { quality: { '1.7-logistic-base': { auc: 0.5 } } }],
  ['UBJSON', ['boosters/xgboost/3.2-logistic.ubj'], {}],
  [
    'four files that make two models',
    ['scaler.pkl', 'label_encoders.pkl', 'telco_pipeline_model.pkl', 'rf_churn_risk_model.pkl'].map(name => `sklearn/recall/${name}`),
    { golden: fixturePath('sklearn/recall') }
  ]
] satisfies Array<[what: string, paths: string[], options: ConvertOptions]>) {
  t.test(what, async t => {
    const out = t.testdir()
    const onDisk = await convertFiles(paths.map(fixturePath), { ...options, out })
    const models = await convert(inMemory(paths), options)
    t.equal(models.length, onDisk.length)
    for (const [i, { path, ...written }] of onDisk.entries()) {
      const { dump, text, sources } = models[i]
      t.equal(text, await readFile(path, 'utf8'), 'the same dump, byte for byte')
      t.equal(Buffer.byteLength(text), written.bytes)
      t.strictSame({ dump, sources }, { dump: written.dump, sources: written.sources })
    }
    t.equal((await readdir(out)).length, onDisk.length, 'nothing else was written')
  })
}

async function refusal(converting: Promise<unknown>): Promise<ConvertError> {
  const error: unknown = await converting.catch((error: unknown) => error)
  if (error instanceof ConvertError) return error
  throw new Error('expected a refusal', { cause: error })
}

t.test('errors name the file, and are those of a file on the disk', async (t: Test) => {
  const good = file(forest([tree(STUMP, STUMP_VALUES)]))
  const damaged = [{ ...STUMP[0], right: 0 }, ...STUMP.slice(1)]
  for (const [what, bytes, message] of [
    ['empty', new Uint8Array(), /^model\.pkl: .*empty/],
    ['of no known kind', Buffer.from('hello there\n'), /^model\.pkl: /],
    ['cut off', good.subarray(0, 300), /^model\.pkl: /],
    ['no model', file(int(1)), /^model\.pkl: /],
    ['with a cycle in its tree', file(forest([tree(damaged, STUMP_VALUES)])), /^model\.pkl: .*trees\[0\]/]
  ] satisfies Array<[what: string, bytes: Uint8Array, message: RegExp]>) {
    const folder = t.testdir({})
    const path = join(folder, 'model.pkl')
    await writeFile(path, bytes)
    const { message: said, hint } = await refusal(convert([{ name: 'model.pkl', bytes }]))
    t.match(said, message, what)
    const other = await refusal(convertFiles([path], { out: join(folder, 'out') }))
    t.strictSame([said, hint], [other.message, other.hint], what)
  }
  const nested = await refusal(convert([{ name: 'uploads/today/model.pkl', bytes: new Uint8Array() }]))
  t.match(nested.message, /^model\.pkl: /, 'by its name, without its folder')
  const second = await refusal(convert([{ name: 'good.pkl', bytes: good }, { name: 'bad.pkl', bytes: new Uint8Array() }]))
  t.match(second.message, /^bad\.pkl: /)
})

t.test('options are checked', async t => {
  const files = [{ name: 'model.pkl', bytes: file(forest([tree(STUMP, STUMP_VALUES)])) }]
  t.match((await refusal(convert(files, { name: '../x' }))).message, /^--name "\.\.\/x": expected letters/)
  t.match((await refusal(convert(files, { recipe: 'none' }))).message, /none/)
  const steps: number[] = []
  await convert(files, { onProgress: (_, done) => steps.push(done) })
  t.strictSame(steps, [1])
})
