/** Where the output goes: files that no two runs share, and descriptors that are open already. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { startScore, score, COLUMNS, toCsv } from '../helpers/score.js'
import { sleep } from '../helpers/service-process.js'

const cwd = mkdtempSync(join(tmpdir(), 'score-test-'))
t.teardown(() => rmSync(cwd, { recursive: true }))
const file = (name: string) => join(cwd, name)
const read = (name: string) => readFileSync(file(name), 'utf8')
const run = (args: string) => score(['--model', 'churn', '--workers', '1', ...args.split(' ')], { cwd })
const row = ['1', '0.5', '2', '3', '50000', '1', '0.1', '0', 'Prepaid', 'Apple']
const bad = ['x', ...row.slice(1)]
writeFileSync(file('few.csv'), toCsv([COLUMNS, row, bad]))

/** A run that waits for its input, and has its output's lock. */
function startWaiting(args: string) {
  const run = startScore(['--model', 'churn', '--workers', '1', ...args.split(' ')], { cwd, waiting: true })
  return { ...run, end: (rows: string) => run.child.stdin?.end(rows) }
}

async function waitFor(name: string): Promise<void> {
  for (let i = 0; i < 4000 && !existsSync(file(name)); i++) await sleep(5)
}

t.test('two runs do not write the same file', async t => {
  const first = startWaiting('--out shared.csv')
  await waitFor('shared.csv.lock')
  const refused = await run('few.csv --out shared.csv --resume')
  t.equal(refused.status, 1)
  t.match(refused.stderr, `shared.csv: another run, process ${first.child.pid}, is writing this: wait for it`)
  t.notMatch(refused.stderr, /--resume/)
  t.ok(existsSync(file('shared.csv.lock')), 'which stays the one of the first')
  first.end(toCsv([COLUMNS, row]))
  t.equal((await first.finished).status, 0)
  t.equal(read('shared.csv').split('\n').length, 3)
  t.strictSame(readdirSync(cwd).filter(name => name.startsWith('shared')), ['shared.csv'])
})

t.test('nor the same rejected rows', async t => {
  writeFileSync(file('r.ndjson.lock'), JSON.stringify({ pid: process.pid, host: hostname() }))
  writeFileSync(file('r.ndjson'), 'of the other run')
  writeFileSync(file('r.ndjson.partial'), 'of the other run')
  const refused = await run('few.csv --out other.csv --rejects r.ndjson')
  t.equal(refused.status, 1)
  t.match(refused.stderr, `r.ndjson: another run, process ${process.pid}, is writing this`)
  writeFileSync(file('good.csv'), toCsv([COLUMNS, row]))
  t.equal((await run('good.csv --out other.csv --rejects r.ndjson')).status, 0, 'one that has none needs no file')
  t.equal(read('r.ndjson'), 'of the other run')
  t.equal(read('r.ndjson.partial'), 'of the other run')
})

t.test('locks of runs that have ended are taken over', async t => {
  const gone = spawnSync(process.execPath, ['--version']).pid
  const now = new Date()
  const cases: Array<[string, object, Date, number]> = [
    ['gone', { pid: gone, host: hostname() }, now, 3],
    ['elsewhere and alive', { pid: 1, host: 'another' }, now, 1],
    ['elsewhere and silent', { pid: 1, host: 'another' }, new Date(now.getTime() - 120_000), 3],
    ['being written', {}, now, 1]
  ]
  for (const [name, holder, touched, status] of cases) {
    writeFileSync(file('taken.csv.lock'), JSON.stringify(holder))
    utimesSync(file('taken.csv.lock'), touched, touched)
    const result = await run('few.csv --out taken.csv')
    t.equal(result.status, status, `${name}: ${result.stderr}`)
    if (status === 1) t.match(result.stderr, /: another run(?:, process 1 on another,)? is writing this: /, name)
    t.equal(existsSync(file('taken.csv.lock')), status === 1, name)
    rmSync(file('taken.csv.lock'), { force: true })
  }
})

t.test('an unfinished file that has been replaced does not get the name', async t => {
  const first = startWaiting('--out replaced.csv')
  // More than the header is looked for in.
  first.child.stdin?.write(toCsv([COLUMNS, ...Array<string[]>(3000).fill(row)]))
  await waitFor('replaced.csv.partial')
  rmSync(file('replaced.csv.partial'))
  writeFileSync(file('replaced.csv.partial'), 'of another run')
  first.end(toCsv([row]))
  const { status, stderr } = await first.finished
  t.equal(status, 1)
  t.match(stderr, /replaced\.csv cannot be written: expected replaced\.csv\.partial as this run has written it, received another/)
  t.notOk(existsSync(file('replaced.csv')))
})

t.test('descriptors are written as they are', t => {
  const cli = `${process.execPath} ${join(import.meta.dirname, '..', '..', 'tools', 'cli.js')} score --model churn --workers 1`
  const shell = (command: string) => spawnSync('bash', ['-c', command], { cwd, encoding: 'utf8' })
  writeFileSync(file('log'), 'kept\n')
  t.equal(shell(`${cli} --quiet --shard 0/1 --out /dev/stdout few.csv >> log`).status, 3)
  t.equal(read('log').split('\n').length, 4)
  t.match(read('log'), /^kept\navg_data_usage_gb/)
  t.ok(existsSync(file('few.csv.churn-00000-of-00001.rejects.ndjson')), 'in the current folder')

  writeFileSync(file('log'), 'kept\n')
  const other = shell(`${cli} --out /dev/fd/3 --rejects /dev/stderr few.csv 3> three 2>> log`)
  t.equal(other.status, 3, other.stderr)
  t.match(read('three'), /^avg_data_usage_gb.*defaulted\n1,0\.5.*\n$/)
  t.match(read('log'), /^kept\n\{"line":3,.*\}\nrecall-ml score: 1 row scored/)

  const piped = shell(`${cli} --out scored.csv --rejects /proc/self/fd/1 few.csv 2> /dev/null | cat`)
  t.match(piped.stdout, /^\{"line":3,.*\}\n$/)
  t.equal(shell(`${cli} --out >(cat > substituted) few.csv; sleep 1`).stderr.includes('1 row scored'), true)
  t.equal(read('substituted'), read('three'))

  t.match(shell(`${cli} --rejects /dev/stdout few.csv`), { status: 2, stderr: /--rejects: expected a file/ })
  t.match(shell(`${cli} --resume --out /dev/stdout few.csv`), { status: 2, stderr: /--resume needs --out FILE/ })
  t.end()
})
