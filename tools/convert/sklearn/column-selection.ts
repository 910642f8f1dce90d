import { NdArray } from '../pickle/numpy.js'
import { Instance } from '../pickle/values.js'
import type { Located } from './located.js'

/**
 * The positions that the third part of a ColumnTransformer's entry selects: a name, a position (from the end when
 * negative), a list or an array of either, a mask of bools, or a slice of either; the end of a slice of names is in it.
 * @param names those that the ColumnTransformer was fitted on
 */
export function selectColumns(selection: Located, names: readonly string[]): number[] {
  const { value } = selection
  if (typeof value === 'string' || typeof value === 'number') return [positionOf(selection, names)]
  if (value instanceof Instance && value.type.path === 'builtins.slice') return selectSlice(selection, value, names)
  const list = selection.className === '_RemainderColsList' ? selection.attr('data') : selection
  if (!Array.isArray(list.value) && !(list.value instanceof NdArray) && list.className === undefined) {
    list.fail('columns by name, by position, as a mask or as a slice')
  }
  const items = list.items()
  if (items.length === 0 || typeof items[0].value !== 'boolean') return items.map(item => positionOf(item, names))
  if (items.length !== names.length) list.fail(`a mask of ${names.length} columns`)
  return items.map((item, i) => item.flag(false) ? i : -1).filter(i => i >= 0)
}

function positionOf(item: Located, names: readonly string[]): number {
  const { value } = item
  const position = typeof value === 'string' ? names.indexOf(value)
    : typeof value === 'number' ? (value < 0 ? value + names.length : value)
      : item.fail("a column's name or position")
  return position in names ? position : item.fail(`one of the columns ${names.join(', ')}`)
}

/** Python's slices, and pandas' of labels. */
function selectSlice(selection: Located, slice: Instance, names: readonly string[]): number[] {
  const [start, stop, step] = slice.args
  if (step !== null && step !== undefined && step !== 1) selection.fail('a slice of step 1')
  const bound = (value: typeof start, whenNone: number, included: number) => {
    if (value === null || value === undefined) return whenNone
    if (typeof value === 'string') {
      const position = names.indexOf(value)
      return position < 0 ? selection.fail(`a slice of the columns ${names.join(', ')}`) : position + included
    }
    if (typeof value !== 'number') return selection.fail('a slice of names or positions')
    return value < 0 ? Math.max(value + names.length, 0) : Math.min(value, names.length)
  }
  const first = bound(start, 0, 0)
  const end = bound(stop, names.length, 1)
  return names.map((_, i) => i).filter(i => i >= first && i < end)
}
