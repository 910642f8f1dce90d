import { pushLookup, readAllCategories, readGrouping } from './categories.js'
import type { Located } from '../common/located.js'
import type { ConvertTransformer } from '../common/transformer.js'

/**
 * `OneHotEncoder` over text or numbers, with `drop`, grouped infrequent categories and every handling of unknown ones.
 * The dropped category and an ignored one both give zeros everywhere.
 */
export const convertOneHotEncoder: ConvertTransformer = (estimator, columns, { frame }) => {
  const unknown = readHandleUnknown(estimator)
  const groupings = readGrouping(estimator, columns.length)
  const dropped = readDropped(estimator, columns.length)
  const all = readAllCategories(estimator, columns, frame)
  const outputs = columns.flatMap((column, i) => {
    const categories = all[i]
    const grouping = groupings[i]
    const results = grouping ?? categories.values.map((_, index) => index)
    const width = grouping === undefined ? results.length : Math.max(...grouping) + 1
    const infrequent = grouping === undefined ? undefined : width - 1
    const names = Array.from({ length: width }, (_, k) =>
      k === infrequent ? 'infrequent_sklearn' : categories.names[results.indexOf(k)])
    const kept = names.map((_, k) => k).filter(k => k !== dropped[i])
    const simple = unknown !== 'error' && grouping === undefined && !categories.values.some(Number.isNaN)
    if (simple) frame.readByEncoder(column, { missing: true, unknown: true })
    else {
      const other = unknown === 'infrequent' ? infrequent ?? -1 : unknown === 'ignore' ? -1 : undefined
      pushLookup(column, { categories, results, unknown: other }, frame)
    }
    const as = kept.map(k => frame.addColumn(`${column}_${names[k]}`))
    const values = kept.map(k => simple ? categories.values[k] : k)
    if (as.length > 0) frame.steps.push({ op: 'one-hot', column, values, as })
    return as
  })
  frame.markSparse(outputs, estimator.anyAttr('sparse_output', 'sparse').flag(true))
  return outputs
}

/** What becomes of a value that is not a category: an error, zeros everywhere, or the infrequent ones' column. */
function readHandleUnknown(estimator: Located): 'error' | 'ignore' | 'infrequent' {
  const handleUnknown = estimator.attr('handle_unknown')
  switch (handleUnknown.text()) {
    case 'error': return 'error'
    case 'ignore': return 'ignore'
    case 'infrequent_if_exist': return 'infrequent'
    case 'warn': {
      const [major, minor] = estimator.sklearnVersion ?? [1, 6]
      return major > 1 || minor >= 8 ? 'infrequent' : 'ignore'
    }
    default: return handleUnknown.fail('"error", "ignore", "infrequent_if_exist" or "warn"')
  }
}

/**
 * For each column the index, among the grouped categories, that gets no output. scikit-learn 1.1 and early 1.2 files
 * have only `drop_idx_`, which counts grouped categories there; without grouping the two are the same.
 */
function readDropped(estimator: Located, count: number): Array<number | undefined> {
  const dropIdx = estimator.anyAttr('_drop_idx_after_grouping', 'drop_idx_')
  if (dropIdx.isNone) return new Array<undefined>(count).fill(undefined)
  return dropIdx.items().map(item => item.isNone ? undefined : item.number())
}
