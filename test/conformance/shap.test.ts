/**
 * Contributions of columns beside those of shap, LightGBM and XGBoost, where SHAP_PYTHON names a Python with
 * shap-requirements.txt: of each family of estimators, in 500 rows. Players that are no columns, and missing values
 * in scikit-learn's trees, which shap leads the wrong way, are held against all coalitions in test/explain.
 */
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { createExplainer, type Factor } from '../../library/explain.js'
import { convert } from '../../library/index.js'
import { PACKAGE_ROOT } from '../../src/config.js'
import type { Dump } from '../../src/dump/dump.js'
import { readVariable } from '../helpers/environment.js'

const SCRIPT = join(PACKAGE_ROOT, 'test', 'conformance', 'shap_values.py')

/** What the script writes of a model. */
interface Given {
  readonly file: string
  readonly rows: ReadonlyArray<ReadonlyArray<number | null>>
  readonly bases: readonly number[]
  /** [nNumbers][nRows][nColumns] */
  readonly values: readonly number[][][]
  readonly tolerance: number
  /** [nNumbers][some rows][nColumns][nColumns] */
  readonly interactions: readonly number[][][][] | null
}

const python = readVariable('SHAP_PYTHON')

const recall = readVariable('RECALL_FILES')

t.setTimeout(900_000)

t.test('each family of estimators', { skip: python === undefined && 'SHAP_PYTHON is not set' }, async t => {
  await compareAll(t, 20)
})

t.test("the forests of the original service's files", {
  skip: (python === undefined || recall === undefined) && 'SHAP_PYTHON and RECALL_FILES are not set'
}, async t => {
  await compareAll(t, 2, join(recall ?? '', 'recall-models'))
})

/** @param count of models that the script makes */
async function compareAll(t: Test, count: number, ...args: string[]): Promise<void> {
  const folder = t.testdir()
  await promisify(execFile)(python ?? '', [SCRIPT, folder, ...args], { env: { ...process.env, OMP_NUM_THREADS: '1' } })
  const names = readdirSync(folder).filter(name => name.endsWith('.json'))
  t.equal(names.length, count)
  for (const name of names) {
    const given = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Given
    const [{ text }] = await convert([join(folder, given.file)], args.length > 0 ? { recipe: 'plain' } : {})
    const dump = JSON.parse(text) as Dump
    const columns = dump.inputs.map(input => input.name)
    const explainer = createExplainer(dump)
    let worst = 0
    const compare = (found: number, expected: number) => {
      worst = Math.max(worst, Math.abs(found - expected) / Math.max(1, Math.abs(expected)))
    }
    for (const [r, numbers] of given.rows.entries()) {
      const row = Object.fromEntries(columns.map((column, c) => [column, numbers[c]]))
      const all = explainer.explainAll(row, { players: 'columns' })
      // Theirs is the one raw score of two classes, that of the second.
      const found = given.values.length === 1 ? all.slice(-1) : all
      t.equal(found.length, given.values.length)
      for (const [number, { base, factors, label }] of found.entries()) {
        compare(base, given.bases[number])
        for (const [c, column] of columns.entries()) {
          compare(find(factors, column)?.contribution ?? 0, given.values[number][r][c])
        }
        const pairs = given.interactions?.[number]?.[r]
        if (pairs === undefined) continue
        const together = explainer.explain(row, { players: 'columns', label, interactions: true }).factors
        for (const [a, column] of columns.entries()) {
          const { main = NaN, interactions = [] } = find(together, column) ?? {}
          for (const [b, other] of columns.entries()) {
            compare(a === b ? main : find(interactions, other)?.contribution ?? NaN, pairs[a][b])
          }
        }
      }
    }
    t.ok(worst < given.tolerance, `${name}: ${worst}`)
    t.comment(`${name}: ${worst}`)
  }
}

function find<Item extends Pick<Factor, 'column'>>(items: readonly Item[], column: string): Item | undefined {
  return items.find(item => item.column === column)
}
