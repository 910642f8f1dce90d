/** `recall-ml verify --csv`: what is compared, and what is said of it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { runVerify, type VerifyOptions } from '../tools/verify.js'
import { COLUMNS, score, SHIPPED, toCsv } from './helpers/score.js'
import { visible } from './helpers/visible.js'

const cwd = mkdtempSync(join(tmpdir(), 'verify-test-'))
t.teardown(() => rmSync(cwd, { recursive: true }))
const row = ['1', '0.5', '2', '3', '50000', '1', '0.1', '0', 'Prepaid', 'Apple']

/** In this process: a process for each comparison takes a second. */
async function verify(model: string, file: string, options: VerifyOptions = {}) {
  const said = { stdout: '', stderr: '' }
  const { log, error } = console
  console.log = (text: string) => { said.stdout += `${text}\n` }
  console.error = (text: string) => { said.stderr += `${text}\n` }
  try {
    const status = await runVerify(join(SHIPPED, `${model}.json`), { csv: join(cwd, file), ...options })
    return { status, stdout: said.stdout.replaceAll(join(cwd, '/'), ''), stderr: said.stderr.replaceAll(join(cwd, '/'), '') }
  } finally {
    Object.assign(console, { log, error })
  }
}

t.test('what score wrote is compared, all of it', async t => {
  const cases = [
    ['churn', '"prediction", "risk_score", "risk_category"'], ['recommend', '"offer_name", "confidence"']
  ]
  for (const [model, compared] of cases) {
    writeFileSync(join(cwd, 'in.csv'), toCsv([['id', ...COLUMNS], ['7', ...row]]))
    const out = `${model}.csv`
    t.equal((await score(['--model', model, '--workers', '1', '--out', out, 'in.csv'], { cwd })).status, 0)
    const same = await verify(model, out)
    t.equal(same.status, 0, same.stderr)
    t.equal(same.stdout, `${out}: 1 rows, the same bits in ${compared}; not compared: "id", "defaulted"\n`)
    const [head, cells] = readFileSync(join(cwd, out), 'utf8').split('\n')
    for (const name of compared.replaceAll('"', '').split(', ')) {
      const changed = cells.split(',')
      const at = head.split(',').indexOf(name)
      changed[at] = `1${changed[at]}`
      writeFileSync(join(cwd, 'changed.csv'), `${head}\n${changed.join(',')}\n`)
      const other = await verify(model, 'changed.csv')
      t.equal(other.status, 1, name)
      t.match(other.stderr, `changed.csv, row 1: ${name}: expected`)
    }
  }
})

const HEAD = COLUMNS.join(',')
const CELLS = row.join(',')

/** What is said of a table that does not compare. */
async function fail(t: Test, text: string, options: VerifyOptions = {}): Promise<string> {
  writeFileSync(join(cwd, 'table.csv'), text)
  const { status, stderr } = await verify('churn', 'table.csv', options)
  t.equal(status, 1, visible(text.slice(0, 200)))
  t.notMatch(stderr, /\n {4}at /)
  return stderr
}

t.test('a column that looks like an answer is compared, or an error', async t => {
  const right = /expected 0\.5, computed (\S+)/.exec(await fail(t, `${HEAD},risk_score\n${CELLS},0.5\n`))?.[1]
  for (const name of ['probability_2', 'predictions', 'proba_1', 'y_pred', 'Predicted', 'churn_probability', 'value', 'predict']) {
    const text = `${HEAD},risk_score,${name}\n${CELLS},${right},1\n`
    t.match(await fail(t, text), new RegExp(`"${name}" cannot be compared.*probability_0.*--ignore ${name} or --partial`))
    for (const options of [{ ignore: name }, { partial: true }]) {
      const { status, stdout } = await verify('churn', 'table.csv', options)
      t.equal(status, 0, name)
      t.match(stdout, `in "risk_score"${'partial' in options ? `; not compared: "${name}"` : ''}`)
    }
  }
  t.match(await fail(t, `${HEAD},risk_score\n${CELLS},${right}\n`, { ignore: 'other' }), /has no column "other"/)
})

