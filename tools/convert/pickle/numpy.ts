/**
 * numpy's dtypes and arrays as pickles describe them: https://numpy.org/doc/stable/reference/arrays.dtypes.html
 * Elements are decoded on demand; the bytes stay as the file has them.
 */
import { decodeLatin1, encodeLatin1 } from './cursor.js'
import { ConvertError } from '../errors/convert-error.js'
import { Dict, Tuple, describeValue, type Value } from './values.js'

const KINDS = 'biufcSUVOMm'

export interface Field {
  readonly dtype: DType
  readonly offset: number
}

/** A dtype: kind letter, bytes per element, byte order, and for structured ones the named fields. */
export class DType {
  readonly kind: string
  /** Bytes an element. */
  itemsize: number
  littleEndian = true
  fields: ReadonlyMap<string, Field> | undefined
  /** Whether elements are Python objects, or records with some, rather than bytes. */
  isObject: boolean

  /** @param code such as `f8`, `i4`, `U10`, `V64`, `O8` */
  constructor(readonly code: string) {
    const kind = code[0]
    const size = Number(code.slice(1))
    if (!KINDS.includes(kind) || !/^[a-zA-Z]\d{1,9}$/.test(code) || (kind === 'f' && size > 8)) {
      throw new ConvertError(`numpy's dtype "${code}" is not supported`)
    }
    this.kind = kind
    this.itemsize = kind === 'U' ? size * 4 : size
    this.isObject = kind === 'O'
  }


  /** Applies `(version, byteorder, subdtype, names, fields, itemsize, ...)`, what numpy's BUILD of a dtype carries. */
  build(state: Value): void {
    if (!(state instanceof Tuple) || state.items.length < 8) {
      throw new ConvertError(`a dtype's state must be a tuple of 8, not ${describeValue(state)}`)
    }
    const [, order, subdtype, names, fields, itemsize] = state.items
    if (subdtype !== null) throw new ConvertError('array-valued dtypes are not supported')
    this.littleEndian = order !== '>'
    if (typeof itemsize === 'number' && itemsize >= 0) {
      if (this.kind !== 'V' && itemsize !== this.itemsize) {
        throw new ConvertError(`elements of dtype ${this.code} have ${this.itemsize} bytes, the file says ${itemsize}`)
      }
      this.itemsize = itemsize
    }
    if (names instanceof Tuple && fields instanceof Dict) {
      this.fields = readFields(names, fields, this.itemsize)
      // Noted now, when the fields are complete: a file can make a dtype a field of itself.
      this.isObject ||= [...this.fields.values()].some(field => field.dtype.isObject)
    }
  }

  describe(): string {
    return `the numpy dtype ${this.code}`
  }
}

function readFields(names: Tuple, fields: Dict, itemsize: number): Map<string, Field> {
  const result = new Map<string, Field>()
  for (const name of names.items) {
    const entry = typeof name === 'string' ? fields.get(name) : undefined
    const [dtype, offset] = entry instanceof Tuple ? entry.items : []
    if (typeof name !== 'string' || !(dtype instanceof DType) || typeof offset !== 'number') {
      throw new ConvertError(`field ${describeValue(name)} of a structured dtype has no dtype and offset`)
    }
    if (offset < 0 || offset + dtype.itemsize > itemsize) {
      throw new ConvertError(`field ${name} reaches beyond its record of ${itemsize} bytes`)
    }
    result.set(name, { dtype, offset })
  }
  return result
}

/** An array: logical shape, memory order, and its bytes, or its elements when they are objects. */
export class NdArray {
  shape: readonly number[] = [0]
  dtype: DType | undefined
  fortran = false
  /** Bytes in memory order; for object dtypes a list in row-major order, whatever the memory order. */
  data: Uint8Array | readonly Value[] = new Uint8Array(0)

  /** Number of elements. */
  get size(): number {
    return this.shape.reduce((product, length) => product * length, 1)
  }

