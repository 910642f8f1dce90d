import { joinBlocks, readWeights } from './blocks.js'
import { selectColumns } from './column-selection.js'
import type { ConvertTransformer } from '../common/transformer.js'

/**
 * `ColumnTransformer`: blocks side by side, in the order of `transformers_`, the remainder last. Blocks without columns
 * are skipped: what is stored for them was never fitted.
 */
export const convertColumnTransformer: ConvertTransformer = (estimator, columns, context) => {
  const fitted = estimator.anyAttr('feature_names_in_', '_feature_names_in', '_df_columns')
  const names = fitted.isNone ? columns : fitted.texts()
  if (names.length !== columns.length) fitted.fail(`${columns.length} columns`)
  const weights = readWeights(estimator)
  const blocks = estimator.attr('transformers_').items().map(entry => {
    const [name, transformer, selection] = entry.items()
    return {
      name: name.text(),
      transformer,
      columns: transformer.value === 'drop' ? [] : selectColumns(selection, names).map(i => columns[i]),
      weight: weights(name.text())
    }
  })
  const outputs = joinBlocks(blocks.filter(block => block.columns.length > 0), context)
  context.frame.markSparse(outputs, estimator.attr('sparse_output_').flag(false))
  return outputs
}
