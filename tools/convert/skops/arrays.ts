/** numpy's arrays, scalars and dtypes in a .skops file. */
import { COST, type Memory } from '../pickle/memory.js'
import { DType, NdArray, readScalar, readShape } from '../pickle/numpy.js'
import { describeValue, type Value } from '../pickle/values.js'
import type { Node } from './node.js'
import { readNpy } from './npy.js'
import type { SkopsReader } from './read-skops.js'

/** The kinds of dtypes by the names of the classes of their scalars. */
const SCALARS: ReadonlyArray<readonly [name: RegExp, kind: string]> = [
  [/^float\d+$/, 'f'], [/^(int\d+|intc|int_|longlong)$/, 'i'], [/^(uint\d+|uintc|uint|ulonglong)$/, 'u'], [/^bool_?$/, 'b'],
  [/^str_$/, 'U'], [/^bytes_$/, 'S'], [/^complex\d+$/, 'c'], [/^datetime64$/, 'M'], [/^timedelta64$/, 'm']
]

/** An array, or one of numpy's scalars, which is written as an array without dimensions. */
export function loadArray(node: Node, reader: SkopsReader): Value {
  reader.memory.take(COST.array)
  const array = readArray(node, reader)
  const { className } = node
  if (/^numpy\.(ndarray|matrix|memmap)$/.test(className)) return array
  const name = /^numpy\.(\w+)$/.exec(className)?.[1] ?? ''
  const kind = SCALARS.find(([pattern]) => pattern.test(name))?.[1]
  const bits = /^(?:u?int|float|complex)(\d+)$/.exec(name)?.[1]
  const { dtype } = array
  const fits = dtype !== undefined && dtype.kind === kind && (bits === undefined || dtype.itemsize * 8 === Number(bits))
  if (!fits || array.shape.length > 0) return node.fail(`${className} of ${array.describe()}`)
  reader.noteNumpy(name === 'bool' ? 2 : name === 'bool_' ? 1 : undefined)
  return readScalar(dtype, array.data as Value)
}

/** The dtype of an empty array. */
export function loadDType(node: Node, reader: SkopsReader): DType {
  const array = reader.part(node, 'content')
  return (array instanceof NdArray ? array.dtype : undefined) ?? node.fail(`the dtype of ${describeValue(array)}`)
}

function readArray(node: Node, reader: SkopsReader): NdArray {
  const type = node.text('type')
  if (type === 'numpy') return readNpy(reader.file(node))
  if (type !== 'json') node.fail(`an array of the type ${JSON.stringify(type.slice(0, 40))}, expected "numpy" or "json"`)
  const shape = reader.part(node, 'shape')
  const lengths = readShape(shape)
  const items = flatten(reader.items(node, 'content'), lengths, 0, node, reader.memory)
  return new NdArray().build(shape, new DType('O8'), false, items)
}

/** Objects in row-major order; those of more than one dimension are lists of lists. */
function flatten(
  items: readonly Value[], lengths: readonly number[], axis: number, node: Node, memory: Memory
): Value[] {
  // A file can refer to one long row from many places.
  memory.take(items.length * COST.entry)
  if (lengths.length === 0 || items.length !== lengths[axis]) {
    node.fail(`an array of shape (${lengths.join(', ')}) with ${items.length} items along axis ${axis}`)
  }
  if (axis === lengths.length - 1) return [...items]
  return items.flatMap(item =>
    flatten(Array.isArray(item) ? item : node.fail('an array whose rows are not lists'), lengths, axis + 1, node, memory))
}