  /**
   * Fills the array in.
   * @throws ConvertError when shape, dtype and data do not agree
   */
  build(shape: Value | undefined, dtype: Value | undefined, fortran: boolean, data: Value | undefined): this {
    if (!(dtype instanceof DType)) throw new ConvertError(`an array's dtype is ${describeValue(dtype)}`)
    this.shape = readShape(shape)
    this.dtype = dtype
    this.fortran = fortran
    const expected = dtype.isObject ? this.size : this.size * dtype.itemsize
    // Elements without bytes would let a few bytes of a file stand for any number of them.
    if (expected === 0 && this.size > 0) throw new ConvertError(`an array of ${this.size} elements of 0 bytes`)
    if (typeof data === 'string' && !dtype.isObject) data = encodeLatin1(data)
    if (dtype.isObject ? !Array.isArray(data) : !(data instanceof Uint8Array)) {
      throw new ConvertError(`an array of ${dtype.code} has ${describeValue(data)} as its data`)
    }
    const bytes = data as Uint8Array | Value[]
    if (bytes.length !== expected) {
      throw new ConvertError(
        `an array of shape (${this.shape.join(', ')}) and dtype ${dtype.code} needs ${expected} ` +
        `${dtype.isObject ? 'objects' : 'bytes'}, the file gives ${bytes.length}`
      )
    }
    this.data = bytes
    return this
  }

  describe(): string {
    return `a numpy array of shape (${this.shape.join(', ')}) and dtype ${this.dtype?.code ?? 'unknown'}`
  }
}

/** A tuple of non-negative ints whose product is a safe integer. */
export function readShape(shape: Value | undefined): number[] {
  const lengths = shape instanceof Tuple ? shape.items : undefined
  if (!lengths?.every((length): length is number => typeof length === 'number' && Number.isInteger(length) && length >= 0)) {
    throw new ConvertError(`an array's shape must be a tuple of lengths, not ${describeValue(shape)}`)
  }
  if (lengths.length > 32 || !Number.isSafeInteger(lengths.reduce((product, length) => product * length, 8))) {
    throw new ConvertError(`an array of shape (${lengths.join(', ')}) is impossible`)
  }
  return [...lengths]
}

/** All elements in row-major order, as numbers, bigints (beyond 2^53), booleans, strings, bytes or objects. */
export function readElements(array: NdArray): Value[] {
  const { dtype, data } = array
  if (dtype === undefined) return []
  if (!(data instanceof Uint8Array)) return [...data]
  const read = elementReader(dtype, data)
  return rowMajorOffsets(array, dtype.itemsize).map(read)
}

/**
 * Numeric elements as float64 in row-major order.
 * @throws ConvertError for other dtypes
 */
export function readFloat64s(array: NdArray): Float64Array {
  const { dtype, data } = array
  if (dtype === undefined || !(data instanceof Uint8Array)) return Float64Array.from(readElements(array), toNumber)
  if (!'biuf'.includes(dtype.kind)) throw new ConvertError(`expected numbers, found ${array.describe()}`)
  const read = elementReader(dtype, data)
  if (!array.fortran || array.shape.length < 2) {
    const result = new Float64Array(array.size)
    for (let i = 0; i < result.length; i++) result[i] = Number(read(i * dtype.itemsize))
    return result
  }
  return Float64Array.from(rowMajorOffsets(array, dtype.itemsize), offset => Number(read(offset)))
}

function toNumber(value: Value): number {
  if (typeof value !== 'number') throw new ConvertError(`expected a number, found ${describeValue(value)}`)
  return value
}

/**
 * One field of a structured array as numbers, whatever its width, offset and byte order.
 * @throws ConvertError when there is no such field
 */
export function readField(array: NdArray, name: string): Float64Array {
  const { dtype, data } = array
  const field = dtype?.fields?.get(name)
  if (dtype === undefined || field === undefined || !(data instanceof Uint8Array)) {
    throw new ConvertError(
      `expected a structured array with a field "${name}", found ${array.describe()}` +
      (dtype?.fields === undefined ? '' : ` with the fields ${[...dtype.fields.keys()].join(', ')}`)
    )
  }
  const read = elementReader(field.dtype, data)
  const result = new Float64Array(array.size)
  for (let i = 0; i < result.length; i++) result[i] = Number(read(i * dtype.itemsize + field.offset))
  return result
}

