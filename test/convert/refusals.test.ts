/**
 * Pipelines whole, asked what callers send: gaps in every column, text where nothing is read, true and false. Answers
 * are scikit-learn's bits, and what makes it raise is refused.
 */
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { createModel } from '../../src/model/create-model.js'
import { InputError, type Row } from '../../src/model/types.js'
import { convertFiles } from '../../tools/convert/convert.js'
import { openContainer } from '../../tools/convert/containers/container.js'
import { firstDifference } from '../helpers/bits.js'
import { readFixture } from '../helpers/fixtures.js'

interface Case {
  /** Where it begins and ends among those of the version. */
  pickle: [number, number]
  /** With the probabilities or the number; null where scikit-learn raises. */
  rows: Array<[row: Row, values: number[] | null]>
}

for (const version of ['1.2', '1.6', '1.9']) {
  const text = gunzipSync(readFixture(`refusals/${version}.json.gz`)).toString()
  const { payload } = openContainer(readFixture(`refusals/${version}.pickles.xz`), { maxBytes: 1e6 })
  for (const [name, { pickle, rows }] of Object.entries(JSON.parse(text) as Record<string, Case>)) {
    t.test(`${version}: ${name}`, async t => compare(t, payload.subarray(...pickle), rows))
  }
}

async function compare(t: Test, pickle: Uint8Array, rows: Case['rows']): Promise<void> {
  const folder = t.testdir({ 'model.pkl': Buffer.from(pickle) })
  const [{ dump }] = await convertFiles([join(folder, 'model.pkl')], { out: folder })
  const model = createModel(dump)
  for (const [row, values] of rows) {
    const about = JSON.stringify(row)
    if (values === null) {
      t.throws(() => model.predict(row), InputError, about)
      continue
    }
    const answer = [...model.predict(row).values]
    t.equal(firstDifference(answer, values), -1, `${about}: expected ${values.join()}, computed ${answer.join()}`)
  }
}
