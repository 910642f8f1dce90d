/** Instructions that put items into what is being built: a container, or an instance of a class that is one. */
import { ConvertError } from '../errors/convert-error.js'
import { COST, type Memory } from './memory.js'
import { Dict, Instance, PySet, describeValue, type Value } from './values.js'

/** Puts values at the end of a list. */
export function appendTo(values: readonly Value[], target: Value): void {
  const list = target instanceof Instance ? target.items ??= [] : target
  if (!Array.isArray(list)) throw new ConvertError(`cannot append to ${describeValue(target)}`)
  for (const value of values) list.push(value)
}

/** @param flat keys and values in turn */
export function setItems(flat: readonly Value[], target: Value, memory: Memory): void {
  const dict = target instanceof Instance ? target.entries ??= new Dict() : target
  if (!(dict instanceof Dict)) throw new ConvertError(`cannot set items of ${describeValue(target)}`)
  if (flat.length % 2 !== 0) throw new ConvertError('a dict with a key that has no value')
  memory.take(COST.mapEntry * flat.length / 2)
  for (let i = 0; i < flat.length; i += 2) dict.entries.set(flat[i], flat[i + 1])
}

/** Puts values into a set. */
export function addItems(values: readonly Value[], target: Value): void {
  const items = target instanceof Instance ? target.items ??= [] : target instanceof PySet ? target.items : undefined
  if (items === undefined) throw new ConvertError(`cannot add to ${describeValue(target)}`)
  for (const value of values) items.push(value)
}
