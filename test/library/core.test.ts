/** `recall-ml/core` as it is published: a small file, and another one for what few models need. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import t from 'tap'
import type * as Core from '../../library/core.js'
import { InputError as ErrorOfExplain } from '../../library/explain.js'
import { PACKAGE_ROOT } from '../../src/config.js'
import type { Dump } from '../../src/dump/dump.js'
import { sealDump } from '../../src/model/digest.js'
import { FIXTURES, readCorpus, readDumps, writeDumps } from '../../tools/fuzz/corpus.js'
import { makeDump } from '../helpers/dumps.js'

const MAX_BYTES = 25_000
const MORE = 'core-more.min.js'
const BUNDLES = join(PACKAGE_ROOT, 'dist', 'bundle')

/** The library in a folder of its own, with the second file or without. */
async function load(folder: string, withMore: boolean): Promise<typeof Core> {
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  // No name is of importance to the second file.
  copyFileSync(join(BUNDLES, 'core.min.js'), join(folder, 'renamed.js'))
  if (withMore) copyFileSync(join(BUNDLES, MORE), join(folder, MORE))
  return await import(pathToFileURL(join(folder, 'renamed.js')).href) as typeof Core
}

const home = t.testdir()
const alone = await load(join(home, 'alone'), false)
const whole = await load(join(home, 'whole'), true)

t.test('the first file is small, and imports nothing but the second one', async t => {
  const [core, more] = ['core.min.js', MORE].map(file => readFileSync(join(BUNDLES, file), 'utf8'))
  const bytes = gzipSync(core, { level: 9 }).length
  t.comment(`${bytes} bytes gzip, and ${gzipSync(more, { level: 9 }).length}`)
  t.ok(bytes <= MAX_BYTES, `${bytes} bytes`)
  const own = `import("./${MORE}")`
  t.equal(core.split(own).length, 2)
  for (const text of [core.replace(own, ''), more]) t.notMatch(text, /\b(?:import|require)\s*\(|\bfrom\s*["']|"node:/)
})

/** Forests that the first file has to be enough for, where they stand alone. */
const PLAIN = /^(?:DecisionTree|ExtraTree|RandomForest|HistGradientBoostingRegressor|IsolationForest|LGBM|LightGBM Booster \((?:regression|binary|tweedie))/

function isPlain({ steps, model, provenance }: Dump): boolean {
  return steps.length === 0 && model.kind === 'forest' && PLAIN.test(provenance.estimator)
}

const FOLDERS = [
  'boosters', 'catboost', 'chains', 'encoders', 'estimators', 'hist-gradient-boosting', 'linear', 'onnx', 'text', 'wrappers'
]

t.test('plain forests need the first file alone, and all kinds of models are right with both', async t => {
  const folder = join(home, 'dumps')
  mkdirSync(folder)
  await writeDumps(await readCorpus(FOLDERS.map(name => join(FIXTURES, name))), folder)
  const found = { plain: 0, common: 0, more: 0 }
  for (const text of await readDumps(folder)) {
    const dump = JSON.parse(text) as Dump
    // Either compares the golden rows.
    const model = await whole.createModel(dump)
    const without = await alone.createModel(dump).catch((error: unknown) => error as Error)
    if (isPlain(dump)) {
      found.plain++
      if (without instanceof Error) t.fail(`${dump.provenance.estimator}: ${without.message}`)
    }
    if (without instanceof Error) {
      found.more++
      t.match(without.message, /^core-more\.min\.js cannot be loaded \(.*\): serve it beside core\.min\.js/)
    } else {
      found.common++
      t.strictSame(without.example, model.example)
    }
  }
  t.comment(found)
  t.ok(found.plain > 50 && found.common > found.plain && found.more > 50, 'all of them')
})

t.test('what either file throws is an error of the first', async t => {
  const steps: Dump['steps'] = [{ op: 'power', columns: ['f0'], method: 'box-cox', lambdas: [1], formula: 'power' }]
  const golden = [{ input: { f0: 2, f1: 2 }, values: [0, 1] }]
  const model = await whole.createModel(sealDump(makeDump({ steps, golden })))
  const message = 'f0: expected a number above 0, received the number -1'
  t.throws(() => model.predict({ f0: -1, f1: 2 }), { name: 'InputError', message })
  try {
    model.predict({ f0: -1, f1: 2 })
  } catch (error) {
    t.ok(error instanceof whole.InputError && error instanceof ErrorOfExplain)
    t.notOk(error instanceof whole.DumpError || new Error('f0') instanceof whole.InputError)
  }
  const damaged = sealDump(makeDump({ steps: [{ ...steps[0], lambdas: [] } as Dump['steps'][number]] }))
  const error = await whole.createModel(damaged).catch((reason: unknown) => reason)
  t.ok(error instanceof whole.DumpError)
  t.match(error, { path: 'steps[0].lambdas' })
})

t.test('a damaged dump of common kinds is refused with its place, as by all other ways in', async t => {
  const dump = sealDump(makeDump())
  await t.rejects(whole.createModel({ ...dump, task: 'cluster' }), { name: 'DumpError', path: 'task' })
  await t.rejects(alone.createModel({ ...dump, description: 'another' }), { name: 'DumpError', path: 'digest' })
  await t.rejects(alone.createModel({}), { name: 'DumpError', path: 'format' })
  await t.rejects(alone.createModel({ ...dump, task: 'cluster' }), { message: /^core-more\.min\.js cannot be loaded .* says what is wrong/ })
})
