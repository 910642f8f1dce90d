/** Models that a library pickled, one file after the other, with what it answered; and such files spoilt by hand. */
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Test } from 'tap'
import { createModel } from '../../src/model/create-model.js'
import { convertFiles } from '../../tools/convert/convert.js'
import { Located } from '../../tools/convert/common/located.js'
import { Frame } from '../../tools/convert/common/frame.js'
import { openContainer } from '../../tools/convert/containers/container.js'
import { DType, NdArray } from '../../tools/convert/pickle/numpy.js'
import { readPickle } from '../../tools/convert/pickle/read-pickle.js'
import { Dict, Instance, Tuple, type Value } from '../../tools/convert/pickle/values.js'
import { checkNames, convertModel } from '../../tools/convert/registry/registry.js'
import { firstDifference } from './bits.js'
import { readFixture } from './fixtures.js'

export interface PickledCase {
  readonly name: string
  readonly file: Uint8Array
  /** [nRows][nColumns] of the columns x0, x1, ...; null is NaN. */
  readonly rows: ReadonlyArray<ReadonlyArray<number | null>>
  /** [nRows][nValues] */
  readonly values: ReadonlyArray<readonly number[]>
}

/** @param path of VERSION.pickles.xz and VERSION.json.gz within the fixtures, without their ends */
export function readPickledCases(path: string): PickledCase[] {
  const text = gunzipSync(readFixture(`${path}.json.gz`)).toString()
  const { payload } = openContainer(readFixture(`${path}.pickles.xz`), { maxBytes: 4e6 })
  const cases = JSON.parse(text) as Record<string, Pick<PickledCase, 'rows' | 'values'> & { bytes: [number, number] }>
  return Object.entries(cases).map(([name, { bytes, rows, values }]) =>
    ({ name, file: payload.slice(...bytes), rows, values }))
}

/** Converts the file and asks it its rows: the same bits. */
export async function comparePickledCase(t: Test, { file, rows, values }: PickledCase): Promise<void> {
  const folder = t.testdir({ 'model.pkl': Buffer.from(file) })
  const [{ dump }] = await convertFiles([join(folder, 'model.pkl')], { out: folder })
  const model = createModel(dump)
  rows.forEach((row, i) => {
    const prediction = model.predict(Object.fromEntries(row.map((cell, c) => [`x${c}`, cell])))
    const wrong = firstDifference(prediction.values, values[i])
    if (wrong >= 0) t.fail(`row ${i}: expected ${values[i][wrong]}, computed ${prediction.values[wrong]}`)
  })
}

/** The object in a file, and its attributes, to be spoilt. */
export function openPickledCase({ file }: PickledCase): Instance {
  return readPickle(file, { checkName: checkNames }) as Instance
}

export function attributesOf(value: Value | undefined): Map<Value, Value> {
  return ((value as Instance).state as Dict).entries
}

/** Converts an object with the columns x0, x1, x2. */
export function convertRoot(root: Instance): void {
  const frame = new Frame()
  const columns = ['x0', 'x1', 'x2']
  for (const column of columns) frame.addInput({ name: column, type: 'number' })
  convertModel(new Located(root, ''), columns, frame, () => undefined)
}

/** Zeros. */
export function zeros(shape: number[], dtype: string): NdArray {
  const type = new DType(dtype)
  const size = shape.reduce((product, length) => product * length)
  return new NdArray().build(new Tuple(shape), type, false, new Uint8Array(type.itemsize * size))
}

/** Writes a number to the last element of an array in the file, or to all. */
export function overwrite(value: Value | undefined, number: number, { all = false } = {}): void {
  const { data, size, dtype } = value as NdArray
  const bytes = data as Uint8Array
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let i = all ? 0 : size - 1; i < size; i++) {
    if (dtype?.code === 'f8') view.setFloat64(8 * i, number, true)
    else if (dtype?.code === 'i8') view.setBigInt64(8 * i, BigInt(number), true)
    else if (dtype?.code === 'i4') view.setInt32(4 * i, number, true)
    else throw new Error(`elements of ${dtype?.code ?? 'objects'}`)
  }
}
