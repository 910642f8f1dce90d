import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { sealDump } from '../../src/model/digest.js'
import { loadEntries } from '../../src/model/registry.js'
import type { ModelEntry } from '../../src/model/types.js'
import { makeDump, makeFolder, makeRegressorDump } from '../helpers/dumps.js'

const reasonOf = (entry: ModelEntry | undefined) => entry?.model === undefined ? entry?.reason : 'loaded'

t.test('every dump in a folder', async t => {
  const folder = makeFolder(t, {
    'zeta.json': makeDump(), 'churn.json': makeDump(), 'Alpha.v1.2_x-y.json': makeRegressorDump(), '0.json': makeDump(),
    'dump.schema.json': {}, 'notes.txt': 'x', '.hidden.json': '{', '._zeta.json': 'x', 'model.pkl': 'x', 'json': '{}'
  })
  mkdirSync(join(folder, 'folder.json'))
  symlinkSync('zeta.json', join(folder, 'link.json'))
  symlinkSync('nowhere.json', join(folder, 'broken.json'))
  const entries = await loadEntries(folder, ['recommend', 'churn'])
  t.strictSame(
    entries.map(({ name }) => name), ['recommend', 'churn', '0', 'Alpha.v1.2_x-y', 'broken', 'link', 'zeta'],
    'the required ones first, the others by name'
  )
  t.strictSame(entries.filter(({ model }) => model === undefined).map(({ name }) => name), ['recommend', 'broken'])
  t.equal(
    reasonOf(entries[0]),
    'recommend.json does not exist; the .json files in its folder are 0.json, ' +
    'Alpha.v1.2_x-y.json, broken.json, churn.json, link.json, zeta.json; convert the .pkl files beside it first: npm run convert -- --out FOLDER model.pkl'
  )
  for (const entry of entries) {
    t.equal(entry.path, join(folder, `${entry.name}.json`))
    if (entry.model !== undefined) t.equal(entry.model.name, 'made-for-a-test', 'the name inside is another matter')
  }
})

t.test('texts are UTF-8, and the size is that of the file', async t => {
  for (const description of ['plain', 'caf\u00e9', '\u20ac and \ud83c\udf33']) {
    const text = JSON.stringify(sealDump(makeDump({ description })))
    const [entry] = await loadEntries(makeFolder(t, { 'x.json': text }), [])
    t.match(entry, { model: { description }, bytes: Buffer.byteLength(text) }, description)
  }
})

t.test('what is not a dump has an entry with the reason', async t => {
  const cases: Array<[string, unknown, RegExp]> = [
    ['empty', '', /^empty\.json is damaged: not JSON/],
    ['truncated', JSON.stringify(makeDump()).slice(0, 500), /^truncated\.json is damaged: not JSON/],
    ['package', { name: 'x' }, /^package\.json is damaged: format: expected "recall-ml\/forest", received nothing/],
    ['list', [], /^list\.json is damaged: format: /],
    ['null', 'null', /^null\.json is damaged: /],
    ['newer', { ...makeDump(), formatVersion: 99 }, /^newer\.json is damaged: formatVersion: a newer release wrote/],
    [
      'golden', makeDump({ golden: [{ input: { f0: 0, f1: 0 }, values: [0, 1] }] }),
      /^golden\.json is damaged: golden\[0\]: value 0: expected 0, computed 1/
    ],
    ['a b', makeDump(), /^a b\.json has a name that does not fit into a path: rename it, to letters, digits/],
    ['-x', makeDump(), /^-x\.json has a name/],
    ['\u00e9', makeDump(), /^\u00e9\.json has a name/],
    ['x'.repeat(101), makeDump(), /^x{101}\.json has a name/]
  ]
  const files = Object.fromEntries(cases.map(([name, content]) => [`${name}.json`, content]))
  const folder = makeFolder(t, { ...files, 'good.json': makeDump(), [`${'y'.repeat(100)}.json`]: makeDump() })
  const entries = await loadEntries(folder, [])
  t.equal(entries.length, cases.length + 2)
  for (const [name, , reason] of cases) t.match(reasonOf(entries.find(entry => entry.name === name)), reason, name)
  t.equal(reasonOf(entries.find(entry => entry.name === 'good')), 'loaded', 'the others are loaded all the same')
  t.equal(reasonOf(entries.find(entry => entry.name.startsWith('yyy'))), 'loaded', '100 characters fit')
})

t.test('what is there instead of a model', async t => {
  const many = Object.fromEntries(Array.from({ length: 13 }, (_, i) => [`m${i + 10}.json`, '{}']))
  const folder = makeFolder(t, { ...many, 'churn.json': makeDump() })
  const [entry, other] = await loadEntries(folder, ['recommend', 'churn'])
  t.match(reasonOf(entry), /^recommend\.json does not exist; the \.json files in its folder are churn\.json, m10\.json, .*m18\.json and 4 more$/)
  t.equal(reasonOf(other), 'loaded')
  const others = await loadEntries(makeFolder(t, many), ['recommend', 'churn'])
  t.strictSame(others.map(({ name }) => name), Object.keys(many).map(file => file.replace('.json', '')), 'others alone')
  const [lonely] = await loadEntries(makeFolder(t, { 'notes.txt': 'x' }), ['recommend'])
  t.equal(reasonOf(lonely), 'recommend.json does not exist; no .json file is in its folder')
})

t.test('what is not a file does not hold up the start', { skip: process.platform === 'win32' }, async t => {
  const folder = makeFolder(t, { 'churn.json': makeDump() })
  execFileSync('mkfifo', [join(folder, 'recommend.json')])
  symlinkSync('/dev/zero', join(folder, 'zero.json'))
  const entries = await loadEntries(folder, ['recommend', 'churn'])
  t.strictSame(entries.map(reasonOf), ['recommend.json is not a file', 'loaded', 'zero.json is not a file'])
})

t.test('no folder', async t => {
  const entries = await loadEntries('/nonexistent/models', ['recommend', 'churn'])
  t.strictSame(entries.map(({ name }) => name), ['recommend', 'churn'])
  t.match(reasonOf(entries[0]), /MODEL_PATH is not a folder that can be read/)
  t.strictSame(await loadEntries('/nonexistent/models', []), [])
})
