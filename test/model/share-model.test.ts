/** A model that passes to another thread answers with the same bits, whatever it is made of. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t, { type Test } from 'tap'
import { PACKAGE_ROOT } from '../../src/config.js'
import { DumpError } from '../../src/dump/dump-error.js'
import { listPredictors } from '../../src/dump/list-forests.js'
import { createModel } from '../../src/model/create-model.js'
import { parseDump } from '../../src/model/parse-dump.js'
import { shareModel } from '../../src/model/share-model.js'
import { openSharedModel } from '../../src/model/shared-model.js'
import { convertFiles } from '../../tools/convert/convert.js'
import { firstDifference } from '../helpers/bits.js'
import { makeDump } from '../helpers/dumps.js'
import { fixturePath } from '../helpers/fixtures.js'

const FOLDER = fixturePath('estimators/1.9')
const files = readdirSync(FOLDER).filter(name => name.endsWith('.pkl')).map(name => join(FOLDER, name))
files.push(fixturePath('hist-gradient-boosting/categories-1.6.joblib'))

t.test('every kind of estimator', async t => {
  t.ok(files.length > 20)
  const out = t.testdir()
  for (const file of files) {
    const [{ path }] = await convertFiles([file], { out })
    compare(t, readFileSync(path, 'utf8'))
  }
})

t.test('the shipped models', async t => {
  for (const name of ['recommend', 'churn']) {
    compare(t, readFileSync(join(PACKAGE_ROOT, 'model-json', `${name}.json`), 'utf8'))
  }
})

function compare(t: Test, text: string): void {
  const dump = parseDump(text)
  const plain = createModel(dump)
  const opened = openSharedModel(structuredClone(shareModel(dump)))
  if (dump.golden.length === 0) t.fail(`${dump.name} has no rows to compare`)
  for (const { input } of dump.golden) {
    const { values, classIndexes, defaulted } = opened.predict(input)
    const expected = plain.predict(input)
    if (firstDifference(values, expected.values) >= 0) t.fail(`${dump.name}: other values`)
    t.same([classIndexes, defaulted], [expected.classIndexes, expected.defaulted], dump.name)
  }
}

t.test('what is passed on is small: the nodes are in shared memory alone', async t => {
  const text = readFileSync(join(PACKAGE_ROOT, 'model-json', 'recommend.json'), 'utf8')
  const { outline, forests } = shareModel(parseDump(text))
  t.ok(JSON.stringify(outline).length < text.length / 20)
  for (const { nodes } of forests) t.ok(nodes.buffer instanceof SharedArrayBuffer)
})

t.test('a model that does not prove itself is not passed on', async t => {
  const dump = makeDump()
  t.throws(() => shareModel({ ...dump, golden: [{ input: {}, values: [0.5, 0.5, 0.5] }] }), DumpError)
})

t.test('a model does not hold on to the trees of its dump', async t => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  let dump: ReturnType<typeof parseDump> | undefined =
    parseDump(readFileSync(join(PACKAGE_ROOT, 'model-json', 'churn.json'), 'utf8'))
  const model = createModel(dump)
  const trees = new WeakRef(dump.model)
  dump = undefined
  // What was looked at through a WeakRef stays until the turn of the event loop is over.
  await new Promise(resolve => setImmediate(resolve))
  collect()
  t.equal(trees.deref(), undefined)
  t.equal(model.name, 'churn')
})

t.test('nor does one with predictors among its steps, or with linear ones', async t => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  for (const file of ['linear/chain.pkl', 'linear/logistic-3.pkl', 'estimators/1.9/ada-over-forests.pkl']) {
    const [{ path }] = await convertFiles([fixturePath(file)], { out: t.testdir() })
    let dump: ReturnType<typeof parseDump> | undefined = parseDump(readFileSync(path, 'utf8'))
    const model = createModel(dump)
    const held = [...dump.steps, ...listPredictors(dump)].map(part => new WeakRef<object>(part))
    dump = undefined
    await new Promise(resolve => setImmediate(resolve))
    collect()
    const kept = held.filter(part => part.deref() !== undefined)
    t.strictSame(kept.map(part => Object.keys(part.deref() ?? {})), [], `${file}, ${model.name}`)
  }
})
