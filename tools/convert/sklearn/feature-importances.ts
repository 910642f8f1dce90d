/** Importances that SelectFromModel recomputes from its fitted estimator whenever it is asked which columns to keep. */
import { sumLikeNumpy } from '../../../src/arithmetic/numpy-sum.js'
import { NdArray, readElements, readField } from '../pickle/numpy.js'
import { Located } from '../common/located.js'

/**
 * `coef_`, one row per class, or `feature_importances_` of a tree, a forest, gradient boosting or AdaBoost.
 * @param normOrder of the norm over the rows of `coef_`
 * @returns [nFeatures] the norms of the coefficients, or the importances
 */
export function readImportances(estimator: Located, count: number, normOrder: number): Float64Array {
  const coefficients = estimator.attr('coef_')
  if (!coefficients.isNone) return normOfCoefficients(coefficients, count, normOrder)
  if (!estimator.attr('tree_').isAbsent) return normalize(treeImportances(estimator.attr('tree_'), count))
  const trees = estimator.attr('estimators_')
  if (estimator.className?.startsWith('AdaBoost') === true) return weightedImportances(estimator, trees, count)
  if (!trees.isAbsent) return ensembleImportances(estimator, trees, count)
  return estimator.fail(
    'an estimator with coef_, or trees, to select columns by',
    'Put sklearn.feature_selection.RFE in its place, which saves its mask.'
  )
}

function normOfCoefficients(coefficients: Located, count: number, order: number): Float64Array {
  const { value } = coefficients
  const rows = value instanceof NdArray && value.shape.length === 2 ? value.shape[0] : 1
  const numbers = coefficients.floats(rows * count)
  if (value instanceof NdArray && value.shape.length === 1) return numbers.map(Math.abs)
  if (order !== 1 && order !== Infinity && order !== -Infinity) {
    coefficients.fail('a norm_order of 1 or infinity', 'Put sklearn.feature_selection.RFE in its place.')
  }
  return Float64Array.from({ length: count }, (_, i) => {
    const column = Array.from({ length: rows }, (_, row) => Math.abs(numbers[row * count + i]))
    if (order === 1) return column.reduce((sum, term) => sum + term, 0)
    return order > 0 ? Math.max(...column) : Math.min(...column)
  })
}

/** The mean over trees that split at all, normalized. Gradient boosting's trees are not normalized before. */
function ensembleImportances(estimator: Located, trees: Located, count: number): Float64Array {
  const boosting = estimator.className?.startsWith('GradientBoosting') === true
  const all = elementsOf(trees).map(tree => tree.attr('tree_')).filter(tree => nodesOf(tree).size > 1)
    .map(tree => boosting ? treeImportances(tree, count) : normalize(treeImportances(tree, count)))
  const mean = new Float64Array(count)
  if (all.length === 0) return mean
  for (const importances of all) for (let i = 0; i < count; i++) mean[i] += importances[i]
  return divide(mean.map(sum => sum / all.length))
}

/** Of AdaBoost over trees: their importances, each times the weight of its tree. */
function weightedImportances(estimator: Located, trees: Located, count: number): Float64Array {
  const weights = estimator.attr('estimator_weights_').items().map(item => item.number())
  const sum = new Float64Array(count)
  trees.items().forEach((tree, t) => {
    if (tree.attr('tree_').isAbsent) {
      tree.fail('a tree in an AdaBoost to select columns by', 'Put sklearn.feature_selection.RFE in its place, which saves its mask.')
    }
    normalize(treeImportances(tree.attr('tree_'), count)).forEach((importance, i) => { sum[i] += weights[t] * importance })
  })
  const norm = sumLikeNumpy(Float64Array.from(weights), 0, weights.length)
  return sum.map(total => total / norm)
}

/** Of gradient boosting, an array of stages by classes. */
function elementsOf(trees: Located): Located[] {
  const { value } = trees
  if (!(value instanceof NdArray)) return trees.items()
  return readElements(value).map((tree, i) => new Located(tree, `${trees.path}.flat[${i}]`))
}

function nodesOf(tree: Located): NdArray {
  const { value } = tree.attr('nodes')
  return value instanceof NdArray ? value : tree.attr('nodes').fail('the node array of a fitted tree')
}

/** What each feature's splits take off the impurity, weighted: `Tree.compute_feature_importances`, not normalized. */
function treeImportances(tree: Located, count: number): Float64Array {
  const nodes = nodesOf(tree)
  const left = readField(nodes, 'left_child')
  const right = readField(nodes, 'right_child')
  const feature = readField(nodes, 'feature')
  const impurity = readField(nodes, 'impurity')
  const weight = readField(nodes, 'weighted_n_node_samples')
  const importances = new Float64Array(count)
  for (let node = 0; node < left.length; node++) {
    if (left[node] === -1) continue
    importances[feature[node]] += weight[node] * impurity[node] -
      weight[left[node]] * impurity[left[node]] - weight[right[node]] * impurity[right[node]]
  }
  return importances.map(sum => sum / weight[0])
}

function normalize(values: Float64Array): Float64Array {
  return sumLikeNumpy(values, 0, values.length) > 0 ? divide(values) : values
}

function divide(values: Float64Array): Float64Array {
  const sum = sumLikeNumpy(values, 0, values.length)
  return values.map(value => value / sum)
}
