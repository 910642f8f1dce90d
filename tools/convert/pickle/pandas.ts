/**
 * What pandas 1, 2 and 3 keep labels, categories and masks in, as the arrays that they stand for. Their pickles are
 * instances within instances: an Index around an array around Arrow's bytes, a Series around a manager around blocks.
 */
import { decodeUtf8 } from './cursor.js'
import { ConvertError } from '../errors/convert-error.js'
import { DType, NdArray, elementReader, readElements } from './numpy.js'
import { Dict, Global, Instance, Tuple, type Value } from './values.js'

const CLASSES = [
  'ArrowDtype', 'ArrowExtensionArray', 'ArrowStringArray', 'ArrowStringArrayNumpySemantics', 'BooleanArray', 'BooleanDtype',
  'Categorical', 'CategoricalDtype', 'CategoricalIndex', 'Float64Index', 'FloatingArray', 'Index', 'Int64Index',
  'IntegerArray', 'NumpyEADtype', 'NumpyExtensionArray', 'PandasArray', 'PandasDtype', 'RangeIndex', 'Series',
  'SingleBlockManager', 'StringArray', 'StringDtype', 'UInt64Index', '(U?Int|Float)(8|16|32|64)Dtype'
]

/** Names that are understood here. Modules moved over time, names did not. */
const KNOWN = new RegExp(`^(pandas(\\.[\\w.]+)?\\.(${CLASSES.join('|')}|NA)|pandas\\._libs\\.arrays\\.__pyx_unpickle_NDArrayBacked|` +
  'pandas\\.core\\.indexes\\.base\\._new_Index|pandas\\._libs\\.internals\\._unpickle_block|' +
  'pyarrow\\.lib\\.(_restore_array|chunked_array|py_buffer|type_for_alias))$')

const MAX_NESTING = 8

/** A range can stand for any number of labels. */
const MAX_RANGE = 100_000

export function isPandasName({ path }: Global): boolean {
  return KNOWN.test(path)
}

/** pandas' one missing value for all types. */
export function isPandasNA(value: Value | undefined): boolean {
  return value instanceof Global && /^pandas\.(_libs\.missing\.)?NA$/.test(value.path)
}

const read = new WeakMap<Instance, NdArray | false>()

/**
 * The elements of an index, a Series or one of pandas' arrays, missing ones as null; undefined for anything else.
 * @throws ConvertError when it contradicts itself
 */
export function readPandas(value: Value | undefined, nesting = 0): NdArray | undefined {
  if (value instanceof NdArray) return nesting > 0 ? value : undefined
  if (!(value instanceof Instance) || !isPandasName(value.type) || nesting > MAX_NESTING) return undefined
  const known = read.get(value)
  if (known !== undefined) return known === false ? undefined : known
  read.set(value, false) // One that is a part of itself has no elements.
  const array = readInstance(value, (part: Value | undefined) => readPandas(part, nesting + 1))
  if (array !== undefined) read.set(value, array)
  return array
}

type ReadPart = (part: Value | undefined) => NdArray | undefined

function readInstance(value: Instance, readPart: ReadPart): NdArray | undefined {
  switch (value.type.name) {
    case '_new_Index': return readIndex(value.args, readPart)
    case 'Series': return readSeries(value, readPart)
    case '__pyx_unpickle_NDArrayBacked': return readBacked(value, readPart)
    case 'BooleanArray':
    case 'IntegerArray':
    case 'FloatingArray': return readMasked(value, readPart)
    case 'ArrowStringArray':
    case 'ArrowStringArrayNumpySemantics':
    case 'ArrowExtensionArray': return readChunks(value.get('_pa_array') ?? value.get('_data'))
    default: return undefined
  }
}

function readIndex([type, state]: readonly Value[], readPart: ReadPart): NdArray | undefined {
  if (!(type instanceof Global) || !isPandasName(type) || !(state instanceof Dict)) return undefined
  if (type.name !== 'RangeIndex') return readPart(state.get('data'))
  const [start, stop, step] = ['start', 'stop', 'step'].map(key => state.get(key))
  if (typeof start !== 'number' || typeof stop !== 'number' || typeof step !== 'number' || step === 0) return undefined
  const length = Math.max(0, Math.ceil((stop - start) / step))
  return length <= MAX_RANGE ? objects(Array.from({ length }, (_, i) => start + i * step)) : undefined
}

/** The manager's state is (axes, blocks, ...): a Series has one block. */
function readSeries(series: Instance, readPart: ReadPart): NdArray | undefined {
  const manager = series.get('_mgr') ?? series.get('_data')
  const state = manager instanceof Instance && manager.type.name === 'SingleBlockManager' ? manager.state : undefined
  const blocks = state instanceof Tuple ? state.items[1] : undefined
  return Array.isArray(blocks) && blocks.length === 1 ? readPart(blocks[0]) : undefined
}

