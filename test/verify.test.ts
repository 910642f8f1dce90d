/** `recall-ml verify --csv`: what is compared, and what is said of it. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { COLUMNS, score, SHIPPED, toCsv } from './helpers/score.js'

const cwd = mkdtempSync(join(tmpdir(), 'verify-test-'))
t.teardown(() => rmSync(cwd, { recursive: true }))
const row = ['1', '0.5', '2', '3', '50000', '1', '0.1', '0', 'Prepaid', 'Apple']

function verify(model: string, file: string) {
  const cli = join(import.meta.dirname, '..', 'tools', 'cli.js')
  return spawnSync(process.execPath, [cli, 'verify', join(SHIPPED, `${model}.json`), '--csv', file], { cwd, encoding: 'utf8' })
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
