/** `recall-ml verify --csv`: what is compared, and what is said of it. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { COLUMNS, score, SHIPPED, toCsv } from './helpers/score.js'

const cwd = mkdtempSync(join(tmpdir(), 'verify-test-'))
t.teardown(() => rmSync(cwd, { recursive: true }))
const row = ['1', '0.5', '2', '3', '50000', '1', '0.1', '0', 'Prepaid', 'Apple']

function verify(model: string, file: string, ...options: string[]) {
  const cli = join(import.meta.dirname, '..', 'tools', 'cli.js')
  return spawnSync(process.execPath, [cli, 'verify', join(SHIPPED, `${model}.json`), '--csv', file, ...options], { cwd, encoding: 'utf8' })
}

t.test('what score wrote is compared, all of it', async t => {
  const cases = [
    ['churn', '"prediction", "risk_score", "risk_category"'], ['recommend', '"offer_name", "confidence"']
  ]
  for (const [model, compared] of cases) {
    writeFileSync(join(cwd, 'in.csv'), toCsv([['id', ...COLUMNS], ['7', ...row]]))
    const out = `${model}.csv`
    t.equal((await score(['--model', model, '--workers', '1', '--out', out, 'in.csv'], { cwd })).status, 0)
    const same = verify(model, out)
    t.equal(same.status, 0, same.stderr)
    t.equal(same.stdout, `${out}: 1 rows, the same bits in ${compared}; not compared: "id", "defaulted"\n`)
    const [head, cells] = readFileSync(join(cwd, out), 'utf8').split('\n')
    for (const name of compared.replaceAll('"', '').split(', ')) {
      const changed = cells.split(',')
      const at = head.split(',').indexOf(name)
      changed[at] = `1${changed[at]}`
      writeFileSync(join(cwd, 'changed.csv'), `${head}\n${changed.join(',')}\n`)
      const other = verify(model, 'changed.csv')
      t.equal(other.status, 1, name)
      t.match(other.stderr, `changed.csv, row 1: ${name}: expected`)
    }
  }
})

const HEAD = COLUMNS.join(',')
const CELLS = row.join(',')

/** Standard error of a comparison that fails, without its stack if there is one. */
function fail(t: Test, text: string, ...options: string[]): string {
  writeFileSync(join(cwd, 'table.csv'), text)
  const { status, stderr } = verify('churn', 'table.csv', ...options)
  t.equal(status, 1, text.slice(0, 200))
  t.notMatch(stderr, /\n {4}at /)
  return stderr
}

t.test('a column that looks like an answer is compared, or an error', async t => {
  const right = /expected 0\.5, computed (\S+)/.exec(fail(t, `${HEAD},risk_score\n${CELLS},0.5\n`))?.[1]
  for (const name of ['probability_2', 'predictions', 'proba_1', 'y_pred', 'Predicted', 'churn_probability', 'value', 'predict']) {
    const text = `${HEAD},risk_score,${name}\n${CELLS},${right},1\n`
    t.match(fail(t, text), new RegExp(`"${name}" cannot be compared.*probability_0.*--ignore ${name} or --partial`))
    for (const options of [['--ignore', name], ['--partial']]) {
      const { status, stdout } = verify('churn', 'table.csv', ...options)
      t.equal(status, 0, name)
      t.match(stdout, `in "risk_score"${options.length === 1 ? `; not compared: "${name}"` : ''}`)
    }
  }
  t.match(fail(t, `${HEAD},risk_score\n${CELLS},${right}\n`, '--ignore', 'other'), /has no column "other"/)
})

t.test('inputs that the table lacks are named', async t => {
  const fields = COLUMNS.map((name, i) => [name, row[i]] as const).filter(([name]) => name !== 'plan_type')
  const [head, cells] = [fields.map(([name]) => name).join(','), fields.map(([, cell]) => cell).join(',')]
  const right = /computed (\S+)/.exec(fail(t, `${head},risk_score\n${cells},0.123\n`))?.[1]
  writeFileSync(join(cwd, 'table.csv'), `${head},risk_score\n${cells},${right}\n`)
  t.match(verify('churn', 'table.csv').stdout, /; inputs that it has no column for: "plan_type"\n/)
})

t.test('what is no table is a message', async t => {
  t.match(fail(t, ''), /has no rows/)
  t.match(fail(t, `${HEAD},prediction\n`), /has no rows/)
  t.match(fail(t, `${HEAD}\n${CELLS}\n`), /has no expected answers/)
  t.match(fail(t, `${HEAD},prediction,prediction\n${CELLS},0,1\n`), /two columns "prediction"/)
  t.match(fail(t, `${HEAD},prediction\n${CELLS.replace('50000', 'many')},0\n`), /row 1: monthly_spend: expected a number, received "many"/)
  t.match(fail(t, '\u0000\u0001"\u0000\n"\u001b[2J,'), /cannot be read as CSV|no expected answers/)
  for (const [file, message] of [['none.csv', /ENOENT/], ['.', /EISDIR/]] as const) {
    const { status, stderr } = verify('churn', file)
    t.equal(status, 1)
    t.match(stderr, message)
    t.notMatch(stderr, /\n {4}at /)
  }
})

t.test('a row without answers is one that the model refuses', async t => {
  t.match(fail(t, `${HEAD},prediction\n${CELLS},\n`), /row 1: prediction: expected that the row is refused/)
  writeFileSync(join(cwd, 'table.csv'), `${HEAD},prediction\n${CELLS.replace('50000', '1e300')},\n`)
  t.match(verify('churn', 'table.csv').stdout, /; refused, as expected: 1/)
})

t.test('flags are spelled as Python spells them', async t => {
  const prediction = /computed (\S+)/.exec(fail(t, `${HEAD},prediction\n${CELLS},7\n`))?.[1]
  writeFileSync(join(cwd, 'table.csv'), `${HEAD},prediction\n${CELLS},${prediction === '1' ? 'True' : 'False'}\n`)
  t.equal(verify('churn', 'table.csv').status, 0)
  fail(t, `${HEAD},prediction\n${CELLS},${prediction === '1' ? 'False' : 'True'}\n`)
})
