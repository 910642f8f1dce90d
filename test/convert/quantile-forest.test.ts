/** quantile-forest's regressors of four versions: the bits that Python answers, and files that are none of theirs. */
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { createModel } from '../../src/model/create-model.js'
import { convertFiles } from '../../tools/convert/convert.js'
import { Located } from '../../tools/convert/common/located.js'
import { Frame } from '../../tools/convert/common/frame.js'
import { openContainer } from '../../tools/convert/containers/container.js'
import { DType, NdArray } from '../../tools/convert/pickle/numpy.js'
import { readPickle } from '../../tools/convert/pickle/read-pickle.js'
import { Dict, Instance, Tuple, type Value } from '../../tools/convert/pickle/values.js'
import { checkNames, convertModel } from '../../tools/convert/registry/registry.js'
import { firstDifference } from '../helpers/bits.js'
import { readFixture } from '../helpers/fixtures.js'

interface Case {
  /** Where the file begins and ends among those of the version. */
  bytes: [number, number]
  rows: Array<Array<number | null>>
  /** [nRows][nOutputs x nQuantiles] */
  values: number[][]
}

const COUNTS = { '1.1': 5, '1.2': 9, '1.3': 23, '1.4': 23 }

/** What versions before 1.3 answer otherwise than newer ones. */
const OLD = 'old-weights'

for (const [version, count] of Object.entries(COUNTS)) {
  const cases = Object.entries(readCases(version))
  t.equal(cases.length, count, `files of ${version}`)
  for (const [name, expected] of cases) {
    t.test(`${version}: ${name}`, async t => {
      if (name !== OLD) return compare(t, readFile(version, expected), expected)
      const message = /max_samples_leaf: expected 1, as versions before 1\.3 weight leaves by their size, found None/
      await t.rejects(compare(t, readFile(version, expected), expected), { message })
    })
  }
}

function readCases(version: string): Record<string, Case> {
  return JSON.parse(gunzipSync(readFixture(`quantile-forest/${version}.json.gz`)).toString()) as Record<string, Case>
}

function readFile(version: string, { bytes }: Case): Uint8Array {
  const { payload } = openContainer(readFixture(`quantile-forest/${version}.pickles.xz`), { maxBytes: 4e6 })
  return payload.subarray(...bytes)
}

async function compare(t: Test, file: Uint8Array, { rows, values }: Case): Promise<void> {
  const folder = t.testdir({ 'model.pkl': Buffer.from(file) })
  const [{ dump }] = await convertFiles([join(folder, 'model.pkl')], { out: folder })
  const model = createModel(dump)
  rows.forEach((row, i) => {
    const prediction = model.predict(Object.fromEntries(row.map((cell, c) => [`x${c}`, cell])))
    const wrong = firstDifference(prediction.values, values[i])
    if (wrong >= 0) t.fail(`row ${i}: expected ${values[i][wrong]}, computed ${prediction.values[wrong]}`)
  })
}

/** What a file has of a model and of its QuantileForest, to be spoilt. */
interface Parts {
  readonly attributes: Map<Value, Value>
  readonly args: Value[]
  readonly state: Map<Value, Value>
}