t.test('inputs that the table lacks are named', async t => {
  const fields = COLUMNS.map((name, i) => [name, row[i]] as const).filter(([name]) => name !== 'plan_type')
  const [head, cells] = [fields.map(([name]) => name).join(','), fields.map(([, cell]) => cell).join(',')]
  const right = /computed (\S+)/.exec(await fail(t, `${head},risk_score\n${cells},0.123\n`))?.[1]
  writeFileSync(join(cwd, 'table.csv'), `${head},risk_score\n${cells},${right}\n`)
  t.match((await verify('churn', 'table.csv')).stdout, /; inputs that it has no column for: "plan_type"\n/)
})

t.test('what is not a table is a message', async t => {
  t.match(await fail(t, ''), /has no rows/)
  t.match(await fail(t, `${HEAD},prediction\n`), /has no rows/)
  t.match(await fail(t, `${HEAD}\n${CELLS}\n`), /has no expected answers/)
  t.match(await fail(t, `${HEAD},prediction,prediction\n${CELLS},0,1\n`), /two columns "prediction"/)
  t.match(await fail(t, `${HEAD},prediction\n${CELLS.replace('50000', 'many')},0\n`), /row 1: monthly_spend: expected a number, received "many"/)
  t.match(await fail(t, '\u0000\u0001"\u0000\n"\u001b[2J,'), /cannot be read as CSV|no expected answers/)
  for (const [file, message] of [['none.csv', /ENOENT/], ['.', /EISDIR/]] as const) {
    const { status, stderr } = await verify('churn', file)
    t.equal(status, 1)
    t.match(stderr, message)
    t.notMatch(stderr, /\n {4}at /)
  }
})

t.test('a row without answers is one that the model refuses', async t => {
  t.match(await fail(t, `${HEAD},prediction\n${CELLS},\n`), /row 1: prediction: expected that the row is refused/)
  writeFileSync(join(cwd, 'table.csv'), `${HEAD},prediction\n${CELLS.replace('50000', '1e300')},\n`)
  t.match((await verify('churn', 'table.csv')).stdout, /; refused, as expected: 1/)
})

t.test('flags are spelled as Python spells them', async t => {
  const prediction = /computed (\S+)/.exec(await fail(t, `${HEAD},prediction\n${CELLS},7\n`))?.[1]
  writeFileSync(join(cwd, 'table.csv'), `${HEAD},prediction\n${CELLS},${prediction === '1' ? 'True' : 'False'}\n`)
  t.equal((await verify('churn', 'table.csv')).status, 0)
  await fail(t, `${HEAD},prediction\n${CELLS},${prediction === '1' ? 'False' : 'True'}\n`)
})

t.test('answers of a service under names of its own, rounded', async t => {
  const answers = /computed (\S+)/.exec(await fail(t, `${HEAD},risk_score\n${CELLS},7\n`))?.[1] ?? ''
  const rounded = Number(answers).toFixed(3)
  const table = (...risks: string[]) => writeFileSync(join(cwd, 'table.csv'), `${HEAD},risk\n${risks.map(risk => `${CELLS},${risk}\n`).join('')}`)
  table(rounded, rounded)
  const same = await verify('churn', 'table.csv', { answer: ['risk=risk_score'], decimals: '3' })
  t.equal(same.stdout, 'table.csv: 2 rows, the same to 3 decimals in "risk"\n')
  table(rounded, '0.999', rounded, '0.999')
  const other = await verify('churn', 'table.csv', { answer: ['risk=risk_score'], decimals: '3' })
  t.equal(other.status, 1)
  t.match(other.stderr, /row 2: risk: expected 0\.999, computed .* \(2 of 4 rows agree\)/)
  t.match((await verify('churn', 'table.csv')).stderr, /"risk" cannot be compared.* --answer risk=prediction/)
  t.match((await verify('churn', 'table.csv', { answer: ['risk=chance'] })).stderr, /no answer "chance"; its answers are prediction/)
  t.match((await verify('churn', 'table.csv', { answer: ['rsk=prediction'] })).stderr, /no column "rsk"/)
  t.match((await verify('churn', 'table.csv', { answer: ['risk'] })).stderr, /expected COLUMN=ANSWER/)
})
