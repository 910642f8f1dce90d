/** What goes in and out, and what a job runner is told. */
import { spawn, execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import t from 'tap'
import { shardName } from '../../tools/score/input/shards.js'
import { sealDump } from '../../src/model/digest.js'
import { makeDump } from '../helpers/dumps.js'
import { makeRandom, pickSeed } from '../helpers/forests.js'
import { COLUMNS, randomCells, score, startScore, toCsv, type Finished } from '../helpers/score.js'

const cwd = mkdtempSync(join(tmpdir(), 'score-test-'))
t.teardown(() => rmSync(cwd, { recursive: true }))
const file = (name: string) => join(cwd, name)
/** With one thread unless the arguments say otherwise: to start them is most of the work here. */
const run = (args: string, input?: string | Buffer, env?: Record<string, string>) =>
  score([...(args.includes('--model') ? [] : ['--model', 'churn']), '--workers', '1', ...args.split(' ').filter(arg => arg !== '')], {
    cwd, ...(input !== undefined && { input }), ...(env !== undefined && { env })
  })

const seed = pickSeed()
t.comment(`seed ${seed}`)
const random = makeRandom(seed)
/** Several blocks. */
const many = Array.from({ length: 15_000 }, () => randomCells(random))
writeFileSync(file('many.csv'), toCsv([COLUMNS, ...many]))
const few = toCsv([COLUMNS, ...Array.from({ length: 3 }, () => ['1', '0.5', '2', '3', '50000', '1', '0.1', '0', 'Prepaid', 'Apple'])])

t.test('any number of threads, gzip and pipes give the same bytes', async t => {
  const one = await run('many.csv --out one.csv')
  t.match(one.stderr, /^recall-ml score: [\d,]+ rows scored in .* rejected \(one\.csv\.rejects\.ndjson\).*rows\/s\n/)
  t.equal(one.status, 3)
  const expected = readFileSync(file('one.csv'))
  writeFileSync(file('packed.csv.gz'), gzipSync(readFileSync(file('many.csv'))))
  const [three, four, piped] = await Promise.all([
    run('packed.csv.gz --workers 3 --out three.csv.gz --max-rejects 50%'),
    run('many.csv --workers 4 --quiet --rejects four.ndjson'),
    run('- --gzip --workers 2 --quiet --max-rejects 15000', readFileSync(file('packed.csv.gz')))
  ])
  t.strictSame([three.status, four.status, piped.status], [0, 3, 0])
  t.ok(gunzipSync(readFileSync(file('three.csv.gz'))).equals(expected))
  t.ok(four.stdout.equals(expected))
  t.ok(gunzipSync(piped.stdout).equals(expected))
  t.equal(piped.stderr, '')
  for (const name of ['three.csv.gz.rejects.ndjson', 'four.ndjson', 'stdin.churn.rejects.ndjson']) {
    t.ok(readFileSync(file(name)).equals(readFileSync(file('one.csv.rejects.ndjson'))), name)
  }
  t.strictSame(readdirSync(cwd).filter(name => /\.(partial|checkpoint|new)$/.test(name)), [])
})

t.test('forms of CSV', async t => {
  const cell = (text: string, delimiter: string) => text.replaceAll(',', delimiter)
  const answers = await Promise.all([
    run('', few), run('', `\ufeff${few}`), run('', cell(few, '\t')), run('--delimiter |', cell(few, '|')),
    run('', few.trimEnd()), run('', few.replaceAll('\n', '\r\n')), run('--prefix my_', few)
  ])
  for (const { status, stderr } of answers) t.equal(status, 0, stderr)
  const [plain, bom, tab, bar, unended, crlf, prefixed] = answers.map(({ stdout }) => stdout.toString())
  t.match(plain, /device_brand,prediction,risk_score,risk_category,defaulted\n1,0.5,2,3,50000,1,0.1,0,Prepaid,Apple,[01],0\.\d+,[A-Z]+,\n/)
  t.equal(bom, `\ufeff${plain}`)
  t.equal(tab, cell(plain, '\t'))
  t.equal(bar, cell(plain, '|'))
  t.equal(unended, plain)
  t.equal(crlf, plain.replaceAll('\n', '\r\n'))
  t.equal(prefixed, plain.replace('prediction,risk_score,risk_category,defaulted', 'my_prediction,my_risk_score,my_risk_category,my_defaulted'))
})

t.test('NDJSON', async t => {
  const { status, stdout, stderr } = await run('', '{"monthly_spend":1, "id":"x"} \r\n\n{}\n{"monthly_spend":null}\n[]\n{"a":\n{"monthly_spend":"1"}')
  t.equal(status, 3)
  const lines = stdout.toString().split('\n')
  t.match(lines[0], /^\{"monthly_spend":1, "id":"x","prediction":[01],"risk_score":0\.\d+,"risk_category":"[A-Z]+","defaulted":\["pct_video_usage",.*\]\} ?\r?$/)
  t.match(lines[1], /^\{"monthly_spend":null,"prediction":/)
  t.match(stderr, /4 rejected \(stdin\.churn\.rejects\.ndjson\).* 1 empty line/)
  const rejects = readFileSync(file('stdin.churn.rejects.ndjson'), 'utf8').trimEnd().split('\n').map(line => JSON.parse(line) as object)
  t.match(rejects.shift(), { line: 3, errors: [{ field: 'row', expected: /^at least one of the model's fields "pct_video_usage"/ }] })
  t.strictSame(rejects, [
    { line: 5, errors: [{ field: 'row', expected: 'a JSON object', received: 'a list of 0 values' }], row: '[]' },
    { line: 6, errors: [{ field: 'row', expected: 'a JSON object', received: 'text that is not JSON' }], row: '{"a":' },
    { line: 7, errors: [{ field: 'monthly_spend', expected: 'a number of 0 or more, or null', received: 'the text "1"' }], row: '{"monthly_spend":"1"}' }
  ])
  const taken = await run('--rejects taken.ndjson', '{"monthly_spend":1}\n{"monthly_spend":1,"prediction":1}\n{"monthly_spend":1}\n')
  t.equal(taken.status, 3)
  t.equal(taken.stdout.toString().trimEnd().split('\n').length, 2, 'the other rows are scored')
  t.match(readFileSync(file('taken.ndjson'), 'utf8'), /^\{"line":2,"errors":\[\{"field":"prediction",.*--prefix/)
  t.match(taken.stderr, /rejected, 1 row: prediction: expected no field of this name/)
})

t.test('rows that are no rows are rejected, the others scored', async t => {
  const [head, row] = few.split('\n')
  const bad = [`${row},more`, 'one', `"${row}`, row.replace('50000', '5\0'), row.replace('Apple', 'App"le'), `${row}\r${row}`]
  const bytes = Buffer.concat([
    Buffer.from([head, row, ...bad.filter((_, i) => i !== 2), ''].join('\n')), Buffer.from(row.replace('Apple', '')), Buffer.from([0xff]),
    Buffer.from(`\n${row}\n${bad[2]}\n${row}\n`)
  ])
  const { status, stdout } = await run('--rejects bad.ndjson', bytes)
  t.equal(status, 3)
  t.equal(stdout.toString().trimEnd().split('\n').length, 3)
  const rejects = readFileSync(file('bad.ndjson'), 'utf8').trimEnd().split('\n')
    .map(line => JSON.parse(line) as { line: number, errors: Array<{ received: string }> })
  t.strictSame(rejects.map(({ line }) => line), [3, 4, 5, 6, 7, 8, 10])
  t.strictSame(rejects.map(({ errors }) => errors[0].received), [
    '11 cells', '1 cell', 'the text "5\\u0000"', 'a quote within a cell that is not', 'a carriage return that ends no line',
    'bytes that are not UTF-8', 'a quote that is never closed'
  ])
  t.equal((await run('--rejects bad.ndjson', few)).status, 0)
  t.notOk(existsSync(file('bad.ndjson')), 'the rejects of an earlier run are gone')
})

t.test('exit statuses and messages', async t => {
  writeFileSync(file('few.csv'), few)
  writeFileSync(file('needs.json'), JSON.stringify(sealDump(makeDump())))
  writeFileSync(file('cut.csv.gz'), gzipSync(few).subarray(0, -10))
  const wide = Array.from({ length: 10_000 }, (_, i) => `column_${i}`).join(',')
  const cases: Array<[string, number, RegExp, (string | Buffer)?]> = [
    ['few.csv --resume', 2, /--resume needs --out/],
    ['few.csv --workers 0', 2, /--workers: expected a whole number from 1 to 256, received "0"/],
    ['few.csv --shard 3/3', 2, /--shard, INDEX: expected a whole number from 0 to 2/],
    ['few.csv --shards 3', 2, /JOB_COMPLETION_INDEX/],
    ['--shard 0/3', 2, /standard input/, few],
    ['few.csv --max-rejects many', 2, /--max-rejects/],
    ['few.csv --unheard-of', 2, /unknown option/],
    ['none.csv', 1, /none\.csv cannot be read: there is no such file/],
    ['few.csv --model none', 1, /none\.json does not exist/],
    ['few.csv --out few.csv', 1, /few\.csv would be written over/],
    ['few.csv --out none/x.csv', 1, /none\/x\.csv cannot be written: there is no such file or folder/],
    ['few.csv --out /dev/full', 1, /\/dev\/full cannot be written: no space is left.*ENOSPC/],
    ['cut.csv.gz', 1, /cut\.csv\.gz is a damaged or cut-off gzip file/],
    ['packed.csv.gz --shard 0/2', 1, /gzip.*unpack it/],
    ['', 1, /expected a header.*received nothing/, ''],
    ['', 1, /line 1: expected a header with the model's columns .*received "1", "0.5"/, few.split('\n').slice(1).join('\n')],
    ['', 1, /column_11" and 9988 more/, `${wide}\n`],
    ['', 1, /one column "sms_freq", received several/, few.replace('topup_freq', 'sms_freq')],
    ['', 1, /has "risk_score" already/, few.replace('device_brand', 'risk_score')],
    ['', 1, /UTF-16/, Buffer.from(`\ufeff${few}`, 'utf16le')],
    ['', 1, /header in UTF-8/, Buffer.concat([Buffer.from([0xe9]), Buffer.from(few)])],
    ['--model ./needs.json', 1, /expected the columns "f0" too/, 'f1\n1\n'],
    [`--format csv`, 0, /no column "travel_score"/, few.replace('travel_score', 'other')],
    ['', 0, /^recall-ml score: 1 row scored/, `${wide},${COLUMNS.join(',')}\n${','.repeat(10_009)}\n`]
  ]
  const results: Finished[] = []
  for (let i = 0; i < cases.length; i += 6) {
    results.push(...await Promise.all(cases.slice(i, i + 6).map(([args, , , input]) => run(args, input))))
  }
  cases.forEach(([args, status, message], i) => {
    t.equal(results[i].status, status, `${args}: ${results[i].stderr}`)
    t.match(results[i].stderr, message)
  })
  t.strictSame(readdirSync(cwd).filter(name => /\.(partial|checkpoint|new)$/.test(name)), [], 'nothing is left lying')
})

t.test('names of shards, and of outputs that were not written', async t => {
  const { status, stderr } = await run('few.csv --shard 1/3 --out scored.2026-11-27.csv')
  t.equal(status, 0, stderr)
  t.ok(existsSync(file('scored.2026-11-27-00001-of-00003.csv')))
  const names = ['a.b.csv.gz', 'a.jsonl', 'a.gz', '.csv', 'a.v2', 'x.csv.churn.rejects.ndjson']
  t.strictSame(names.map(name => shardName(`d.e/${name}`, { index: 0, count: 2 }).replace('00000-of-00002', '*')), [
    'd.e/a.b-*.csv.gz', 'd.e/a-*.jsonl', 'd.e/a-*.gz', 'd.e/.csv-*', 'd.e/a.v2-*', 'd.e/x.csv.churn-*.rejects.ndjson'
  ])
  writeFileSync(file('old.csv'), 'of yesterday')
  const failed = await run('cut.csv.gz --out old.csv')
  t.match(failed.stderr, /old\.csv was not written; an older old\.csv is still there\n$/)
  t.equal(readFileSync(file('old.csv'), 'utf8'), 'of yesterday')
})

t.test('a line without an end does not fill the memory', async t => {
  const input = Buffer.concat([Buffer.from(`${few}"`), Buffer.alloc(40_000_000, 'x')])
  const { status, stderr } = await run('', input)
  t.equal(status, 1)
  t.match(stderr, /line 5: expected a row of at most 16777216 bytes, received a longer one: a quote opens a cell/)
})

t.test('a reader that leaves, and a full device', async t => {
  const shell = (command: string) => new Promise<{ status: number | null, text: string }>(resolve => {
    const child = spawn('bash', ['-o', 'pipefail', '-c', command], { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    let text = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => { text += data.toString() })
    child.on('close', status => resolve({ status, text }))
  })
  const command = `${process.execPath} ${join(import.meta.dirname, '..', '..', 'tools', 'cli.js')} score --model churn many.csv`
  const [head, full, named] = await Promise.all([
    shell(`${command} | head -n 1`), shell(`${command} --rejects full.ndjson > /dev/full`),
    shell(`${command} --rejects named.ndjson --out - < /dev/null | tail -n 1`)
  ])
  t.equal(head.status, 141)
  t.equal(head.text.trim().split('\n').length, 1, head.text)
  t.equal(full.status, 1)
  t.match(full.text, /standard output cannot be written: no space/)
  t.equal(named.status, 3)
})

t.test('a named pipe as input', async t => {
  execFileSync('mkfifo', [file('pipe')])
  const { finished } = startScore(['--model', 'churn', 'pipe'], { cwd })
  writeFileSync(file('pipe'), few)
  const { status, stdout, stderr } = await finished
  t.equal(status, 0, stderr)
  t.equal(stdout.toString().split('\n').length, 5)
})
