import type { ForestDump } from '../../../src/dump/dump.js'
import type { ConvertTransformer } from '../common/transformer.js'
import { acceptsMissing, takeMissing } from './forest.js'
import { readTree, toTreeDump } from './tree.js'

/** `RandomTreesEmbedding`: a column for each leaf of each tree, 1 where the row reaches it. */
export const convertRandomTreesEmbedding: ConvertTransformer = (estimator, columns, { frame, claim }) => {
  const trees = estimator.attr('estimators_').members()
  const encoder = estimator.attr('one_hot_encoder_')
  const leaves = encoder.attr('categories_').items().map(list => list.items().map(leaf => leaf.number()))
  if (leaves.length !== trees.length) encoder.attr('categories_').fail(`the leaves of ${trees.length} trees`)
  const missing = takeMissing(acceptsMissing(trees[0], trees[0]) && !frame.isSparse(columns), columns, frame)
  const outputs = trees.flatMap((at, i) => {
    const model: ForestDump = {
      kind: 'forest', estimator: 'RandomTreesEmbedding', split: '<=', precision: 'float32', features: [...columns],
      leaves: 'values', nOutputs: 1, aggregate: 'mean',
      trees: [toTreeDump(readTree(at, { claim }), node => node, { missing })]
    }
    const leaf = frame.addColumn(`leaf${i}`)
    frame.steps.push({ op: 'predict', model, gives: [{ what: 'values', as: [leaf] }] })
    const as = leaves[i].map(node => frame.addColumn(`randomtreesembedding_${i}_${node}`))
    frame.steps.push({ op: 'one-hot', column: leaf, values: leaves[i], as })
    return as
  })
  frame.markSparse(outputs, encoder.anyAttr('sparse_output', 'sparse').flag(true))
  return outputs
}
