/** `score --explain`: each row has the library's reasons, however the file is cut up, and nothing else changes. */
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import t from 'tap'
import { createExplainer, type Explanation } from '../../library/explain.js'
import type { Dump, TreeDump } from '../../src/dump/dump.js'
import { makeDump, makeFolder, makeRegressorDump } from '../helpers/dumps.js'
import { makeForest, makeRandom, makeStump, pickSeed } from '../helpers/forests.js'
import { COLUMNS, randomCells, score, SHIPPED, startScore, toCsv, toRequest } from '../helpers/score.js'
import { sleep } from '../helpers/service-process.js'

const cwd = mkdtempSync(join(tmpdir(), 'score-test-'))
t.teardown(() => rmSync(cwd, { recursive: true }))
const file = (name: string) => join(cwd, name)
const read = (name: string) => readFileSync(file(name))
const seed = pickSeed()
t.comment(`seed ${seed}`)
const random = makeRandom(seed)
const rows = Array.from({ length: 8000 }, () => randomCells(random))
writeFileSync(file('in.csv'), toCsv([COLUMNS, ...rows]))
writeFileSync(file('in.ndjson'), rows.map(row => `${JSON.stringify(toRequest(row))}\n`).join(''))

const start = (args: string) => startScore(['--checkpoint', '0', '--quiet', ...args.split(' ')], { cwd })
const run = async (args: string) => start(args).finished

type Cell = string | number | null

/** What the columns of a row are, from the library's explanation of it. */
function cellsOf({ base, factors, rest }: Explanation, count: number): Cell[] {
  const cells = Array.from({ length: count }, (_, i) => {
    const factor = factors.at(i)
    return factor === undefined || factor.contribution === 0 ? [null, null] : [factor.fields.join(';'), factor.contribution]
  })
  return [base, ...cells.flat(), rest]
}

const COUNT = 3
const REASONS = ['base', 'factor_1', 'contribution_1', 'factor_2', 'contribution_2', 'factor_3', 'contribution_3', 'rest']

for (const [model, label] of [['churn', 1], ['recommend', undefined]] as const) {
  t.test(`the reasons of ${model}`, async t => {
    const explainer = createExplainer(JSON.parse(readFileSync(join(SHIPPED, `${model}.json`), 'utf8')))
    for (const format of ['csv', 'ndjson'] as const) {
      const plain = `plain-${model}.${format}`
      const out = `${model}.${format}`
      t.equal((await run(`--model ${model} --out ${plain} --workers 1 in.${format}`)).status, 3)
      const { status, stderr } = await run(`--model ${model} --out ${out} --workers 3 --explain ${COUNT} in.${format}`)
      t.equal(status, 3, stderr)
      t.ok(read(`${out}.rejects.ndjson`).equals(read(`${plain}.rejects.ndjson`)), 'the same rows are rejected')
      const rejected = new Set(read(`${out}.rejects.ndjson`).toString().trimEnd().split('\n')
        .map(line => (JSON.parse(line) as { row: string }).row))
      t.ok(rejected.size > 50, `${rejected.size} rejected rows`)
      const whole = (name: string): Array<Record<string, unknown>> => format === 'csv'
        ? parse(read(name), { columns: true }) : read(name).toString().trimEnd().split('\n').map(line => JSON.parse(line) as Record<string, unknown>)
      const [found, bare] = [whole(out), whole(plain)]
      t.equal(found.length, bare.length)
      t.ok(found.length > 1000)
      for (const [i, row] of found.entries()) {
        if (i % 5 !== 0) continue
        const given = format === 'csv' ? toRequest(COLUMNS.map(name => String(row[name])))
          : Object.fromEntries(COLUMNS.map(name => [name, row[name]]))
        const expected = cellsOf(explainer.explain(given, { top: COUNT, ...(label !== undefined && { label }) }), COUNT)
        const own = REASONS.map(name => format === 'csv' ? readCell(String(row[name]), name) : row[name])
        own.forEach((cell, k) => {
          if (!Object.is(cell, expected[k])) t.equal(cell, expected[k], `${out}, row ${i}, ${REASONS[k]}`)
        })
        const others = Object.entries(row).filter(([name]) => !REASONS.includes(name))
        t.strictSame(Object.fromEntries(others), bare[i], 'all else is as it is without reasons')
      }
    }
  })
}

