/**
 * The closed list of callables whose results a reader must know to make sense of a file. They are re-stated here as
 * plain data construction. Every other call stays an {@link Instance}: a name with arguments. Nothing is ever called.
 */
import { encodeLatin1 } from './cursor.js'
import { ConvertError } from '../errors/convert-error.js'
import { COST, type Memory } from './memory.js'
import { PickleError, type Position } from './pickle-error.js'
import { DType, NdArray, readScalar } from './numpy.js'
import { Dict, Global, Instance, PySet, Tuple, describeValue, opaqueName, type Value } from './values.js'

type Call = (args: readonly Value[]) => Value

const CALLS: Readonly<Record<string, Call>> = {
  '_codecs.encode': ([text, codec]) => encode(text, codec),
  'builtins.bytes': ([source]) => bytesFrom(source),
  'builtins.bytearray': ([source, codec]) => codec === undefined ? bytesFrom(source) : encode(source, codec),
  'builtins.list': ([items]) => sequence(items),
  'builtins.tuple': ([items]) => new Tuple(sequence(items)),
  'builtins.set': ([items]) => new PySet(sequence(items)),
  'builtins.frozenset': ([items]) => new PySet(sequence(items)),
  'builtins.dict': () => new Dict(),
  'collections.OrderedDict': () => new Dict(),
  'collections.defaultdict': () => new Dict(),
  'copyreg._reconstructor': ([type, , baseState]) => reconstruct(type, baseState),
  'dill._dill._create_array': args => createArray(args),
  'dill._dill._load_type': ([name]) => loadType(text(name)),
  'numpy.dtype': ([code]) => new DType(text(code)),
  'numpy.core.multiarray._reconstruct': () => new NdArray(),
  'numpy.core.numeric._frombuffer': ([data, dtype, shape, order]) =>
    new NdArray().build(shape, dtype, order === 'F', data),
  'numpy.core.multiarray.scalar': ([dtype, data]) => readScalar(dtypeOf(dtype), data)
}

/** Python's own types that stand in files as the types of values. */
export const PLAIN_TYPES: ReadonlySet<string> = new Set(['object', 'int', 'float', 'str', 'bool', 'complex', 'slice', 'range'])

/** Names that a call of is understood, so that a reader may allow them. */
export const KNOWN_CALLS: readonly string[] = Object.keys(CALLS)

/**
 * The result of calling or instantiating a name, as data. A call takes a few bytes of the file and copies a list of any
 * length that stands elsewhere in it, which counts as memory. `offset` is for messages.
 */
export function evaluateCall(type: Value, args: Value, offset: Position, memory: Memory): Value {
  const opaque = opaqueName(type)
  if (!(type instanceof Global) && opaque === undefined) {
    throw new PickleError(offset, `only a name can be called, not ${describeValue(type)}`)
  }
  if (!(args instanceof Tuple)) throw new PickleError(offset, `arguments must be a tuple, not ${describeValue(args)}`)
  // What an opaque call gives may be a class or a function, which can be called in turn.
  const name = opaque ?? (type as Global)
  const call = Object.hasOwn(CALLS, name.path) ? CALLS[name.path] : undefined
  if (call === undefined) {
    memory.take(COST.instance)
    return new Instance(name, args.items)
  }
  memory.take(COST.array + copiedBytes(args.items[0]))
  return call(args.items)
}

function copiedBytes(value: Value | undefined): number {
  if (typeof value === 'string' || value instanceof Uint8Array) return value.length
  const items = value instanceof Tuple || value instanceof PySet ? value.items : value
  return Array.isArray(items) ? items.length * COST.entry : 0
}

/** Protocols 0 to 2 have no bytes: Python 3 carries them as text of the code points 0 to 255. */
function encode(source: Value | undefined, codec: Value | undefined): Uint8Array {
  if (typeof codec !== 'string' || !/^(latin[-_]?1|iso-?8859-1)$/i.test(codec)) {
    throw new ConvertError(`bytes in the codec ${describeValue(codec)}, only latin1 is supported`)
  }
  return encodeLatin1(text(source))
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
  const name = type instanceof Global ? type : opaqueName(type)
  if (name === undefined) throw new ConvertError(`an instance of ${describeValue(type)}`)
  const instance = new Instance(name, [])
  if (baseState instanceof Dict) instance.entries = baseState
  if (Array.isArray(baseState)) instance.items = baseState
  // A tuple with names, by protocols 0 and 1.
  if (baseState instanceof Tuple) instance.items = [...baseState.items]
  return instance
}

/** `_create_array(function, arguments, state, attributes)`: dill's way to write an array, in one call. */
function createArray([make, args, state, attributes]: readonly Value[]): Value {
  if (!(make instanceof Global) || make.path !== 'numpy.core.multiarray._reconstruct') {
    const other = new Global('dill._dill', '_create_array')
    other.opaque = true
    return new Instance(other, [make, args, state, attributes])
  }
  return buildArray(new NdArray(), state)
}

/** dill's way to write Python's own types: those that are not among {@link PLAIN_TYPES} stay opaque. */
function loadType(name: string): Global {
  const type = new Global('builtins', name === 'SliceType' ? 'slice' : name)
  type.opaque = !PLAIN_TYPES.has(type.name)
  return type
}

/** `(1, shape, dtype, is_fortran, data)`, what BUILD gives an array; files of the 2000s lack the leading version. */
export function buildArray(array: NdArray, state: Value | undefined): NdArray {
  const parts = state instanceof Tuple ? state.items.slice(-4) : []
  if (parts.length !== 4) throw new ConvertError(`an array's state must be a tuple of 5, not ${describeValue(state)}`)
  const [shape, dtype, fortran, data] = parts
  return array.build(shape, dtype, fortran === true || fortran === 1, data)
}

function text(value: Value | undefined): string {
  if (typeof value === 'string') return value
  throw new ConvertError(`expected a str, not ${describeValue(value)}`)
}

function dtypeOf(value: Value | undefined): DType {
  if (value instanceof DType) return value
  throw new ConvertError(`expected a numpy dtype, not ${describeValue(value)}`)
}

/**
 * What a call gave is thrown away where the call is made for what it does: to change another object, or worse. The
 * picklers of functions do so to functions, which nobody reads.
 */
export function assertNotDiscarded(value: Value): void {
  const name = value instanceof Instance ? opaqueName(value) : undefined
  if (name === undefined || /^(dill\._dill|cloudpickle\.)/.test(name.module) || opaqueName((value as Instance).args[0]) !== undefined) return
  throw new ConvertError(`${name.path} is called for what it does, not for a value, which has no place in the file of a model (nothing was executed)`)
}
