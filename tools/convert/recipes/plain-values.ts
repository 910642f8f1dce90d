/** What the values beside a predictor are: texts, sequences, nothing at all, or with estimators in them. */
import { NdArray, readElements } from '../pickle/numpy.js'
import { Dict, Instance, PySet, Tuple, type Value } from '../pickle/values.js'
import type { Located } from '../common/located.js'

/** @returns undefined for all but a sequence of texts */
export function readTexts(at: Located): string[] | undefined {
  if (!isSequence(at.value)) return undefined
  const values = at.items().map(item => item.value)
  return values.every(value => typeof value === 'string') ? values : undefined
}

/** Whether a value is a list, a tuple or an array of one dimension. */
export function isSequence(value: Value | undefined): boolean {
  return Array.isArray(value) || value instanceof Tuple || (value instanceof NdArray && value.shape.length === 1)
}

/** None, False and what is empty says nothing, whatever it is called. */
export function isNothing(value: Value | undefined): boolean {
  if (value === null || value === undefined || value === false || value === '') return true
  if (value instanceof Dict) return value.entries.size === 0
  if (value instanceof Tuple || value instanceof PySet) return value.items.length === 0
  return Array.isArray(value) && value.length === 0
}

/** Whether an instance of any class is in a value, however deep: cycles are seen once. */
export function holdsInstance(root: Value | undefined): boolean {
  const seen = new Set<Value | undefined>()
  const pending = [root]
  while (pending.length > 0) {
    const value = pending.pop()
    if (value instanceof Instance) return true
    if (typeof value !== 'object' || value === null || seen.has(value)) continue
    seen.add(value)
    if (value instanceof Dict) pending.push(...value.entries.values())
    else if (Array.isArray(value)) for (const item of value) pending.push(item)
    else if (value instanceof Tuple || value instanceof PySet) pending.push(...value.items)
    else if (value instanceof NdArray && !(value.data instanceof Uint8Array)) pending.push(...readElements(value))
  }
  return false
}
