import { joinBlocks, readWeights } from './blocks.js'
import type { ConvertTransformer } from '../common/transformer.js'

/** `FeatureUnion`: each transformer reads all columns; their outputs stand side by side. */
export const convertFeatureUnion: ConvertTransformer = (estimator, columns, context) => {
  const weights = readWeights(estimator)
  const blocks = estimator.attr('transformer_list').items()
    .map(entry => {
      const [name, transformer] = entry.items()
      return { name: name.text(), transformer, columns, weight: weights(name.text()) }
    })
    .filter(({ transformer }) => !transformer.isNone && transformer.value !== 'drop')
  const outputs = joinBlocks(blocks, context)
  // scipy makes all of it sparse when one part is.
  context.frame.markSparse(outputs, context.frame.isSparse(outputs))
  return outputs
}
