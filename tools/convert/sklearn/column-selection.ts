import { NdArray } from '../pickle/numpy.js'
import { Instance } from '../pickle/values.js'
import type { Located } from '../common/located.js'

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

/** A slice of names has its end in it, and scikit-learn takes no account of its step; one of positions is Python's. */
function selectSlice(selection: Located, slice: Instance, names: readonly string[]): number[] {
  const [start, stop, step] = slice.args
  if (typeof start === 'string' || typeof stop === 'string') {
    const [first, last] = [start ?? names[0], stop ?? names.at(-1)]
      .map(name => typeof name === 'string' ? names.indexOf(name) : -1)
    if (first < 0 || last < 0) selection.fail(`a slice of the columns ${names.join(', ')}`)
    return names.map((_, i) => i).filter(i => i >= first && i <= last)
  }
  const by = step ?? 1
  if (!Number.isInteger(by) || by === 0) return selection.fail('a slice by a whole number that is not 0')
  const forwards = Number(by) > 0
  const [lowest, highest] = forwards ? [0, names.length] : [-1, names.length - 1]
  const bound = (value: typeof start, whenNone: number) => {
    if (value === null || value === undefined) return whenNone
    if (typeof value !== 'number') return selection.fail('a slice of names or positions')
    return Math.min(Math.max(value < 0 ? value + names.length : value, lowest), highest)
  }
  const positions: number[] = []
  const end = bound(stop, forwards ? highest : lowest)
  const first = bound(start, forwards ? lowest : highest)
  for (let i = first; forwards ? i < end : i > end; i += Number(by)) positions.push(i)
  return positions
}
