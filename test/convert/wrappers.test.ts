/**
 * Predictors around predictors (thresholds, transformed targets, one predictor an output, samplers), and what people
 * save beside one: the bits and the labels that Python answers.
 */
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import type { Label } from '../../src/dump/dump.js'
import { createModel } from '../../src/model/create-model.js'
import type { Row } from '../../src/model/types.js'
import { convertFiles } from '../../tools/convert/convert.js'
import { openContainer } from '../../tools/convert/containers/container.js'
import { firstDifference } from '../helpers/bits.js'
import { readFixture } from '../helpers/fixtures.js'

interface Case {
  /** Where the file begins and ends among those of the version. */
  bytes: [number, number]
  rows: Row[]
  /** [nRows][nValues] */
  values: number[][]
  /** [nRows][nOutputs], null for regressors. */
  labels: Label[][] | null
}

const COUNTS = { '1.2': 32, '1.6': 44, '1.9': 44 }

for (const [version, count] of Object.entries(COUNTS)) {
  const text = gunzipSync(readFixture(`wrappers/${version}.json.gz`)).toString()
  const { payload } = openContainer(readFixture(`wrappers/${version}.pickles.xz`), { maxBytes: 1e6 })
  const cases = Object.entries(JSON.parse(text) as Record<string, Case>)
  t.equal(cases.length, count, `files of ${version}`)
  for (const [name, expected] of cases) {
    t.test(`${version}: ${name}`, async t => compare(t, payload.subarray(...expected.bytes), expected))
  }
}

async function compare(t: Test, file: Uint8Array, { rows, values, labels }: Case): Promise<void> {
  const folder = t.testdir({ 'model.pkl': Buffer.from(file) })
  const [{ dump }] = await convertFiles([join(folder, 'model.pkl')], { out: folder })
  const model = createModel(dump)
  rows.forEach((row, i) => {
    const prediction = model.predict(row)
    const wrong = firstDifference(prediction.values, values[i])
    if (wrong >= 0) t.fail(`row ${i}: expected ${values[i][wrong]}, computed ${prediction.values[wrong]}`)
    if (labels === null) return
    const predicted = model.outputs.map(({ classes }, o) => classes?.[prediction.classIndexes[o]])
    t.strictSame(predicted, labels[i], `row ${i}: labels`)
  })
}
