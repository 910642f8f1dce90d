/** The datatypes of tensors: which values they hold, in JSON and in bytes. */
import { decodeHalf, roundToHalf } from './half.js'

/** One datatype of the protocol. */
export interface Datatype {
  readonly name: string
  /** What an element is, in words. */
  readonly expected: string
  /** Bytes of an element in a binary tensor; undefined for text, where each element says its own length. */
  readonly size: number | undefined
  /** An element as the rows of a model have it: numbers rounded to the datatype. Undefined when it is none. */
  take(value: unknown): unknown
  /** An element of a binary tensor, to be taken by `take`. NaN is null: both are a missing value. */
  read(bytes: Buffer, offset: number): unknown
}

type Read = Datatype['read']

/** Integers of 64 bits end where JSON numbers lose count: 2^53 may have been 2^53 + 1 when it was sent. */
function integer(name: string, bits: number, signed: boolean, read: Read): Datatype {
  const minimum = signed ? Math.max(-(2 ** (bits - 1)), Number.MIN_SAFE_INTEGER) : 0
  const maximum = Math.min(2 ** (signed ? bits - 1 : bits) - 1, Number.MAX_SAFE_INTEGER)
  return {
    name,
    expected: `a whole number from ${minimum} to ${maximum}`,
    size: bits / 8,
    // Adding 0 turns -0, which is not an integer of its own, into 0.
    take: value =>
      typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum ? value + 0 : undefined,
    read
  }
}

function float(
  name: string, bits: number, round: (value: number) => number, read: (bytes: Buffer, offset: number) => number
): Datatype {
  return {
    name,
    expected: `a finite number of ${bits} bits`,
    size: bits / 8,
    take: value => {
      const rounded = typeof value === 'number' ? round(value) : NaN
      return Number.isFinite(rounded) ? rounded : undefined
    },
    read: (bytes, offset) => {
      const value = read(bytes, offset)
      return Number.isNaN(value) ? null : value
    }
  }
}

const BOOL: Datatype = {
  name: 'BOOL',
  expected: 'true or false',
  size: 1,
  take: value => typeof value === 'boolean' ? value : undefined,
  read: (bytes, offset) => bytes[offset] > 1 ? bytes[offset] : bytes[offset] === 1
}

const BYTES: Datatype = {
  name: 'BYTES',
  expected: 'text',
  size: undefined,
  take: value => typeof value === 'string' ? value : undefined,
  read: (bytes, offset) => bytes.toString('utf8', offset + 4, offset + 4 + bytes.readUInt32LE(offset))
}

/** By name. */
export const DATATYPES: ReadonlyMap<string, Datatype> = new Map([
  BOOL,
  integer('UINT8', 8, false, (bytes, offset) => bytes[offset]),
  integer('UINT16', 16, false, (bytes, offset) => bytes.readUInt16LE(offset)),
  integer('UINT32', 32, false, (bytes, offset) => bytes.readUInt32LE(offset)),
  integer('UINT64', 64, false, (bytes, offset) => Number(bytes.readBigUInt64LE(offset))),
  integer('INT8', 8, true, (bytes, offset) => bytes.readInt8(offset)),
  integer('INT16', 16, true, (bytes, offset) => bytes.readInt16LE(offset)),
  integer('INT32', 32, true, (bytes, offset) => bytes.readInt32LE(offset)),
  integer('INT64', 64, true, (bytes, offset) => Number(bytes.readBigInt64LE(offset))),
  float('FP16', 16, roundToHalf, (bytes, offset) => decodeHalf(bytes.readUInt16LE(offset))),
  float('FP32', 32, Math.fround, (bytes, offset) => bytes.readFloatLE(offset)),
  float('FP64', 64, value => value, (bytes, offset) => bytes.readDoubleLE(offset)),
  BYTES
].map(datatype => [datatype.name, datatype]))