const readCell = (text: string, name: string) => text === '' ? null : name.startsWith('factor') ? text : Number(text)

t.test('killed and resumed, with other workers', async t => {
  const whole = read('recommend.csv')
  const args = `--model recommend --out cut.csv --explain ${COUNT} in.csv`
  // One kill, at the first checkpoint: after several the run might have ended, and nothing be left to resume.
  const { child, finished } = start(`${args} --workers 1`)
  let done = false
  void finished.then(() => { done = true })
  for (let turn = 0; turn < 10_000 && !done && !existsSync(file('cut.csv.checkpoint')); turn++) await sleep(2)
  child.kill('SIGKILL')
  t.equal((await finished).signal, 'SIGKILL', 'killed before its end')
  t.match((await run('--model recommend --out cut.csv --explain 2 in.csv --resume')).stderr,
    /the factors that are explained has changed, expected 3 as at first, received 2/)
  t.match((await run('--model recommend --out cut.csv in.csv --resume')).stderr, /factors that are explained has changed/)
  const { status, stderr } = await run(`${args} --resume --workers 2`)
  t.equal(status, 3, stderr)
  t.ok(read('cut.csv').equals(whole), 'the bytes of one run')
  t.ok(read('cut.csv.rejects.ndjson').equals(read('recommend.csv.rejects.ndjson')))
  t.strictSame(readdirSync(cwd).filter(name => /\.(partial|checkpoint|new|lock)$/.test(name)), [])
})

const WEIGHTED: Partial<TreeDump> = { missingGoToLeft: [1, 1, 1], weightedNNodeSamples: [10, 6, 4] }

/** A number whose forest has these leaves. */
const makeValue = (value: [number, number]): Dump => ({
  ...makeRegressorDump(), model: makeForest([makeStump({ ...WEIGHTED, value })], { leaves: 'values', nOutputs: 1 }),
  golden: [{ input: { f0: 0.75, f1: 1 }, values: [value[1]] }]
})

t.test('models without reasons, and rows without', async t => {
  const folder = makeFolder(t, {
    'bare.json': makeDump(), 'value.json': makeValue([1.5, 0.1]), 'huge.json': makeValue([1.7e308, -1.7e308]),
    'in.csv': 'f0,f1\n0.25,\n0.75,1\n', 'taken.csv': 'f0,f1,rest\n0.25,1,1\n'
  })
  const explain = async (model: string, input = 'in.csv', workers = '1', ...more: string[]) =>
    score(['--model', `./${model}.json`, input, '--explain', '2', '--workers', workers, '--quiet', ...more], { cwd: folder })
  for (const workers of ['1', '3']) {
    const bare = await explain('bare', 'in.csv', workers, '--out', 'bare.csv')
    t.equal(bare.status, 1)
    t.match(bare.stderr, /^recall-ml score: made-for-a-test has no exact explanation: its file does not say how many training rows/)
    t.notOk(existsSync(join(folder, 'bare.csv')))
  }
  const value = await explain('value')
  const [header, ...lines] = value.stdout.toString().split('\n')
  t.equal(header, 'f0,f1,value,base,factor_1,contribution_1,factor_2,contribution_2,rest,defaulted')
  t.match(lines, [/^0\.25,,1\.5,0\.9[34]\d*,f0,0\.5[56]\d*,,,0,f1$/, /^0\.75,1,0\.1,0\.9[34]\d*,f0,-0\.8[34]\d*,,,0,$/, /^$/])
  const huge = await explain('huge')
  t.equal(huge.status, 3, 'a difference of two such numbers is not finite')
  t.match(huge.stderr, /expected an explanation of finite numbers/)
  t.notMatch(huge.stdout.toString(), /null|Infinity|NaN|,,,,/)
  t.match((await explain('value', 'taken.csv')).stderr, /the input has "rest" already/)
})

t.test('how many factors', async t => {
  for (const count of ['0', '-1', '101', '1e2', '', 'x', '1.5']) {
    const { status, stderr } = await score(['--model', 'churn', 'in.csv', `--explain=${count}`], { cwd })
    t.equal(status, 2, count)
    t.match(stderr, /--explain/)
  }
})
