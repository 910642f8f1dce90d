import type { Dump, ForestDump, Label, Output, TreeDump } from '../../../src/dump/dump.js'
import {
  checkColumns, isVersion, toLabels, type ConvertEstimator, type ConvertedEstimator, type EstimatorContext
} from '../common/estimator.js'
import { readImportances } from './feature-importances.js'
import type { Frame } from '../common/frame.js'
import type { Located } from '../common/located.js'
import { readProbabilities, readTree, toLeaf, toPairs, toTreeDump } from './tree.js'

/** `RandomForest*`, `ExtraTrees*`: the mean over trees. */
export const convertForest: ConvertEstimator = (estimator, columns, context) => {
  const trees = estimator.attr('estimators_')
  const items = trees.items()
  if (items.length === 0) trees.fail('at least one tree')
  return convertTrees(estimator, items, columns, context)
}

/** `DecisionTree*`, `ExtraTree*`: a forest of one tree, which is divided by 1. */
export const convertSingleTree: ConvertEstimator = (estimator, columns, context) =>
  convertTrees(estimator, [estimator], columns, context)

function convertTrees(
  estimator: Located, trees: readonly Located[], columns: readonly string[], context: EstimatorContext
): ConvertedEstimator {
  const { frame, progress } = context
  checkColumns(estimator, columns)
  const accepted = acceptsMissing(estimator, trees[0]) && !frame.isSparse(columns)
  const missing = takeMissing(accepted, columns, frame)
  const classes = estimator.attr('classes_').isAbsent ? undefined : readClasses(estimator)
  const convert = classes === undefined ? convertRegressionTree : convertClassificationTree
  const converted = trees.map((tree, i) => {
    const dump = convert(tree, classes?.map(labels => labels.length) ?? [], missing, context)
    progress(i + 1, trees.length)
    return dump
  })
  const nOutputs = classes?.flat().length ?? outputCount(estimator)
  const model: ForestDump = {
    kind: 'forest',
    estimator: estimator.className ?? '',
    split: '<=',
    precision: 'float32',
    features: [...columns],
    leaves: classes === undefined ? 'values' : 'probabilities',
    nOutputs,
    aggregate: 'mean',
    trees: converted
  }
  const numbers = () => Array.from({ length: nOutputs }, () => ({}))
  const outputs = classes?.map((labels): Output => ({ classes: labels })) ?? numbers()
  return {
    task: classes === undefined ? 'regressor' : 'classifier',
    outputs,
    model,
    featureImportances: nameImportances(estimator, columns)
  }
}

/**
 * Tells the frame whether missing values are taken in the columns of a forest.
 * @returns whether one can come: then the trees say where it goes
 */
export function takeMissing(accepted: boolean, columns: readonly string[], frame: Frame): boolean {
  if (accepted) frame.acceptMissing(columns)
  else frame.assertNotMissing(columns)
  return accepted && frame.mayBeMissing(columns)
}

/** `feature_importances_` by the name of the column; none where they are NaN (scikit-learn 1.3, missing values). */
export function nameImportances(estimator: Located, columns: readonly string[]): Dump['featureImportances'] {
  const importances = readImportances(estimator, columns.length, 1)
  if (!importances.every(Number.isFinite)) return undefined
  return columns.map((feature, i) => ({ feature, importance: importances[i] }))
}

/** The labels of each output. */
function readClasses(estimator: Located): Label[][] {
  const classes = estimator.attr('classes_')
  return outputCount(estimator) === 1 ? [toLabels(classes)] : classes.items().map(toLabels)
}

function outputCount(estimator: Located): number {
  const count = estimator.attr('n_outputs_')
  return count.isAbsent ? 1 : count.number()
}

/** Outputs side by side: the classes of the first, then those of the second. */
function convertClassificationTree(
  estimator: Located, nClasses: readonly number[], missing: boolean, context: EstimatorContext
): TreeDump {
  const tree = readTree(estimator, context)
  const probabilities = readProbabilities(estimator, tree, nClasses)
  return toTreeDump(tree, node => {
    const pairs: number[] = []
    let first = 0
    nClasses.forEach((n, output) => {
      pairs.push(...toPairs(probabilities, (node * tree.nOutputs + output) * tree.width, n, first))
      first += n
    })
    return toLeaf(pairs)
  }, { missing })
}

function convertRegressionTree(
  estimator: Located, _: unknown, missing: boolean, context: EstimatorContext
): TreeDump {
  const tree = readTree(estimator, context)
  return toTreeDump(
    tree,
    node => tree.nOutputs === 1 ? tree.values[node] : toPairs(tree.values, node * tree.nOutputs, tree.nOutputs),
    { missing }
  )
}

/**
 * Whether scikit-learn's version takes missing values in this estimator: single trees since 1.3, forests of them since
 * 1.4, extra-trees since 1.6; but for monotonic constraints and some criteria. None takes them in sparse data.
 */
export function acceptsMissing(estimator: Located, tree: Located): boolean {
  const name = estimator.className ?? ''
  const minor = name.startsWith('Extra') ? 6 : name.includes('RandomForest') ? 4 : 3
  // Classes of imblearn do not say scikit-learn's version, and their trees do.
  const at = estimator.sklearnVersion === undefined ? tree : estimator
  if (at.sklearnVersion === undefined || !isVersion(at, 1, minor)) return false
  if (!tree.attr('monotonic_cst').isNone && !isVersion(at, 1, 9)) return false
  const criterion = tree.attr('criterion').value
  const known = ['gini', 'entropy', 'log_loss', 'squared_error', 'friedman_mse', 'poisson']
  if (typeof criterion === 'string' && !known.includes(criterion) && !isVersion(at, 1, 9)) return false
  const splitter = tree.attr('splitter').value
  if (splitter === 'random' && !name.startsWith('Extra')) return isVersion(at, 1, 6)
  return true
}
