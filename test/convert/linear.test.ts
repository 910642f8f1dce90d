/**
 * Linear models alone, in pipelines and in ensembles, projections, stacking, chains and one-vs-rest: scikit-learn's
 * labels, and its bits but for what another order of sums can make of an answer. Where no sum has two orders, its bits.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import type { Label } from '../../src/dump/dump.js'
import { listPredictors, listReaders } from '../../src/dump/list-forests.js'
import { createModel } from '../../src/model/create-model.js'
import { shareModel } from '../../src/model/share-model.js'
import { openSharedModel } from '../../src/model/shared-model.js'
import { InputError, type Row } from '../../src/model/types.js'
import { convertFiles } from '../../tools/convert/convert.js'
import { openContainer } from '../../tools/convert/containers/container.js'
import { isWithin, SumBounds } from '../../tools/convert/golden/sum-bounds.js'
import { runVerify } from '../../tools/verify.js'
import { firstDifference } from '../helpers/bits.js'
import { fixturePath, readFixture } from '../helpers/fixtures.js'

interface Case {
  /** Where the file begins and ends among those of the version. */
  bytes: [number, number]
  rows: Row[]
  /** [nRows][nValues], null for classifiers without probabilities, and where scikit-learn says no number. */
  values: Array<Array<number | null>> | null
  /** [nRows][nOutputs], null for regressors. */
  labels: Label[][] | null
}

const COUNTS = { '1.2': 133, '1.6': 102, '1.9': 133 }

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

/** A model whose sums have many orders, with rows that scikit-learn answers with other last bits. */
const WIDE = 'logistic-3'

interface Opened {
  readonly file: Buffer
  readonly rows: Row[]
  /** [nRows][nValues] */
  readonly values: number[][]
}

function openWide(): Opened {
  const { rows, values } = (JSON.parse(
    gunzipSync(readFixture('linear/1.9.json.gz')).toString()
  ) as Record<string, Case>)[WIDE]
  return { file: Buffer.from(readFixture(`linear/${WIDE}.pkl`)), rows, values: (values ?? []).map(row => row.map(Number)) }
}

t.test('golden rows of scikit-learn are proven within the bound of sums', async t => {
  const { file, rows, values } = openWide()
  const lines = (answers: number[][]) =>
    answers.map((probabilities, i) => JSON.stringify({ request: rows[i], probabilities }))
  const convert = (answers: number[][]) => {
    const folder = t.testdir({ 'm.pkl': file, 'm.golden.ndjson': lines(answers).join('\n') })
    return convertFiles([join(folder, 'm.pkl')], { out: folder, golden: folder, name: 'm' })
  }
  const [{ dump }] = await convert(values)
  t.equal(dump.golden.length, rows.length)
  t.ok(dump.golden.some((row, i) => firstDifference(row.values, values[i]) >= 0), 'some last bits are not those of the file')
  createModel(dump)
  const wrong = values.map((row, i) => i === 2 ? [row[0] + 1e-13, ...row.slice(1)] : row)
  await t.rejects(convert(wrong), { message: /line 3: expected .* units in the last place apart, and beyond the .*e-1[567] that/ })
})

t.test('a table of scikit-learn is verified within the bound of sums', async t => {
  const { file, rows, values } = openWide()
  const folder = t.testdir({ 'm.pkl': file })
  const [{ dump, path }] = await convertFiles([join(folder, 'm.pkl')], { out: folder, name: 'm' })
  const [{ classes = [] }] = dump.outputs
  const verify = async (answers: number[][]) => {
    const head = [...Object.keys(rows[0]), ...classes.map(label => `probability_${String(label)}`)]
    const table = [head, ...rows.map((row, i) => [...Object.values(row), ...answers[i]])].map(cells => cells.join(','))
    writeFileSync(join(folder, 'table.csv'), table.join('\n'))
    return captureOutput(t, () => runVerify(path, { csv: join(folder, 'table.csv') }))
  }
  const right = await verify(values)
  t.match(right, { status: 0, text: /the same bits in .*; \d+ answers have other last bits, as another order of sums gives/ })
  const wrong = await verify(values.map((row, i) => i === 2 ? [row[0] + 1e-13, ...row.slice(1)] : row))
  t.match(wrong, { status: 1, text: /row 3: probability_high: expected/ })
})

async function captureOutput(t: Test, run: () => Promise<number>): Promise<{ status: number, text: string }> {
  const lines: string[] = []
  const print = (line: string) => lines.push(line)
  const restore = [t.capture(console, 'log', print), t.capture(console, 'error', print)]
  const status = await run()
  for (const capture of restore) capture.restore()
  return { status, text: lines.join('\n') }
}

async function compare(t: Test, file: Uint8Array, { rows, values, labels }: Case): Promise<void> {
  const folder = t.testdir({ 'model.pkl': Buffer.from(file) })
  const [{ dump }] = await convertFiles([join(folder, 'model.pkl')], { out: folder })
  const model = createModel(dump)
  const shared = openSharedModel(shareModel(dump))
  const bounded = new SumBounds(dump)
  const hasSums = dump.steps.some(({ op }) => op === 'project') ||
    listPredictors(dump).flatMap(listReaders).some(({ kind }) => kind === 'linear')
  const lacks = labels !== null && model.classNumbers !== 'probabilities'
  t.equal(lacks, labels !== null && values === null, 'whether there are probabilities')
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

t.test('a row whose sums overflow is refused, and names its fields', async t => {
  const [{ dump }] = await convertFiles([join(fixturePath('linear'), 'ridge-2.pkl')], { out: t.testdir() })
  const model = createModel(dump)
  t.throws(() => model.predict({ a: 1e308, b: -1e308, c: 1e308, d: 1e308 }), InputError)
  const fields = ['a', 'b', 'c', 'd'].map(field => `${field}: expected a number small enough that the answer is finite`)
  t.throws(() => model.predict({ a: 1e308, b: -1e308, c: 1e308, d: 1e308 }), { message: new RegExp(fields.join('.*')) })
})

const REFUSED = {
  'init-linear': /init_: expected "zero", or a tree, a forest/,
  'stacking-float32': /final_estimator_: expected trees, or coefficients of float64/,
  'stacking-float32-pipeline': /final_estimator_: expected trees, or coefficients of float64/
}

for (const [name, message] of Object.entries(REFUSED)) {
  t.test(`refused: ${name}`, async t => {
    const file = join(fixturePath('linear'), `refused-${name}.pkl.xz`)
    await t.rejects(convertFiles([file], { out: t.testdir() }), { message })
  })
}