/** (dtype, array) in either order: text, numpy's own, or the codes of categories. */
function readBacked(value: Instance, readPart: ReadPart): NdArray | undefined {
  const [type] = value.args
  const parts = value.state instanceof Tuple ? value.state.items : []
  const array = parts.find(part => part instanceof NdArray)
  if (!(type instanceof Global) || array === undefined) return undefined
  if (/^(StringArray|NumpyExtensionArray|PandasArray)$/.test(type.name)) return array
  if (type.name !== 'Categorical') return undefined
  const dtype = parts.find(part => part instanceof Instance)
  const categories = readPart(dtype?.get('categories'))
  if (categories === undefined) return undefined
  const known = readElements(categories)
  return objects(readElements(array).map(code => typeof code === 'number' && code >= 0 ? known[code] ?? null : null))
}

function readMasked(value: Instance, readPart: ReadPart): NdArray | undefined {
  const data = readPart(value.get('_data'))
  const mask = readPart(value.get('_mask'))
  if (mask === undefined || data?.size !== mask.size) return undefined
  const gaps = readElements(mask)
  return objects(readElements(data).map((element, i) => gaps[i] === true ? null : element))
}

/** An array of Arrow's, or several of them end to end. */
function readChunks(value: Value | undefined): NdArray | undefined {
  if (!(value instanceof Instance)) return undefined
  const [chunks] = value.args
  const arrays = value.type.name === 'chunked_array' && Array.isArray(chunks) ? chunks.map(readArrow) : [readArrow(value)]
  const elements: Value[] = []
  for (const array of arrays) {
    if (array === undefined) return undefined
    for (const element of array) elements.push(element)
  }
  return objects(elements)
}

/** numpy's dtypes of Arrow's types of fixed width. */
const FIXED: Readonly<Record<string, string>> = {
  int8: 'i1', int16: 'i2', int32: 'i4', int64: 'i8', uint8: 'u1', uint16: 'u2', uint32: 'u4', uint64: 'u8', float: 'f4', double: 'f8'
}

/**
 * `_restore_array((type, length, null_count, offset, buffers, ...))`: a bitmap of what is there, offsets, text; numbers
 * have no offsets. See https://arrow.apache.org/docs/format/Columnar.html
 */
function readArrow(array: Value): Value[] | undefined {
  const [state] = array instanceof Instance && array.type.name === '_restore_array' ? array.args : []
  const [type, length, , offset, buffers] = state instanceof Tuple ? state.items : []
  const alias = type instanceof Instance && type.type.name === 'type_for_alias' ? type.args[0] : undefined
  if (typeof alias !== 'string' || typeof length !== 'number' || typeof offset !== 'number' || !Array.isArray(buffers)) return undefined
  const [valid, first, second] = buffers.map(readBuffer)
  const element = elementAt(alias, first ?? EMPTY, second ?? EMPTY)
  if (element === undefined) return undefined
  if (!(length >= 0 && offset >= 0 && offset + length <= capacity(alias, first ?? EMPTY))) {
    throw new ConvertError(`an Arrow array of ${length} elements of ${alias} from ${offset} on, which its bytes are too short for`)
  }
  return Array.from({ length }, (_, i) => valid !== undefined && !isSet(valid, offset + i) ? null : element(offset + i))
}

const EMPTY = new Uint8Array(0)

function readBuffer(buffer: Value): Uint8Array | undefined {
  const [bytes] = buffer instanceof Instance && buffer.type.name === 'py_buffer' ? buffer.args : []
  return bytes instanceof Uint8Array ? bytes : undefined
}

/** How many elements a buffer has: of text, one less than it has offsets. */
function capacity(alias: string, bytes: Uint8Array): number {
  if (alias === 'bool') return bytes.length * 8
  if (alias === 'string') return Math.max(0, Math.floor(bytes.length / 4) - 1)
  if (alias === 'large_string') return Math.max(0, Math.floor(bytes.length / 8) - 1)
  return Math.floor(bytes.length / Number(FIXED[alias][1]))
}

function elementAt(alias: string, first: Uint8Array, second: Uint8Array): ((i: number) => Value) | undefined {
  if (alias === 'bool') return i => isSet(first, i)
  const isText = alias === 'string' || alias === 'large_string'
  if (!isText && !Object.hasOwn(FIXED, alias)) return undefined
  const dtype = new DType(isText ? (alias === 'string' ? 'i4' : 'i8') : FIXED[alias])
  const number = elementReader(dtype, first)
  if (!isText) return i => number(i * dtype.itemsize)
  return i => {
    const start = Number(number(i * dtype.itemsize))
    const end = Number(number((i + 1) * dtype.itemsize))
    if (!(start >= 0 && start <= end && end <= second.length)) {
      throw new ConvertError(`text of an Arrow array from byte ${start} to ${end} of ${second.length}`)
    }
    return decodeUtf8(second.subarray(start, end), start)
  }
}

/** A bit of a bitmap, the lowest of a byte first; what is beyond its end is not set. */
function isSet(bitmap: Uint8Array, i: number): boolean {
  return ((bitmap[i >> 3] ?? 0) >> (i & 7) & 1) === 1
}

function objects(elements: Value[]): NdArray {
  return new NdArray().build(new Tuple([elements.length]), new DType('O8'), false, elements)
}
