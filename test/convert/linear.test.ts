/**
 * Linear models alone, in pipelines and in ensembles, projections, stacking, chains and one-vs-rest: scikit-learn's
 * labels, and its bits but for what another order of sums can make of an answer. Where no sum has two orders, its bits.
 */
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import type { Label } from '../../src/dump/dump.js'
import { listPredictors, listReaders } from '../../src/dump/list-forests.js'
import { createModel } from '../../src/model/create-model.js'
import { shareModel } from '../../src/model/share-model.js'
import { openSharedModel } from '../../src/model/shared-model.js'
import type { Row } from '../../src/model/types.js'
import { convertFiles } from '../../tools/convert/convert.js'
import { openContainer } from '../../tools/convert/containers/container.js'
import { isWithin, SumBounds } from '../../tools/convert/golden/sum-bounds.js'
import { firstDifference } from '../helpers/bits.js'
import { readFixture } from '../helpers/fixtures.js'

interface Case {
  /** Where the file begins and ends among those of the version. */
  bytes: [number, number]
  rows: Row[]
  /** [nRows][nValues], null for classifiers without probabilities, and where scikit-learn says no number. */
  values: Array<Array<number | null>> | null
  /** [nRows][nOutputs], null for regressors. */
  labels: Label[][] | null
}

const COUNTS = { '1.2': 133, '1.6': 136, '1.9': 133 }

/** Bounds are wide where many large terms cancel; here they are all but nothing. */
const MOST = 1e-11

for (const [version, count] of Object.entries(COUNTS)) {
  const text = gunzipSync(readFixture(`linear/${version}.json.gz`)).toString()
  const { payload } = openContainer(readFixture(`linear/${version}.pickles.xz`), { maxBytes: 2e6 })
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
  const shared = openSharedModel(shareModel(dump))
  const bounded = new SumBounds(dump)
  const hasSums = dump.steps.some(({ op }) => op === 'project') ||
    listPredictors(dump).flatMap(listReaders).some(({ kind }) => kind === 'linear')
  t.equal(model.hardVoting, labels !== null && values === null, 'whether there are probabilities')
  rows.forEach((row, i) => {
    const prediction = model.predict(row)
    const computed = prediction.values.slice()
    const predicted = model.outputs.map(({ classes }, o) => classes?.[prediction.classIndexes[o]])
    t.equal(firstDifference(shared.predict(row).values, computed), -1, `row ${i}: of another thread`)
    const { bounds, classIndexes } = bounded.predict(row)
    if (!hasSums) t.ok(bounds.every(bound => bound === 0), `row ${i}: bounds of nothing but trees`)
    values?.[i].forEach((value, k) => {
      if (value === null) return
      const scale = Math.max(1, Math.abs(value))
      if (bounds[k] > MOST * scale) t.fail(`row ${i}, value ${k}: a bound of ${bounds[k]} for ${value}`)
      if (isWithin(computed[k], value, bounds[k])) return
      t.fail(`row ${i}, value ${k}: expected ${value}, computed ${computed[k]}, bound ${bounds[k]}`)
    })
    if (values !== null) t.equal(values[i].length, computed.length, `row ${i}: values`)
    if (labels === null) return
    if (classIndexes.every(({ size }) => size === 1)) t.strictSame(predicted, labels[i], `row ${i}: labels`)
  })
}
