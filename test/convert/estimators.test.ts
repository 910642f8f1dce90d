/** Every kind of predictor, as three versions of scikit-learn saved it, gives the same bits and labels. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { createModel } from '../../src/model/create-model.js'
import { convertFiles } from '../../tools/convert/convert.js'
import { firstDifference } from '../helpers/bits.js'
import { fixturePath, readFixtureJson } from '../helpers/fixtures.js'

interface Expected {
  rows: Array<Array<number | null>>
  /** Absent for hard voting, which has no probabilities. */
  values: number[][] | null
  /** Absent for regressors. */
  labels: unknown[] | null
}

for (const version of ['1.2', '1.6', '1.9']) {
  const folder = `estimators/${version}`
  const files = readdirSync(fixturePath(folder)).filter(file => file.endsWith('.pkl'))
  t.ok(files.length > 5, `there are fixtures of ${version}`)
  for (const file of files) {
    t.test(`${version}: ${file}`, async t => {
      const expected = readFixtureJson(`${folder}/${file.replace('.pkl', '.json')}`) as Expected
      const [{ dump }] = await convertFiles([join(fixturePath(folder), file)], { out: t.testdir() })
      const model = createModel(dump)
      t.equal(expected.rows.length, 20)
      expected.rows.forEach((row, i) => {
        const { values, classIndexes } = model.predict(Object.fromEntries(row.map((cell, c) => [`x${c}`, cell])))
        if (expected.values !== null) t.equal(firstDifference(values, expected.values[i]), -1, `row ${i}`)
        if (expected.labels !== null) {
          const labels = model.outputs.map(({ classes }, output) => classes?.[classIndexes[output]])
          t.strictSame(labels, [expected.labels[i]].flat(), `row ${i}: labels`)
        }
      })
    })
  }
}
