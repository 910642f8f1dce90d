/** Which models in a folder can be converted. */
import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { runCorpus } from '../tools/corpus.js'
import { fixturePath } from './helpers/fixtures.js'

t.test('each model by itself', async t => {
  const folder = t.testdir({ nested: { 'damaged.pkl': 'this is not a pickle' }, 'notes.txt': 'not a model', 'data.csv': 'a,b' })
  cpSync(fixturePath('estimators/1.9/ada-over-forests.pkl'), join(folder, 'nested', 'good.joblib'))
  cpSync(fixturePath('sklearn/recall/label_encoders.pkl'), join(folder, 'label_encoders.pkl'))
  let text = ''
  const out = { write: (line: string) => { text += line } }
  t.equal(await runCorpus(folder, { out }), 0)
  t.match(text, /^no +label_encoders\.pkl\n +\S.*\nno +nested\/damaged\.pkl\n.*\nyes +nested\/good\.joblib: .*, \d+ trees\n\n1 of 3 convert \(33%\)\.\n$/)
  text = ''
  t.equal(await runCorpus(folder, { out, json: true }), 0)
  const lines = text.trim().split('\n').map(line => JSON.parse(line) as { path: string, converts: boolean })
  t.strictSame(lines.map(({ path, converts }) => [path, converts]), [
    ['label_encoders.pkl', false], ['nested/damaged.pkl', false], ['nested/good.joblib', true]
  ])
})

t.test('a folder of MLflow is one model', async t => {
  const folder = t.testdir({ run: { artifacts: {} } })
  writeFileSync(join(folder, 'run', 'MLmodel'), 'flavors: {}\n')
  writeFileSync(join(folder, 'run', 'model.pkl'), '')
  let text = ''
  t.equal(await runCorpus(folder, { out: { write: line => { text += line } } }), 0)
  t.match(text, /^no +run\n.*\n\n0 of 1 convert/)
})

t.test('nothing to convert', async t => {
  const out = { write: () => undefined }
  t.equal(await runCorpus(t.testdir(), { out }), 1)
  t.equal(await runCorpus(join(t.testdir(), 'none'), { out }), 1)
})
