import { ConvertError } from '../convert/errors/convert-error.js'
import { DType, elementReader, type NdArray } from '../convert/pickle/numpy.js'
import type { Value } from '../convert/pickle/values.js'
import type { Brief, BriefLimits } from './brief.js'
import { cutText } from '../terminal/escape.js'

/** A numpy array: its first elements, or the range of numbers when there are more. */
export interface ArrayBrief {
  type: 'array'
  dtype: string
  shape: number[]
  /** Of a structured array, the first few. */
  fields?: string[]
  /** In row-major order, from the first. */
  values?: Brief[]
  min?: Brief
  max?: Brief
  /** How many are NaN, when any are. */
  nan?: number
}

const MAX_FIELDS = 12
/** Characters of one text element: the reader makes all that it is asked for, and an element can be the whole file. */
const MAX_CHARACTERS = 100

/** A dtype by its numpy name, `float64`; without the fields of a structured one. */
export function describeDType({ kind, itemsize, code, fields, littleEndian }: DType): string {
  if (fields !== undefined) return `record of ${fields.size} ${fields.size === 1 ? 'field' : 'fields'}`
  const family = { b: 'bool', i: 'int', u: 'uint', f: 'float', c: 'complex', O: 'object' }[kind]
  if (family === undefined) return code
  if (kind === 'b' || kind === 'O') return family
  return `${family}${itemsize * 8}${littleEndian ? '' : ' big-endian'}`
}

/** @param shown how many elements to say, if it comes to that */
export function briefArray(
  array: NdArray, shown: number, limits: BriefLimits, brief: (item: Value) => Brief
): ArrayBrief {
  const { dtype } = array
  const name = dtype === undefined ? 'empty' : describeDType(dtype)
  const result: ArrayBrief = { type: 'array', dtype: name, shape: [...array.shape] }
  if (dtype?.fields !== undefined) {
    result.fields = [...dtype.fields.keys()].slice(0, MAX_FIELDS).map(field => cutText(field, 40))
    return result
  }
  try {
    const range = array.size > shown ? readRange(array, limits) : undefined
    if (range === undefined) result.values = readFirst(array, shown).map(brief)
    else if (!Number.isNaN(range.min)) Object.assign(result, { min: brief(range.min), max: brief(range.max) })
    if (range !== undefined && range.nan > 0) result.nan = range.nan
  } catch (error) {
    if (!(error instanceof ConvertError)) throw error // Elements of a kind that is not read: shape and dtype must do.
  }
  return result
}

/** Smallest and largest of numeric elements (NaN when there is no number); undefined for others or when spent. */
function readRange(array: NdArray, limits: BriefLimits): { min: number, max: number, nan: number } | undefined {
  const { dtype, data, size } = array
  if (dtype === undefined || !(data instanceof Uint8Array) || !'iuf'.includes(dtype.kind)) return undefined
  if (size > limits.scan) return undefined
  limits.scan -= size
  const read = elementReader(dtype, data)
  let min = Infinity
  let max = -Infinity
  let nan = 0
  for (let offset = 0; offset < data.length; offset += dtype.itemsize) {
    const value = Number(read(offset))
    if (value < min) min = value
    if (value > max) max = value
    if (Number.isNaN(value)) nan++
  }
  return min > max ? { min: NaN, max: NaN, nan } : { min, max, nan }
}

/** The first elements in row-major order. */
function readFirst(array: NdArray, count: number): Value[] {
  const { dtype, data, size } = array
  if (dtype === undefined) return []
  if (!(data instanceof Uint8Array)) return data.slice(0, count)
  const read = elementReader(shortenElements(dtype), data)
  return Array.from({ length: Math.min(count, size) }, (_, i) => read(offsetOf(array, i) * dtype.itemsize))
}

function shortenElements(dtype: DType): DType {
  const width = dtype.kind === 'U' ? 4 : 1
  if (!'USV'.includes(dtype.kind)) return dtype
  const short = new DType(`${dtype.kind}${Math.min(Math.floor(dtype.itemsize / width), MAX_CHARACTERS)}`)
  short.littleEndian = dtype.littleEndian
  return short
}

/** Place in memory, in elements, of an element in row-major order. */
function offsetOf({ shape, fortran }: NdArray, index: number): number {
  if (!fortran) return index
  let rest = index
  let offset = 0
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const stride = shape.slice(0, axis).reduce((product, length) => product * length, 1)
    offset += (rest % shape[axis]) * stride
    rest = Math.floor(rest / shape[axis])
  }
  return offset
}
