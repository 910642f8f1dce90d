/**
 * The closed list of callables whose results a reader must know to make sense of a file. They are re-stated here as
 * plain data construction. Every other call stays an {@link Instance}: a name with arguments. Nothing is ever called.
 */
import { ConvertError } from './errors.js'
import { PickleError } from './pickle-error.js'
import { DType, NdArray, readScalar } from './numpy.js'
import { Dict, Global, Instance, PySet, Tuple, describeValue, type Value } from './values.js'

type Call = (args: readonly Value[]) => Value

const CALLS: Readonly<Record<string, Call>> = {
  '_codecs.encode': ([text, codec]) => encodeLatin1(text, codec),
  'builtins.bytes': ([source]) => bytesFrom(source),
  'builtins.bytearray': ([source, codec]) => codec === undefined ? bytesFrom(source) : encodeLatin1(source, codec),
  'builtins.list': ([items]) => sequence(items),
  'builtins.tuple': ([items]) => new Tuple(sequence(items)),
  'builtins.set': ([items]) => new PySet(sequence(items)),
  'builtins.frozenset': ([items]) => new PySet(sequence(items)),
  'builtins.dict': () => new Dict(),
  'collections.OrderedDict': () => new Dict(),
  'collections.defaultdict': () => new Dict(),
  'copyreg._reconstructor': ([type, , baseState]) => reconstruct(type, baseState),
  'numpy.dtype': ([code]) => new DType(text(code)),
  'numpy.core.multiarray._reconstruct': () => new NdArray(),
  'numpy.core.numeric._frombuffer': ([data, dtype, shape, order]) =>
    new NdArray().build(shape, dtype, order === 'F', data),
  'numpy.core.multiarray.scalar': ([dtype, data]) => readScalar(dtypeOf(dtype), data),
  'pandas.core.indexes.base._new_Index': ([type, state]) => indexLabels(type, state)
}

/** pandas' index that is nothing but labels; it stays the name of a class. */
export const PANDAS_INDEX = 'pandas.core.indexes.base.Index'

/** Names that a call of is understood, so that a reader may allow them. */
export const KNOWN_CALLS: readonly string[] = Object.keys(CALLS)

/**
 * What a file may still make. A call takes a few bytes of the file and copies a list of any length that stands
 * elsewhere in it, so the copies are limited to what a file could hold.
 */
export interface Budget {
  elements: number
  /** How many more objects a file may push. */
  objects: number
}

/** The result of calling or instantiating a name, as data. `offset` is for messages. */
export function evaluateCall(type: Value, args: Value, offset: number, budget: Budget): Value {
  if (!(type instanceof Global)) throw new PickleError(offset, `only a name can be called, not ${describeValue(type)}`)
  if (!(args instanceof Tuple)) throw new PickleError(offset, `arguments must be a tuple, not ${describeValue(args)}`)
  const call = Object.hasOwn(CALLS, type.path) ? CALLS[type.path] : undefined
  if (call === undefined) return new Instance(type, args.items)
  budget.elements -= lengthOf(args.items[0])
  if (budget.elements < 0) throw new PickleError(offset, `${type.path} copies more than this file could hold`)
  return call(args.items)
}

function lengthOf(value: Value | undefined): number {
  if (typeof value === 'string' || Array.isArray(value) || value instanceof Uint8Array) return value.length
  return value instanceof Tuple || value instanceof PySet ? value.items.length : 0
}

/** Protocols 0 to 2 have no bytes: Python 3 carries them as text of the code points 0 to 255. */
function encodeLatin1(source: Value | undefined, codec: Value | undefined): Uint8Array {
  const string = text(source)
  if (typeof codec !== 'string' || !/^(latin[-_]?1|iso-?8859-1)$/i.test(codec)) {
    throw new ConvertError(`bytes in the codec ${describeValue(codec)}, only latin1 is supported`)
  }
  const bytes = new Uint8Array(string.length)
  for (let i = 0; i < bytes.length; i++) {
    const code = string.charCodeAt(i)
    if (code > 255) throw new ConvertError('text with code points above 255 where bytes are expected')
    bytes[i] = code
  }
  return bytes
}

function bytesFrom(source: Value | undefined): Uint8Array {
  if (source === undefined) return new Uint8Array(0)
  if (source instanceof Uint8Array) return source
  return Uint8Array.from(sequence(source), item => {
    if (typeof item !== 'number') throw new ConvertError(`bytes must be made of numbers, not ${describeValue(item)}`)
    return item
  })
}

function sequence(source: Value | undefined): Value[] {
  if (source === undefined) return []
  if (Array.isArray(source)) return [...source]
  if (source instanceof Tuple || source instanceof PySet) return [...source.items]
  throw new ConvertError(`expected a list or a tuple, not ${describeValue(source)}`)
}

/** How protocols 0 and 1 make an instance; subclasses of dict and list bring their content along. */
function reconstruct(type: Value | undefined, baseState: Value | undefined): Instance {
  if (!(type instanceof Global)) throw new ConvertError(`an instance of ${describeValue(type)}`)
  const instance = new Instance(type, [])
  if (baseState instanceof Dict) instance.entries = baseState
  if (Array.isArray(baseState)) instance.items = baseState
  return instance
}

/** The labels of an index, as ColumnTransformer kept the columns of a DataFrame up to scikit-learn 0.24. */
function indexLabels(type: Value | undefined, state: Value | undefined): NdArray {
  const labels = state instanceof Dict ? state.get('data') : undefined
  if (type instanceof Global && type.path === PANDAS_INDEX && labels instanceof NdArray) return labels
  throw new ConvertError(`expected a pandas Index of labels, found ${describeValue(type)}`)
}

function text(value: Value | undefined): string {
  if (typeof value === 'string') return value
  throw new ConvertError(`expected a str, not ${describeValue(value)}`)
}

function dtypeOf(value: Value | undefined): DType {
  if (value instanceof DType) return value
  throw new ConvertError(`expected a numpy dtype, not ${describeValue(value)}`)
}
