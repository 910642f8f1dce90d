/** What the person who starts a run is told, before and after it. */
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import type { Dump } from '../../src/dump/dump.js'
import { sealDump } from '../../src/model/digest.js'
import { createPacer } from '../../tools/score/progress.js'
import { countReasons, listReasons } from '../../tools/score/output/reasons.js'
import { COLUMNS, score, SHIPPED, startScore, toCsv } from '../helpers/score.js'
import { sleep } from '../helpers/service-process.js'

const cwd = mkdtempSync(join(tmpdir(), 'score-test-'))
t.teardown(() => rmSync(cwd, { recursive: true }))
const file = (name: string) => join(cwd, name)
const run = (args: string, input: string | Buffer, env: Record<string, string> = {}) =>
  score(['--model', 'churn', '--workers', '1', ...args.split(' ').filter(arg => arg !== '')], { cwd, input, env })
const row = ['1', '0.5', '2', '3', '50000', '1', '0.1', '0', 'Prepaid', 'Apple']
const few = toCsv([COLUMNS, row])

t.test('a column that is missing or misspelt', async t => {
  const misspelt = few.replace('travel_score', 'Travel Score').replace('monthly_spend', 'spend')
  const text = 'recall-ml score: the input has no column "monthly_spend", "travel_score": missing from every row; ' +
    'names count exactly, and it has "Travel Score" for "travel_score": rename it'
  const [quiet, required, ndjson, none] = await Promise.all([
    run('--quiet', misspelt), run('--quiet --require-columns --out x.csv', misspelt),
    run('--require-columns --format ndjson', '{}\n'),
    run('', few.toUpperCase())
  ])
  t.equal(quiet.status, 0)
  t.equal(quiet.stderr, `${text}\n`)
  t.equal(required.status, 1)
  t.match(required.stderr, `${text}; --require-columns has it end here`)
  t.notOk(existsSync(file('x.csv')))
  t.equal(ndjson.status, 1)
  t.match(ndjson.stderr, /--require-columns: expected CSV, received NDJSON.*STRICT_INPUT=true/)
  t.match(none.stderr, /it has .*"PCT_VIDEO_USAGE" for "pct_video_usage".*: rename them/)

  const child = startScore(['--model', 'churn', '--workers', '1'], { cwd, waiting: true })
  const warned = new Promise<string>(resolve => child.child.stderr?.once('data', (data: Buffer) => resolve(data.toString())))
  child.child.stdin?.write(misspelt + toCsv(Array<string[]>(3000).fill(row)))
  t.match(await warned, text, 'before the input has ended')
  child.child.stdin?.end()
  t.equal((await child.finished).status, 0)
})

t.test('one model a run, which the summary names', async t => {
  const both = await run('--model recommend', few)
  t.equal(both.status, 2)
  t.match(both.stderr, /One model a run; for two answers in one file run twice with --prefix/)

  mkdirSync(file('models'))
  const shipped = readFileSync(join(SHIPPED, 'churn.json'), 'utf8')
  const edited = JSON.parse(shipped.replace('"synthetic customers"', '"customers of 2026"')) as Dump
  writeFileSync(file('models/churn.json'), JSON.stringify(sealDump(edited)))
  copyFileSync(join(SHIPPED, 'recommend.json'), file('models/offers.json'))
  const [demonstration, own, copy] = await Promise.all([
    run('', few), run('', few, { MODEL_PATH: 'models' }),
    score(['--model', 'models/offers.json', '--workers', '1'], { cwd, input: few })
  ])
  t.match(demonstration.stderr, `model churn of rf_churn_risk_model.pkl, label_encoders.pkl, scaler.pkl (${join(SHIPPED, 'churn.json')})`)
  t.match(demonstration.stderr, /a demonstration, .* not for real customers; MODEL_PATH/)
  t.match(own.stderr, `model churn of rf_churn_risk_model.pkl, label_encoders.pkl, scaler.pkl (${file('models/churn.json')})\n`)
  t.notMatch(own.stderr, /demonstration/)
  t.match(copy.stderr, /model offers of telco_pipeline_model\.pkl .*demonstration/)
})

