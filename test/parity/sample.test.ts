/**
 * A sample of the parity matrix, where PARITY_SAMPLE names a folder that tools/parity/sample.py has filled: one folder
 * for each table and environment, made on this machine. One assertion for each model.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { compareFolder, isWrong } from '../../tools/parity/command.js'
import { readVariable } from '../helpers/environment.js'

const folder = readVariable('PARITY_SAMPLE')

/** A sample that is smaller proves little: a mistake in how it is made must not pass for success. */
const MIN_MODELS = 60
const MIN_VERSIONS = 3
const MIN_ROWS = 200

/** Cases that the converter refuses, with a reason. A refusal of any other is a failure. */
const REFUSABLE = /^lightgbm-linear-trees$|^calibrated-bagging-(?:xgb|lgbm)$/

if (folder === undefined) t.pass('the sample of the parity matrix', { skip: 'PARITY_SAMPLE names no folder' })
else {
  t.setTimeout(600_000)
  const versions = (await readdir(folder)).sort()
  t.ok(versions.length >= MIN_VERSIONS, `${versions.length} environments, at least ${MIN_VERSIONS}`)
  let models = 0
  let rows = 0
  for (const version of versions) {
    const { failed } = JSON.parse(await readFile(join(folder, version, 'index.json'), 'utf8')) as { failed: string[] }
    t.strictSame(failed, [], `${version}: scikit-learn made every model`)
    for (const result of await compareFolder(join(folder, version))) {
      const { name, tier, refused, first, different, numbers, worstUlps } = result
      const title = `${version} ${name}, tier ${tier}`
      if (refused !== undefined) {
        if (REFUSABLE.test(name)) t.pass(title, { skip: refused.slice(0, 160) })
        else t.fail(`${title}: not converted: ${refused}`)
        continue
      }
      models++
      rows += result.rows
      if (result.rows < MIN_ROWS) t.fail(`${title}: ${result.rows} rows, expected at least ${MIN_ROWS}`)
      if (isWrong(result)) t.fail(`${title}: ${first} (${different} of ${numbers} numbers differ, by up to ${worstUlps} ulps)`)
      else t.pass(`${title}: ${result.rows} rows`)
    }
  }
  t.ok(models >= MIN_MODELS, `${models} models compared, at least ${MIN_MODELS}`)
  t.comment(`${models} models of ${versions.join(', ')}, ${rows} rows`)
}
