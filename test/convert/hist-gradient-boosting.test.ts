import { readFile, readdir } from 'node:fs/promises'
import { inflateSync } from 'node:zlib'
import t from 'tap'
import type { Dump } from '../../src/dump/dump.js'
import { listForests } from '../../src/dump/list-forests.js'
import { createModel } from '../../src/model/create-model.js'
import { parseDump } from '../../src/model/parse-dump.js'
import type { Row } from '../../src/model/types.js'
import { convertFiles } from '../../tools/convert/convert.js'
import { firstDifference } from '../helpers/bits.js'
import { fixturePath, readFixtureJson } from '../helpers/fixtures.js'

const FOLDER = 'hist-gradient-boosting'

interface Expected { rows: string, values: string, classes?: unknown[], predicted?: string }
interface Rows { columns: string[], packed?: string, rows?: unknown[][] }

for (const file of (await readdir(fixturePath(FOLDER))).filter(name => /\.(pkl|joblib)$/.test(name))) {
  t.test(`${file} answers as scikit-learn does`, async t => {
    const expected = readFixtureJson(`${FOLDER}/${file.replace(/\.\w+$/, '.json')}`) as Expected
    const dump = await convert(file, t.testdir())
    const model = createModel(dump)
    t.strictSame(model.outputs, [expected.classes === undefined ? {} : { classes: expected.classes }])
    const rows = readRows(expected.rows)
    const values = unpack(expected.values)
    const width = values.length / rows.length
    t.equal(rows.length, 200)
    rows.forEach((row, i) => {
      const prediction = model.predict(row)
      t.equal(firstDifference(prediction.values, values.subarray(i * width, (i + 1) * width)), -1, `row ${i}`)
      if (expected.predicted !== undefined) t.equal(prediction.classIndexes[0], Number(expected.predicted[i]), `class of row ${i}`)
    })
  })
}

t.test('a split that asks only whether the value is missing has an infinite threshold', async t => {
  const [forest] = listForests((await convert('missing-split-1.3.joblib', t.testdir())).model)
  t.ok(forest.trees.some(tree => tree.threshold.includes('Infinity')))
})

t.test('the trees name the categories by what the columns hold', async t => {
  const dump = await convert('texts-1.9.joblib', t.testdir())
  const [forest] = listForests(dump.model)
  t.strictSame(forest.features, ['city', 'rating', 'active', 'age', 'usage'], 'categories come first')
  t.strictSame(forest.knownCategories, { city: [0, 1, 2, 3, 4, 5, 6], rating: [-3, 1, 2.5], active: [0, 1] })
  t.strictSame(dump.steps, [], 'nothing to compute')
  t.match(dump.inputs.find(input => input.name === 'city'), {
    type: 'category',
    categories: ['10', '9', 'Ankara', 'ankara', 'Åbo', '\uffee', '😀'],
    fallback: { missing: null, unknown: null }
  })
  t.match(dump.inputs.find(input => input.name === 'rating'), { type: 'number', fallback: { missing: 'NaN' } })
})

t.test('where None is a category of its own, null is that category', async t => {
  const dump = await convert('none-1.7.joblib', t.testdir())
  t.strictSame(dump.steps.at(-1), {
    op: 'lookup',
    column: 'encoder__city',
    values: [0, 1, 2, 3, 4, 5, 6],
    results: [0, 1, 2, 3, 4, 5, 6],
    missing: 7,
    unknown: 'NaN'
  })
})

for (const [version, negative] of [['0.24', 'wrap'], ['1.1', 'wrap'], ['1.2', 'missing'], ['1.3', 'missing']]) {
  t.test(`scikit-learn ${version} casts categories to uint8, negative ones: ${negative}`, async t => {
    const { steps, inputs } = await convert(`categories-${version}.joblib`, t.testdir())
    t.strictSame(steps.filter(step => step.op === 'to-uint8').map(step => step.negative), [negative, negative])
    t.strictSame(inputs.map(input => input.type === 'number' && input.fallback), Array.from({ length: 3 }, () => ({ missing: 'NaN' })))
  })
}

async function convert(file: string, out: string): Promise<Dump> {
  const [{ path }] = await convertFiles([fixturePath(`${FOLDER}/${file}`)], { out, name: 'fixture' })
  return parseDump(await readFile(path, 'utf8'))
}

/** A row as the fixture has it; numbers that no JSON has come packed. */
function readRows(name: string): Row[] {
  const { columns, packed, rows } = readFixtureJson(`${FOLDER}/rows-${name}.json`) as Rows
  const toRow = (values: ArrayLike<unknown>): Row =>
    Object.fromEntries(columns.map((column, j) => [column, toField(values[j])]))
  if (rows !== undefined) return rows.map(toRow)
  const numbers = unpack(packed ?? '')
  return Array.from({ length: numbers.length / columns.length }, (_, i) =>
    toRow(numbers.subarray(i * columns.length, (i + 1) * columns.length)))
}

/** Truth values are numbers to the service. */
function toField(value: unknown): unknown {
  return typeof value === 'boolean' ? Number(value) : value
}

function unpack(packed: string): Float64Array {
  const bytes = inflateSync(Buffer.from(packed, 'base64'))
  return Float64Array.from({ length: bytes.length / 8 }, (_, i) => bytes.readDoubleLE(8 * i))
}
