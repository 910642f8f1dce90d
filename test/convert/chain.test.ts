/** Several files of one model, as teams save them, and what their own code answers; or why they are no one model. */
import t from 'tap'
import { createModel } from '../../src/model/create-model.js'
import type { Row } from '../../src/errors/input-error.js'
import { convertFiles } from '../../tools/convert/convert.js'
import { ConvertError } from '../../tools/convert/errors/convert-error.js'
import { firstDifference } from '../helpers/bits.js'
import { fixturePath, readFixtureJson } from '../helpers/fixtures.js'

interface Chain {
  /** In the order in which they are named. */
  files: string[]
  rows: Row[]
  values: number[][]
  labels: string[] | null
  /** Part of the error, of files that are no one model. */
  message?: string
}

const expected = readFixtureJson('chains/expected.json') as Record<string, Chain>

for (const [name, { files, rows, values, labels, message }] of Object.entries(expected)) {
  const paths = files.map(file => fixturePath(`chains/${name}/${file}`))
  await t.test(name, async t => {
    if (message !== undefined) {
      const error = await t.rejects(convertFiles(paths, { out: t.testdir() }), ConvertError)
      const { message: text } = error as unknown as Error
      t.ok(text.includes(message), text)
      return
    }
    const [{ dump }, ...others] = await convertFiles(paths, { out: t.testdir() })
    t.equal(others.length, 0, 'one model')
    t.equal(dump.name, 'model')
    t.strictSame(dump.provenance.sources.map(source => source.file), files)
    const model = createModel(dump)
    rows.forEach((row, i) => {
      const prediction = model.predict(row)
      const wrong = firstDifference(prediction.values, values[i])
      if (wrong >= 0) t.fail(`row ${i}: expected ${values[i][wrong]}, computed ${prediction.values[wrong]}`)
      if (labels !== null) t.equal(String(model.outputs[0].classes?.[prediction.classIndexes[0]]), labels[i], `row ${i}: label`)
    })
  })
}

t.test('the order of the files does not matter where only one can come first', async t => {
  for (const files of [['model.pkl', 'scaler.pkl', 'label_encoder.pkl'], ['label_encoder.pkl', 'model.pkl', 'scaler.pkl']]) {
    const [{ dump }] = await convertFiles(files.map(file => fixturePath(`chains/scaler/${file}`)), { out: t.testdir() })
    const { values } = expected.scaler
    t.equal(firstDifference(createModel(dump).predict(expected.scaler.rows[0]).values, values[0]), -1)
  }
})
