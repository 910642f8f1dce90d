/** Questions about the form of values, by which the outline is laid out. */
import { NdArray } from '../convert/pickle/numpy.js'
import { Dict, Instance, PySet, Tuple, type Value } from '../convert/pickle/values.js'
import { isPlain, itemsOf } from './brief.js'
import { cutText } from '../terminal/escape.js'

const MAX_CLASS = 80
const MAX_SHORT = 40

/** Position of the one object in a small tuple of otherwise plain values, -1 when it is not one. */
export function soleObject(value: Value): number {
  if (!(value instanceof Tuple) || value.items.length > 4) return -1
  const index = value.items.findIndex(item => item instanceof Instance && !isPlain(item))
  return index >= 0 && value.items.every((item, i) => i === index || isPlain(item)) ? index : -1
}

/** Values that can be the same one twice, and are worth saying so. */
export function hasIdentity(value: Value): boolean {
  if (value instanceof NdArray) return value.size > 0
  if (value instanceof Instance) return !isPlain(value)
  if (value instanceof Dict) return value.entries.size > 0
  return (Array.isArray(value) || value instanceof Tuple || value instanceof PySet) && itemsOf(value).length > 0
}

/** Whether an instance is more than its class and short arguments. */
export function hasContent({ args, kwargs, state, items, entries }: Instance): boolean {
  return !args.every(item => isPlain(item)) || [kwargs, state, items, entries].some(part => part !== undefined)
}

/** What makes neighbours alike: the class, or for small containers the class within; undefined when nothing does. */
export function kindOf(value: Value): string | undefined {
  if (value instanceof Instance) return cutText(value.type.name, MAX_CLASS)
  const items = value instanceof NdArray ? value.data : value
  if (!isList(items)) return undefined
  const [first] = items
  return first instanceof Instance ? `lists of ${items.length} ${cutText(first.type.name, MAX_CLASS)}` : undefined
}

function isList(value: unknown): value is readonly Value[] {
  return Array.isArray(value)
}

/** Whether a value fits beside others on a line. */
export function isShort(value: Value): boolean {
  if (typeof value === 'string') return value.length <= MAX_SHORT
  if (typeof value === 'bigint') return value < 10n ** 40n && value > -(10n ** 40n)
  if (value instanceof NdArray || value instanceof Uint8Array) return false
  if (value instanceof Dict) return value.entries.size === 0
  if (Array.isArray(value) || value instanceof Tuple || value instanceof PySet) {
    const items = itemsOf(value)
    return items.length <= 4 && items.every(item => isShort(item) && !hasIdentity(item))
  }
  return isPlain(value)
}
