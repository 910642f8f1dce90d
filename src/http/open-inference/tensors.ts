/** The elements of a request's tensors, from JSON lists or from the bytes after the document. */
import { isUtf8 } from 'node:buffer'
import { InputError } from '../../model/types.js'
import { DataList } from './data-list.js'
import type { Datatype } from './datatypes.js'
import { fail, type RequestTensor } from './request.js'

/** A tensor whose elements are there, as many as its shape says. */
export interface Tensor {
  readonly name: string
  readonly shape: readonly number[]
  readonly datatype: Datatype
  /**
   * The element at a place of the flat, row-major order, as it came; null is a missing value.
   * @throws InputError for text that is not UTF-8
   */
  at(index: number): unknown
}

/**
 * Nothing is made by what a shape says, only by what is there.
 * @param tail bytes after the document, which binary tensors share in their order
 * @throws InputError when data and shape, or the bytes and what they are said to be, differ
 */
export function readTensors(inputs: readonly RequestTensor[], tail: Buffer): Tensor[] {
  let start = 0
  const tensors = inputs.map((input, i) => {
    const place = `inputs[${i}]`
    const size = input.parameters.binary_data_size
    if (size === undefined) return fromJson(input, place)
    if (input.data !== undefined) fail(`${place}.data`, 'none, since there is a binary_data_size', input.data)
    const left = tail.length - start
    if (!Number.isSafeInteger(size) || (size as number) < 0 || (size as number) > left) {
      fail(`${place}.parameters.binary_data_size`, `a number of bytes, of the ${left} that are left in the body`, size)
    }
    const bytes = tail.subarray(start, start += size as number)
    return fromBytes(input, bytes, place)
  })
  if (start < tail.length) {
    throw new InputError([{
      field: 'body', expected: `${start} bytes after the JSON object, as many as binary_data_size says`,
      received: `${tail.length} bytes`
    }])
  }
  return tensors
}

function countElements(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1)
}

function fromJson({ name, shape, datatype, data, parameters }: RequestTensor, place: string): Tensor {
  if ('shared_memory_region' in parameters) {
    fail(`${place}.parameters`, 'data in the request: no memory is shared', parameters.shared_memory_region)
  }
  if (data === undefined) return fail(`${place}.data`, 'a list', data)
  if (data instanceof DataList) return fromList({ name, shape, datatype }, data, place)
  const isNested = shape.length === 2 && Array.isArray(data[0])
  const flat = isNested ? flatten(data, shape, place) : data
  const expected = countElements(shape)
  if (flat.length !== expected) {
    fail(`${place}.data`, `a list of the ${expected} values that the shape [${shape.join(', ')}] has`, flat)
  }
  return { name, shape, datatype, at: index => flat[index] }
}

/** As above, of elements that are not there yet. */
function fromList({ name, shape, datatype }: Omit<Tensor, 'at'>, data: DataList, place: string): Tensor {
  const [nRows, width] = shape
  if (shape.length === 1 || !data.isNested) {
    const expected = countElements(shape)
    if (data.length !== expected) {
      const list = `a list of the ${expected} values that the shape [${shape.join(', ')}] has`
      fail(`${place}.data`, list, Array(data.length))
    }
    return { name, shape, datatype, at: index => data.at(index) }
  }
  if (data.length !== nRows) fail(`${place}.data`, `a list of the ${nRows} lists that the shape has`, Array(data.length))
  return {
    name, shape, datatype,
    at: index => {
      const i = Math.floor(index / width)
      const row = data.at(i)
      if (Array.isArray(row) && row.length === width) return (row as unknown[])[index % width]
      return fail(`${place}.data[${i}]`, `a list of the ${width} values that the shape has`, row)
    }
  }
}

function flatten(data: readonly unknown[], [nRows, width]: readonly number[], place: string): unknown[] {
  if (data.length !== nRows) fail(`${place}.data`, `a list of the ${nRows} lists that the shape has`, data)
  const flat: unknown[] = []
  for (const [i, row] of data.entries()) {
    if (!Array.isArray(row) || row.length !== width) {
      return fail(`${place}.data[${i}]`, `a list of the ${width} values that the shape has`, row)
    }
    for (const value of row as unknown[]) flat.push(value)
  }
  return flat
}

function fromBytes({ name, shape, datatype }: RequestTensor, bytes: Buffer, place: string): Tensor {
  const { size } = datatype
  const expected = countElements(shape)
  const offsets = size === undefined ? findTexts(bytes, expected, place) : undefined
  const found = offsets?.length ?? bytes.length / (size ?? 1)
  if (found !== expected) {
    const what = `${expected} elements of ${datatype.name}, as the shape [${shape.join(', ')}] has`
    fail(`${place}.parameters.binary_data_size`, `the bytes of ${what}`, bytes.length)
  }
  return {
    name, shape, datatype,
    at: index => {
      if (offsets === undefined) return datatype.read(bytes, index * (size ?? 1))
      // Not before: to look at millions of texts in one go would hold up others.
      const end = index + 1 < offsets.length ? offsets[index + 1] : bytes.length
      if (!isUtf8(bytes.subarray(offsets[index] + 4, end))) failText(place, index, 'bytes that are not UTF-8')
      return datatype.read(bytes, offsets[index])
    }
  }
}

/**
 * Where each text begins: four bytes of length, the low one first, and so many bytes.
 * @param expected how many there should be; where there are more, one more is found
 */
function findTexts(bytes: Buffer, expected: number, place: string): Uint32Array {
  // Each takes four bytes at least.
  const offsets = new Uint32Array(Math.min(expected + 1, Math.ceil(bytes.length / 4)))
  // Several times as fast as readUInt32LE, where millions of texts are empty.
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let found = 0
  for (let offset = 0; offset < bytes.length && found <= expected; found++) {
    if (offset + 4 > bytes.length) failText(place, found, `${bytes.length - offset} bytes`)
    const length = view.getUint32(offset, true)
    const left = bytes.length - offset - 4
    if (length > left) failText(place, found, `a length of ${length} where ${left} bytes are left`)
    offsets[found] = offset
    offset += 4 + length
  }
  return offsets.subarray(0, found)
}

function failText(place: string, element: number, received: string): never {
  const expected = 'texts in UTF-8, each with its length in four bytes before it'
  throw new InputError([{ field: `${place}, element ${element}`, expected, received }])
}