const REFUSED: Array<[what: string, name: string, message: RegExp, spoil: (parts: Parts) => void]> = [
  ['a quantile beyond 1', 'all', /default_quantiles: expected numbers from 0 to 1, or "mean", found the number 1\.5/,
    ({ attributes }) => attributes.set('default_quantiles', 1.5)],
  ['no quantile', 'all', /default_quantiles: expected numbers from 0 to 1/, ({ attributes }) => attributes.set('default_quantiles', [])],
  ['a quantile that is NaN', 'one', /default_quantiles: expected numbers from 0 to 1/,
    ({ attributes }) => attributes.set('default_quantiles', [0.5, NaN])],
  ['a quantile by name', 'one', /default_quantiles: expected a number, found the str "median"/,
    ({ attributes }) => attributes.set('default_quantiles', 'median')],
  ['more trees than were fitted', 'one', /n_estimators: expected 9, as many trees as were fitted, found the number 12/,
    ({ attributes }) => attributes.set('n_estimators', 12)],
  ['no training values', 'one', /forest_: expected a QuantileForest, found None/, ({ attributes }) => attributes.set('forest_', null)],
  ['nothing of them', 'one', /forest_\.y_train: expected an array, found None/, ({ args }) => args.splice(0)],
  ['values that do not ascend', 'all', /forest_\.y_train: expected finite, ascending numbers/,
    ({ args }) => change(args[0], (numbers, n) => numbers.setFloat64(8 * n, -1e9, true))],
  ['values that are not finite', 'one', /forest_\.y_train: expected finite, ascending numbers/,
    ({ args }) => change(args[0], (numbers, n) => numbers.setFloat64(8 * n, Infinity, true))],
  ['values that are no numbers', 'one', /forest_\.y_train: expected an array, found the str "y"/, ({ args }) => { args[0] = 'y' }],
  ['values without outputs', 'one', /forest_\.y_train: expected the training values of each output/,
    ({ args }) => { args[0] = array([0, 70], 'f8') }],
  ['values of two outputs', 'all', /y_train_leaves: expected lists for each node of 9 trees and 2 outputs/,
    ({ args }) => { args[0] = array([2, 1], 'f8') }],
  ['lists of fewer trees', 'all', /y_train_leaves: expected lists for each node of 9 trees and 1 outputs, with shape/,
    ({ args }) => { args[1] = array([8, 40, 1, 3], 'i8') }],
  ['lists of fewer nodes', 'all', /y_train_leaves: expected lists for each node of 9 trees/,
    ({ args }) => { args[1] = array([9, 1, 1, 3], 'i8') }],
  ['lists of five dimensions', 'all', /y_train_leaves: expected an array of four dimensions/,
    ({ args }) => { args[1] = array([9, 40, 1, 1, 1], 'i8') }],
  ['empty lists', 'all', /y_train_leaves: expected training values in each leaf, also in node \d+ of tree 0/,
    ({ args }) => { args[1] = array([9, 40, 1, 3], 'i8') }],
  ['an index beyond the values', 'all', /y_train_leaves: expected indices in 1\.\.70, also in node/,
    ({ args }) => fill(args[1], 71n)],
  ['a negative index', 'one', /y_train_leaves: expected indices in 1\.\.70, also in node/, ({ args }) => fill(args[1], -1n)],
  ['bounds of fewer nodes', 'one-monotonic', /y_bound_leaves: expected an array of \d+ numbers/,
    ({ args }) => { args[2] = array([9, 1, 2], 'f8') }],
  ['bounds that are NaN', 'one-monotonic', /y_bound_leaves: expected bounds that are numbers/,
    ({ args }) => change(args[2], (numbers, n) => numbers.setFloat64(8 * n, NaN, true))],
  ['sparse lists of an impossible shape', 'all-sparse', /forest_\.shape1: expected the lengths of four dimensions/,
    ({ state }) => state.set('shape1', new Tuple([9, 1e9, 1e9, 3]))],
  ['sparse lists of another shape', 'all-sparse', /matrix1\.indptr: expected ascending numbers from 0 to \d+, one more than the/,
    ({ state }) => state.set('shape1', new Tuple([9, 50, 1, 3]))],
  ['sparse lists that end beyond their numbers', 'all-sparse', /matrix1\.indptr: expected ascending numbers/,
    ({ state }) => fill(partOf(state, 'indptr'), 1000)],
  ['sparse lists with places beyond', 'all-sparse', /matrix1\.indices: expected numbers below/,
    ({ state }) => fill(partOf(state, 'indices'), 1000)],
  ['no sparse lists', 'all-sparse', /forest_\.shape: expected a list, found nothing/, ({ state }) => state.clear()]
]

for (const [what, name, message, spoil] of REFUSED) {
  t.test(`refused: ${what}`, async t => {
    const file = readFile('1.4', readCases('1.4')[name]).slice()
    const root = readPickle(file, { checkName: checkNames }) as Instance
    const forest = root.get('forest_') as Instance
    const [attributes, state] = [root, forest].map(({ state }) => (state as Dict).entries)
    spoil({ attributes, args: forest.args as Value[], state })
    const frame = new Frame()
    const columns = ['x0', 'x1', 'x2']
    for (const column of columns) frame.addInput({ name: column, type: 'number' })
    t.throws(() => convertModel(new Located(root, ''), columns, frame, () => undefined), { message })
  })
}

function change(value: Value, spoil: (numbers: DataView, last: number) => void): void {
  const { data, size } = value as NdArray
  const bytes = data as Uint8Array
  spoil(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), size - 1)
}

/** The same number everywhere. */
function fill(value: Value, number: bigint | number): void {
  change(value, (numbers, last) => {
    for (let i = 0; i <= last; i++) {
      if (typeof number === 'bigint') numbers.setBigInt64(8 * i, number, true)
      else numbers.setInt32(4 * i, number, true)
    }
  })
}

function array(shape: number[], dtype: string): NdArray {
  const size = shape.reduce((product, length) => product * length)
  return new NdArray().build(new Tuple(shape), new DType(dtype), false, new Uint8Array(8 * size))
}

function partOf(state: Map<Value, Value>, name: string): Value {
  return (state.get('matrix1') as Instance).get(name) ?? null
}