/** Byte offset of each element, in row-major order of the logical shape. */
function rowMajorOffsets(array: NdArray, itemsize: number): number[] {
  const { shape, fortran, size } = array
  const offsets = new Array<number>(size)
  if (!fortran) {
    for (let i = 0; i < size; i++) offsets[i] = i * itemsize
    return offsets
  }
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, length) => product * length, itemsize))
  for (let i = 0; i < size; i++) {
    let rest = i
    let offset = 0
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      offset += (rest % shape[axis]) * strides[axis]
      rest = Math.floor(rest / shape[axis])
    }
    offsets[i] = offset
  }
  return offsets
}

/** A function that decodes the element at a byte offset. */
export function elementReader(dtype: DType, data: Uint8Array): (offset: number) => Value {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const { kind, itemsize, littleEndian: little } = dtype
  switch (`${kind}${itemsize}`) {
    case 'f8': return offset => view.getFloat64(offset, little)
    case 'f4': return offset => view.getFloat32(offset, little)
    case 'f2': return offset => decodeHalf(view.getUint16(offset, little))
    case 'i8': return offset => readInt64(view, offset, little)
    case 'i4': return offset => view.getInt32(offset, little)
    case 'i2': return offset => view.getInt16(offset, little)
    case 'i1': return offset => view.getInt8(offset)
    case 'u8': return offset => toSafeInteger(view.getBigUint64(offset, little))
    case 'u4': return offset => view.getUint32(offset, little)
    case 'u2': return offset => view.getUint16(offset, little)
    case 'u1': return offset => view.getUint8(offset)
    case 'b1': return offset => view.getUint8(offset) !== 0
  }
  if (kind === 'U') return offset => decodeUcs4(view, offset, itemsize, little)
  if (kind === 'S') return offset => data.subarray(offset, offset + trimNuls(data, offset, itemsize))
  if (kind === 'V') return offset => data.subarray(offset, offset + itemsize)
  throw new ConvertError(`elements of numpy's dtype ${dtype.code} are not supported`)
}

/** Node arrays hold small int64 by the hundred thousand, so the common case avoids BigInt. */
function readInt64(view: DataView, offset: number, little: boolean): number | bigint {
  const low = view.getUint32(little ? offset : offset + 4, little)
  const high = view.getInt32(little ? offset + 4 : offset, little)
  const value = high * 0x100000000 + low
  return Number.isSafeInteger(value) ? value : view.getBigInt64(offset, little)
}

function toSafeInteger(value: bigint): number | bigint {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value
}

/** IEEE binary16: https://en.wikipedia.org/wiki/Half-precision_floating-point_format */
function decodeHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (fraction + 1024) * 2 ** (exponent - 25))
}

function decodeUcs4(view: DataView, offset: number, itemsize: number, little: boolean): string {
  let text = ''
  let nuls = ''
  for (let at = offset; at < offset + itemsize; at += 4) {
    const codePoint = view.getUint32(at, little)
    if (codePoint > 0x10ffff) throw new ConvertError('text of a numpy array has an impossible code point')
    if (codePoint === 0) nuls += '\0' // kept only when more text follows
    else {
      text += nuls + String.fromCodePoint(codePoint)
      nuls = ''
    }
  }
  return text
}

function trimNuls(data: Uint8Array, offset: number, length: number): number {
  while (length > 0 && data[offset + length - 1] === 0) length--
  return length
}

/** The value of a numpy scalar: one element of a dtype. */
export function readScalar(dtype: DType, data: Value | undefined): Value {
  if (dtype.isObject) return data ?? null
  if (typeof data === 'string') data = encodeLatin1(data)
  if (!(data instanceof Uint8Array) || data.length !== dtype.itemsize) {
    throw new ConvertError(`a numpy scalar of ${dtype.code} needs ${dtype.itemsize} bytes, the file gives ${describeValue(data)}`)
  }
  const value = elementReader(dtype, data)(0)
  return value instanceof Uint8Array ? decodeLatin1(value) : value
}
