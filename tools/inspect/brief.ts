/** A value of a pickle in one line's worth of plain data: what JSON output holds, and text output is made from. */
import { DType, NdArray } from '../convert/pickle/numpy.js'
import { Dict, Global, Instance, PySet, Tuple, type Value } from '../convert/pickle/values.js'
import { briefArray, describeDType, type ArrayBrief } from './brief-array.js'
import { cutText } from '../terminal/escape.js'
import { judgeName, type Support } from './judge-name.js'

/** None is null; numbers that JSON does not have are text in an object; long text is cut. */
export type Brief =
  | null | boolean | number | string
  | { type: 'float' | 'int', value: string }
  | { type: 'str', length: number, start: string }
  | { type: 'bytes', length: number, hex: string }
  | { type: 'name', name: string, support: Support }
  | { type: 'dtype', dtype: string }
  | SequenceBrief
  | { type: 'dict', length: number, entries: Array<[key: Brief, value: Brief]> }
  | ObjectBrief
  | ArrayBrief

export interface SequenceBrief {
  type: 'list' | 'tuple' | 'set'
  length: number
  /** The first few. */
  items: Brief[]
}

/** An instance of a class, or the result of a call that was not made. */
export interface ObjectBrief {
  type: 'object'
  class: string
  support: Support
  /** Absent when there are none. */
  args?: Brief[]
}

/** How much a brief may say, and what is left of the work that a file may cause. */
export interface BriefLimits {
  /** Elements of a list, dict or array. */
  readonly items: number
  /** Array elements that may still be looked at for their range; counted down. */
  scan: number
}

const MAX_TEXT = 200
const MAX_BYTES = 16
const MAX_NESTING = 2

/** How far a container is searched for something that needs a line of its own. */
const MAX_LOOK = 1000

/** A short description, whatever the value: containers lose what is beyond the limits. */
export function briefValue(value: Value, limits: BriefLimits, nesting = 0): Brief {
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'number') return briefNumber(value)
  if (typeof value === 'bigint') return { type: 'int', value: value.toString() }
  if (typeof value === 'string') return briefText(value)
  if (value instanceof Uint8Array) return { type: 'bytes', length: value.length, hex: toHex(value) }
  if (value instanceof Global) return { type: 'name', name: cutText(value.path, MAX_TEXT), support: judgeName(value, false) }
  if (value instanceof DType) return { type: 'dtype', dtype: describeDType(value) }
  const shown = nesting < MAX_NESTING ? limits.items : 0
  const brief = (item: Value) => briefValue(item, limits, nesting + 1)
  if (value instanceof NdArray) return briefArray(value, shown, limits, brief)
  if (value instanceof Instance) {
    const object: ObjectBrief = {
      type: 'object', class: cutText(value.type.path, MAX_TEXT), support: judgeName(value.type, true)
    }
    return value.args.length === 0 ? object : { ...object, args: value.args.slice(0, shown).map(brief) }
  }
  if (value instanceof Dict) {
    const entries = take(value.entries, shown).map(([key, item]): [Brief, Brief] => [brief(key), brief(item)])
    return { type: 'dict', length: value.entries.size, entries }
  }
  const items = itemsOf(value)
  const type = Array.isArray(value) ? 'list' : value instanceof Tuple ? 'tuple' : 'set'
  return { type, length: items.length, items: items.slice(0, shown).map(brief) }
}

export function briefText(text: string): Brief {
  return text.length <= MAX_TEXT ? text : { type: 'str', length: text.length, start: cutText(text, MAX_TEXT) }
}

/** Whether a brief says what matters of a value, so that it needs no lines below its own. */
export function isPlain(value: Value, nesting = 0): boolean {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array || value instanceof DType) return true
  if (value instanceof Global) return judgeName(value, false) === 'supported'
  if (nesting > 1) return false
  const plain = (item: Value) => isPlain(item, nesting + 1)
  if (value instanceof Instance) {
    return value.state === undefined && value.items === undefined && value.entries === undefined &&
      value.kwargs === undefined && value.args.length <= 3 && value.args.every(plain) &&
      judgeName(value.type, true) === 'supported'
  }
  if (value instanceof Dict) return value.entries.size <= 4 && take(value.entries, 4).every(entry => entry.every(plain))
  if (value instanceof NdArray) return value.data instanceof Uint8Array || value.data.slice(0, MAX_LOOK).every(plain)
  return itemsOf(value).slice(0, nesting === 0 ? MAX_LOOK : 20).every(plain)
}

/** The elements of a list, a tuple or a set. */
export function itemsOf(value: readonly Value[] | Tuple | PySet): readonly Value[] {
  return value instanceof Tuple || value instanceof PySet ? value.items : value
}

/** The first `count` elements, without touching the rest. */
export function take<T>(items: Iterable<T>, count: number): T[] {
  const taken: T[] = []
  for (const item of items) {
    if (taken.length >= count) break
    taken.push(item)
  }
  return taken
}

function briefNumber(value: number): Brief {
  return Number.isFinite(value) && !Object.is(value, -0) ? value : { type: 'float', value: spellNumber(value) }
}

/** As Python spells it. */
function spellNumber(value: number): string {
  return Number.isNaN(value) ? 'nan' : value === 0 ? '-0.0' : value > 0 ? 'inf' : '-inf'
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, MAX_BYTES), byte => byte.toString(16).padStart(2, '0')).join('')
}
