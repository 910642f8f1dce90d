/** Arrays as numpy.save writes them: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */
import { ConvertError } from '../errors/convert-error.js'
import { DType, NdArray } from '../pickle/numpy.js'
import { Dict, Tuple } from '../pickle/values.js'
import { LiteralList, parseLiteral, type Literal } from './python-literal.js'

const MAGIC = '\x93NUMPY'
/** What numpy itself reads of files that nobody vouches for. */
const MAX_HEADER = 10_000
const MAX_FIELDS = 200

const AGAIN = { hint: 'The file is damaged: copy or download it again.' }

/**
 * The array of a .npy file, whose elements stay where they are.
 * @throws ConvertError when it is damaged, or has Python objects, which would be a pickle
 */
export function readNpy(bytes: Uint8Array): NdArray {
  const start = Buffer.from(bytes.subarray(0, 12))
  if (start.length < 12 || start.toString('latin1', 0, 6) !== MAGIC) throw new ConvertError('it is not an array that numpy saved', AGAIN)
  const version = start[6]
  if (version < 1 || version > 3) throw new ConvertError(`version ${version} of numpy's format, expected 1 to 3`)
  const headerStart = version === 1 ? 10 : 12
  const length = version === 1 ? start.readUInt16LE(8) : start.readUInt32LE(8)
  if (length > MAX_HEADER) throw new ConvertError(`a header of ${length} bytes, expected at most ${MAX_HEADER}`)
  if (headerStart + length > bytes.length) throw new ConvertError('it ends within its header', AGAIN)
  const text = Buffer.from(bytes.subarray(headerStart, headerStart + length)).toString(version === 3 ? 'utf8' : 'latin1')
  const { descr, shape, fortran } = readHeader(parseLiteral(text))
  return new NdArray().build(shape, readDescr(descr, 0), fortran, bytes.subarray(headerStart + length))
}

function readHeader(header: Literal): { descr: Literal, shape: Tuple, fortran: boolean } {
  const entries = header instanceof Map ? header as ReadonlyMap<string, Literal> : undefined
  const [descr, fortran, shape] = ['descr', 'fortran_order', 'shape'].map(key => entries?.get(key))
  if (entries?.size !== 3 || descr === undefined || typeof fortran !== 'boolean' || !(shape instanceof LiteralList && shape.isTuple)) {
    throw new ConvertError("its header does not say 'descr', 'fortran_order' and 'shape', and no more", AGAIN)
  }
  return { descr, fortran, shape: new Tuple(shape.items.map(length => typeof length === 'number' ? length : null)) }
}

/** A dtype in one str, or a list of fields, whose empty names are gaps. */
function readDescr(descr: Literal, depth: number): DType {
  if (typeof descr === 'string') return readCode(descr)
  if (!(descr instanceof LiteralList) || descr.isTuple || depth > 3 || descr.items.length > MAX_FIELDS) {
    throw new ConvertError('its dtype is neither simple nor a list of simple fields')
  }
  const fields = new Dict()
  let itemsize = 0
  for (const item of descr.items) {
    const [name, type, ...more] = item instanceof LiteralList && item.isTuple ? item.items : []
    if (typeof name !== 'string' || type === undefined || more.length > 0) {
      throw new ConvertError('a field of its dtype is not a name and a simple dtype')
    }
    const dtype = readDescr(type, depth + 1)
    if (fields.get(name) !== undefined) throw new ConvertError(`two fields of its dtype are called ${JSON.stringify(name)}`)
    if (name !== '') fields.entries.set(name, new Tuple([dtype, itemsize]))
    itemsize += dtype.itemsize
  }
  const record = new DType(`V${itemsize}`)
  record.build(new Tuple([3, '|', null, new Tuple([...fields.entries.keys()]), fields, itemsize, 1, 0]))
  return record
}

function readCode(descr: string): DType {
  const [, order, code] = /^([<>|=])?([a-zA-Z]\d*)(?:\[\w+\])?$/.exec(descr) ?? []
  if (code === undefined) throw new ConvertError(`numpy's dtype ${JSON.stringify(descr.slice(0, 40))} is not supported`)
  if (code.startsWith('O')) throw new ConvertError('it has Python objects, which would be a pickle, and skops never writes those')
  const dtype = new DType(code)
  dtype.littleEndian = order !== '>'
  return dtype
}
