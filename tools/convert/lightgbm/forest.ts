import type { Dump, ForestDump } from '../../../src/dump/dump.js'
import { ConvertError } from '../errors/convert-error.js'
import type { ConvertedEstimator, Progress } from '../common/estimator.js'
import type { Frame } from '../common/frame.js'
import { addColumns, readFeatureNames, readFeatures, type Columns, type GivenColumns } from './features.js'
import { readObjective, type Objective } from './objective.js'
import type { BoosterText } from './read-text.js'
import { checkAnswers, readTree, type Tree } from './tree.js'

export interface ConvertedBooster extends ConvertedEstimator {
  readonly objective: string
}

/**
 * The trees of an iteration follow each other, one for each number that they add up to, with the learning rate and the
 * start value already in their leaves.
 * @param frame gets the inputs and steps
 * @param given the columns of a booster within a model of scikit-learn
 * @throws ConvertError naming the line, for what does not fit together or cannot be reproduced
 */
export function convertBooster(
  text: BoosterText, frame: Frame, progress: Progress, given?: GivenColumns
): ConvertedBooster {
  const { head } = text
  const objective = readObjective(head)
  const nFeatures = readFeatureNames(text).length
  if (text.trees.length % objective.nOutputs !== 0) {
    throw new ConvertError(`The file has ${text.trees.length} trees, expected a multiple of num_tree_per_iteration=${objective.nOutputs}.`)
  }
  if (given !== undefined && nFeatures !== given.columns.length) {
    given.at.fail(`a model of ${given.columns.length} columns, as many as reach it, and not of ${nFeatures}`)
  }
  const sections = text.trees.slice(0, (given?.bestIteration ?? Infinity) * objective.nOutputs)
  const trees = sections.map((section, i) => {
    const tree = readTree(section, nFeatures)
    progress(i + 1, sections.length)
    return tree
  })
  checkAnswers(trees)
  const features = readFeatures(text, trees)
  const isMean = head.has('average_output')
  if (isMean && objective.link !== undefined && head.text('version') === 'v2') {
    head.fail('average_output', 'no forest of this objective in a file of version v2', undefined,
      'Its leaves hold scores or probabilities, as LightGBM 2.2 or 2.1 wrote it: train the model with version 3 or later.')
  }
  const columns = addColumns(features, trees, frame, given)
  const importances = sumGains(given?.columns ?? features.map(feature => feature.name), trees)
  return {
    objective: objective.name,
    task: objective.task,
    outputs: objective.outputs,
    model: buildForest(objective, columns, trees, isMean),
    ...(importances === undefined ? {} : { featureImportances: importances })
  }
}

function buildForest(objective: Objective, columns: Columns, trees: readonly Tree[], isMean: boolean): ForestDump {
  const { nOutputs, link } = objective
  return {
    kind: 'forest',
    estimator: 'LightGBM Booster',
    split: '<=',
    precision: 'float64',
    features: columns.names,
    acceptsInfinite: true,
    leaves: 'values',
    nOutputs,
    aggregate: isMean ? 'mean' : 'sum',
    ...(isMean && nOutputs > 1 && { divisor: trees.length / nOutputs }),
    ...(link !== undefined && { link }),
    trees: trees.map((tree, i) => {
      const { missingGoToLeft, ...dump } = tree.dump
      return {
        ...dump,
        feature: dump.feature.map((f, node) => node < tree.feature.length ? columns.placeOf(f, tree.kind[node]) : f),
        ...(columns.missing && missingGoToLeft !== undefined && { missingGoToLeft }),
        ...(tree.linear.length > 0 && {
          linearLeaves: tree.linear.map(leaf => ({ ...leaf, features: leaf.features.map(f => columns.placeOf(f, 'nan')) }))
        }),
        ...(i % nOutputs > 0 && { output: i % nOutputs })
      }
    })
  }
}

/** Each feature's share of what all splits took off the loss; undefined where the file does not say. */
function sumGains(names: readonly string[], trees: readonly Tree[]): Dump['featureImportances'] {
  const gains = new Float64Array(names.length)
  // As LightGBM's own importances, which leave out splits that gained nothing.
  for (const { feature, gain } of trees) gain.forEach((x, node) => { gains[feature[node]] += Math.max(x, 0) })
  const total = gains.reduce((sum, gain) => sum + gain, 0)
  if (!(total > 0 && total < Infinity)) return undefined
  return names.map((feature, i) => ({ feature, importance: gains[i] / total }))
}
