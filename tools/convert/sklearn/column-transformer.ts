import type { Located } from './located.js'
import type { ConvertTransformer } from './transformer.js'

/** One `(name, transformer, columns)` of `transformers_` that has anything to do. */
interface Block {
  readonly name: string
  readonly transformer: Located
  readonly columns: readonly string[]
}

/**
 * `ColumnTransformer`: blocks side by side, in the order of `transformers_`, the remainder last. Blocks without columns
 * are skipped: what is stored for them was never fitted.
 */
export const convertColumnTransformer: ConvertTransformer = (estimator, columns, context) => {
  const weights = estimator.attr('transformer_weights')
  if (!weights.isNone) weights.fail('None', 'Weights of a ColumnTransformer are not supported yet.')
  const blocks = estimator.attr('transformers_').items()
    .map(entry => readBlock(entry, estimator, columns))
    .filter(block => block.columns.length > 0 && block.transformer.value !== 'drop')
  return blocks.flatMap(block => {
    const own = block.columns.map(column => {
      const shared = blocks.filter(other => other.columns.includes(column)).length > 1
      // Steps change columns in place: a column that several blocks read is copied for each.
      return shared && context.frame.inputOf(column)?.type !== 'category'
        ? context.frame.derive(`${block.name}__${column}`, column)
        : column
    })
    if (block.transformer.value === 'passthrough') return own
    return context.transform(block.transformer, own)
  })
}

function readBlock(entry: Located, estimator: Located, columns: readonly string[]): Block {
  const [name, transformer, selection] = entry.items()
  return { name: name.text(), transformer, columns: selectColumns(selection, estimator, columns) }
}

/** Columns by name, as fitted on a DataFrame, or by position. */
function selectColumns(selection: Located, estimator: Located, columns: readonly string[]): string[] {
  const names = estimator.attr('feature_names_in_')
  const fitted = names.isAbsent ? columns : names.texts()
  const list = selection.className === '_RemainderColsList' ? selection.attr('data') : selection
  return list.items().map(item => {
    const index = typeof item.value === 'string' ? fitted.indexOf(item.value)
      : typeof item.value === 'number' ? (item.value < 0 ? item.value + columns.length : item.value)
        : item.fail("a column's name or position")
    if (!(index in columns)) item.fail(`one of the columns ${fitted.join(', ')}`)
    return columns[index]
  })
}
