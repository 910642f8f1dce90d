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

t.test('what a library is asked', async t => {
  const folder = t.testdir()
  cpSync(fixturePath('estimators/1.9/ada-over-forests.pkl'), join(folder, 'good.pkl'))
  // Stands for an interpreter: it reads the rows, and answers nothing, or something else than the model.
  const stand = (name: string, program: string) => {
    const path = join(folder, name)
    writeFileSync(path, `#!${process.execPath}\n${program}`, { mode: 0o755 })
    return path
  }
  const silent = stand('silent', 'console.error("first\\nno such library"); process.exit(1)')
  const unable = stand('unable', 'console.log(JSON.stringify({ problem: "it is of another version" }))')
  const wrong = stand('wrong', `
    const { rows } = JSON.parse(require('fs').readFileSync(0, 'utf8'))
    console.log(JSON.stringify({ expected: rows.map(() => ({ value: 2, probabilities: [2, 2, 2] })) }))`)
  const run = async (...python: string[]) => {
    let text = ''
    await runCorpus(folder, { python, out: { write: line => { text += line } } })
    return text
  }
  t.match(await run(silent, unable), /\n +not compared: no such library; it is of another version\n\n.* 0 differ, 1 were not compared\.\n$/)
  t.match(await run(silent, wrong), /\n +differs: \d+ of \d+ numbers.*row 0, .*expected 2, .*\n\n.*; 0 agree .*, 1 differ, 0 were not compared\.\n$/)
})
