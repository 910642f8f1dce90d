import type { ForestDump, TreeDump } from '../../../src/forest/dump.js'
import { ConvertError } from '../pickle/errors.js'
import type { Located } from './located.js'
import { convertClassifierTree } from './tree.js'

/** Told how many of how many trees are done. */
export type Progress = (done: number, total: number) => void

/**
 * A fitted `RandomForestClassifier` with one output.
 * @param features names of the columns that make its row
 * @throws ConvertError when the number of columns is not the one it was fitted on
 */
export function convertRandomForest(estimator: Located, features: readonly string[], progress: Progress): ForestDump {
  const trees = estimator.attr('estimators_')
  if (trees.isAbsent) trees.fail('the trees of a fitted forest', 'Fit the model before saving it.')
  const outputs = estimator.attr('n_outputs_')
  if (!outputs.isAbsent && outputs.number() !== 1) outputs.fail('a forest with one output')
  const fitted = estimator.anyAttr('n_features_in_', 'n_features_')
  if (fitted.number() !== features.length) {
    throw new ConvertError(`${fitted.path}: the forest takes ${fitted.number()} columns, ${features.length} reach it`)
  }
  const nClasses = readLabels(estimator).length
  const items = trees.items()
  const converted: TreeDump[] = []
  for (const item of items) {
    converted.push(convertClassifierTree(item, nClasses))
    progress(converted.length, items.length)
  }
  return {
    estimator: estimator.className ?? '',
    aggregate: 'mean',
    split: '<=',
    precision: 'float32',
    features: [...features],
    nClasses,
    trees: converted
  }
}

/** `classes_`: the labels of a classifier, in the order of its probabilities. */
export function readLabels(estimator: Located): Array<string | number | boolean> {
  const classes = estimator.attr('classes_')
  return classes.items().map(item => {
    const { value } = item
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? value
      : item.fail('a label that is a str, a number or a bool')
  })
}
