/** Codes of the texts in columns, as people write them beside a predictor. */
import { Dict } from '../pickle/values.js'
import { pushLookup, readCategories } from '../sklearn/categories.js'
import type { Frame } from '../common/frame.js'
import { Located } from '../common/located.js'
import { toWords } from './key-roles.js'

/** The column of the model whose encoder or mapping a key names, such as "le_city" or "city_map". */
export function columnOf(key: string, columns: readonly string[]): string | undefined {
  const words = toWords(key)
  const [, column = words] = /^(?:le|label_encoder|encoder|enc)_(.+)$/.exec(words) ??
    /^(.+)_(?:le|label_encoder|encoder|enc|map|mapping|encoding|codes)$/.exec(words) ?? []
  return columns.find(name => toWords(name) === column && column !== '')
}

/** A dict from texts, or from numbers, to codes; another value is refused. */
export function pushCodes(column: string, at: Located, frame: Frame): void {
  const dict = at.value
  const entries = dict instanceof Dict ? [...dict.entries] : at.fail('a dict of codes')
  const keys = new Located(entries.map(([key]) => key), at.path)
  const results = entries.map(([, code], i) =>
    typeof code === 'number' && Number.isFinite(code) ? code : new Located(code, `${at.path}[${i}]`).fail('a number, as its code'))
  if (results.length === 0) at.fail('at least one code')
  pushLookup(column, { categories: readCategories(keys, column, frame), results, unknown: undefined }, frame)
}