t.test('two answers in one file', async t => {
  const first = await run('--quiet --prefix churn_', few)
  const second = await score(['--model', 'recommend', '--prefix', 'offer_', '--workers', '1', '--quiet'], { cwd, input: first.stdout })
  t.match(second.stdout.toString(), /device_brand,churn_prediction,.*,churn_defaulted,offer_offer_name,offer_confidence,offer_defaulted\n/)
})

t.test('signals, before the first byte of input', async t => {
  execFileSync('mkfifo', [file('pipe')])
  for (const [signal, status, input] of [['SIGINT', 130, '-'], ['SIGTERM', 143, '-'], ['SIGTERM', 143, 'pipe']] as const) {
    const { child, finished } = startScore(['--model', 'churn', '--workers', '1', '--out', 'stopped.csv', input], { cwd, waiting: true })
    for (let i = 0; i < 4000 && !existsSync(file('stopped.csv.lock')); i++) await sleep(5)
    await sleep(50)
    child.kill(signal)
    const { status: received, stderr } = await finished
    t.equal(received, status)
    t.equal(stderr, `recall-ml score: stopped by ${signal}\n`)
    t.notOk(existsSync(file('stopped.csv.lock')))
  }
})

t.test('why rows were rejected', async t => {
  const cells = (at: number, text: string) => row.with(at, text)
  const { status, stderr } = await run('', toCsv([COLUMNS, row, cells(3, '1234,5'), cells(3, '99,5'), cells(3, ' 77 '), ['66'], [...row, '55'],
    cells(0, 'forty'), cells(0, 'thirty'), cells(0, 'fifty')]))
  t.equal(status, 3)
  t.strictSame(stderr.split('\n').filter(line => line.includes(' rejected, ')).map(line => line.replace('recall-ml score: ', '')), [
    'rejected, 3 rows: avg_data_usage_gb: expected a number of 0 or more, or null',
    'rejected, 2 rows: sms_freq: expected a number of 0 or more, or null, received a decimal comma: write numbers with a point',
    'rejected, 1 row: sms_freq: expected a number of 0 or more, or null, received a number in quotes or with spaces around it',
    'rejected, 1 row: row: expected 10 cells, one per column, received fewer: is the delimiter that of the header?',
    'rejected, 1 row: row: expected 10 cells, one per column, received more: are there decimal commas, or delimiters in cells that are not quoted?'
  ])
  t.notMatch(stderr, /1234|forty|\b77\b|\b66\b/, 'no value of a customer')

  const problem = (field: string) => ({ line: 0, row: '', problems: [{ field, expected: 'x', received: 'y' }] })
  const many = countReasons({}, Array.from({ length: 500 }, (_, i) => problem(`field ${i}`)))
  t.equal(Object.keys(many).length, 100, 'and no more than are of use')
  t.strictSame(listReasons(countReasons(many, [problem('field 7'), problem('__proto__')]), 1), [['field 7: expected x', 2]])
  t.end()
})

t.test('files that are something else', async t => {
  const cases: Array<[string, string | Buffer, RegExp]> = [
    ['', Buffer.from('PK\x03\x04\x14\0'), /received an Excel workbook or another zip archive: export the table as "CSV UTF-8"/],
    ['', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1]), /received an Excel workbook/],
    ['', `sep=;\r\n${few}`, /line 1: expected a header .* received a line that tells Excel the delimiter \(sep=\): delete that line/],
    ['', '[\n  {"sms_freq": 1}\n]\n', /expected NDJSON, one object per line, received a JSON list/],
    ['--format ndjson', '[{"sms_freq":1}]', /expected NDJSON, one object per line, received a JSON list/]
  ]
  for (const [args, input, message] of cases) {
    const { status, stderr } = await run(args, input)
    t.equal(status, 1)
    t.match(stderr, message)
  }
})

t.test('the time that is left is measured on what this run has done', t => {
  const pace = createPacer(1_000_000)
  t.strictSame(pace(9000, 900_000, 5000), { rate: undefined, left: undefined }, 'what was done before')
  t.strictSame(pace(9100, 910_000, 6000), { rate: 100, left: 9 })
  t.strictSame(pace(9500, 950_000, 10_000), { rate: 100, left: 5 })
  t.strictSame(createPacer(undefined)(1, 1, 1), { rate: undefined, left: undefined })
  t.end()
})
