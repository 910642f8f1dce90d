/** Models that versions of scikit-learn before 1.2, and joblib before 0.10, saved give the same bits and labels. */
import { readdirSync } from 'node:fs'
import t from 'tap'
import { createModel } from '../../src/model/create-model.js'
import { convertFiles } from '../../tools/convert/convert.js'
import { firstDifference } from '../helpers/bits.js'
import { fixturePath, readFixture, readFixtureJson } from '../helpers/fixtures.js'

interface Expected {
  columns: string[]
  rows: Array<Array<number | string | null>>
  values: number[][]
  /** Absent for regressors. */
  labels: unknown[] | null
}

const VERSIONS = { '0.18': 2, 'joblib-0.9': 3, '0.22': 5, '0.23': 27, '0.24': 5, '1.0': 5, '1.1': 5 }

for (const [version, count] of Object.entries(VERSIONS)) {
  const folder = `old-versions/${version}`
  const files = readdirSync(fixturePath(folder)).filter(file => file.endsWith('.pkl') && file !== 'companions.pkl')
  t.equal(files.length, count, `models of ${version}`)
  for (const file of files) {
    t.test(`${version}: ${file}`, async t => {
      const { columns, rows, values, labels } = readFixtureJson(`${folder}/${file.replace('.pkl', '.json')}`) as Expected
      const [{ dump }] = await convertFiles([fixturePath(`${folder}/${file}`)], { out: t.testdir() })
      const model = createModel(dump)
      t.equal(rows.length, 40)
      rows.forEach((row, i) => {
        const prediction = model.predict(Object.fromEntries(row.map((cell, c) => [columns[c], cell])))
        const wrong = firstDifference(prediction.values, values[i])
        if (wrong >= 0) t.fail(`row ${i}: expected ${values[i][wrong]}, computed ${prediction.values[wrong]}`)
        if (labels === null) return
        const predicted = model.outputs.map(({ classes }, o) => classes?.[prediction.classIndexes[o]])
        t.strictSame(predicted, [labels[i]].flat(), `row ${i}: labels`)
      })
    })
  }
}

t.test('joblib 0.9 wrote ZF containers', async t => {
  t.equal(readFixture('old-versions/joblib-0.9/random-forest.pkl').subarray(0, 4).toString(), 'ZF0x')
})

t.test('what joblib 0.9 left in companion files is missed by name', async t => {
  const files = [fixturePath('old-versions/joblib-0.9/companions.pkl')]
  await t.rejects(convertFiles(files, { out: t.testdir() }), /companion file .*"model\.pkl_01\.npy"/)
})
