/**
 * Histogram-based gradient boosting, the only family of scikit-learn whose trees compare float64 and know categories:
 * https://github.com/scikit-learn/scikit-learn/blob/main/sklearn/ensemble/_hist_gradient_boosting/_predictor.pyx
 */
import type { ForestDump, Link, TreeDump } from '../../../src/dump/dump.js'
import { NdArray, readField, readFloat64s } from '../pickle/numpy.js'
import { checkColumns, isVersion, readLabels, type ConvertEstimator } from '../common/estimator.js'
import { readHistFeatures, type HistFeature } from './hist-features.js'
import type { Located } from '../common/located.js'
import { toFloat64Value } from './tree.js'

/** 32-bit words of the bit set of a categorical split: a bit for each code that goes to the left. */
const WORDS = 8

type LinkKind = 'identity' | 'expit' | 'softmax' | 'logsumexp' | 'exp'

/** What the loss classes make of the raw sums; before scikit-learn 1.1 the losses were this family's own. */
const LINKS: Readonly<Record<string, LinkKind>> = {
  AbsoluteError: 'identity',
  BinaryCrossEntropy: 'expit',
  CategoricalCrossEntropy: 'logsumexp',
  HalfBinomialLoss: 'expit',
  HalfGammaLoss: 'exp',
  HalfMultinomialLoss: 'softmax',
  HalfPoissonLoss: 'exp',
  HalfSquaredError: 'identity',
  LeastAbsoluteDeviation: 'identity',
  LeastSquares: 'identity',
  PinballLoss: 'identity',
  Poisson: 'exp'
}

/**
 * `HistGradientBoostingClassifier`, `HistGradientBoostingRegressor`: a base value, and one tree an iteration and output
 * with the learning rate already in its leaves. Every input may be missing, whether or not any was in training.
 */
export const convertHistGradientBoosting: ConvertEstimator = (estimator, columns, { frame, progress }) => {
  checkColumns(estimator, columns)
  const iterations = estimator.attr('_predictors')
  if (iterations.isAbsent) iterations.fail('the trees of a fitted model', 'Fit the model before saving it.')
  const classes = estimator.attr('classes_').isAbsent ? undefined : readLabels(estimator)
  if (classes?.length === 1) {
    estimator.attr('classes_').fail('two classes or more', 'scikit-learn gives two probabilities for this one class.')
  }
  const nOutputs = estimator.attr('n_trees_per_iteration_').number()
  const link = convertLink(estimator, classes !== undefined)
  const features = readHistFeatures(estimator, columns, frame)
  const stages = iterations.members()
  const trees = stages.flatMap((stage, i) => {
    const predictors = stage.items()
    if (predictors.length !== nOutputs) stage.fail(`${nOutputs} trees`)
    const converted = predictors.map((predictor, output) => convertTree(predictor, output, features))
    progress(i + 1, stages.length)
    return converted
  })
  frame.acceptMissing(columns)
  const known = features.flatMap(({ column, categories }) =>
    categories === undefined ? [] : [{ column, numbers: [...categories.values()] }])
  const model: ForestDump = {
    kind: 'forest',
    estimator: estimator.className ?? '',
    split: '<=',
    precision: 'float64',
    acceptsInfinite: true,
    features: features.map(({ column }) => column),
    ...(known.length === 0
      ? {} : { knownCategories: Object.fromEntries(known.map(({ column, numbers }) => [column, numbers])) }),
    leaves: 'values',
    nOutputs,
    aggregate: 'sum',
    base: readBase(estimator.attr('_baseline_prediction'), nOutputs),
    ...(link === undefined ? {} : { link }),
    trees
  }
  return classes === undefined
    ? { task: 'regressor', outputs: [{}], model }
    : { task: 'classifier', outputs: [{ classes }], model }
}

/** scikit-learn's own answers depend on the number of rows for 8 classes and more: these are those of several rows. */
function convertLink(estimator: Located, isClassifier: boolean): Link | undefined {
  const loss = estimator.anyAttr('_loss', 'loss_')
  const name = loss.className ?? loss.fail('the loss of a fitted model')
  const kind = Object.hasOwn(LINKS, name) ? LINKS[name] : loss.fail(`one of ${Object.keys(LINKS).join(', ')}`)
  if (isClassifier !== (kind === 'expit' || kind === 'softmax' || kind === 'logsumexp')) {
    loss.fail(`the loss of a ${isClassifier ? 'classifier' : 'regressor'}`)
  }
  // Before 1.5 the predicted class was the first maximum of the probabilities, which can tie where raw values do not.
  const decidesByRaw = isVersion(estimator, 1, 5)
  switch (kind) {
    case 'identity': return undefined
    case 'exp': return { kind }
    case 'expit': return { kind, factor: 1, positive: decidesByRaw ? 'raw > 0' : 'argmax' }
    case 'softmax':
    case 'logsumexp': return {
      kind: 'softmax',
      normalize: kind === 'softmax' ? 'quotient' : 'logsumexp',
      sum: 'sequential',
      decide: decidesByRaw ? 'raw' : 'probability'
    }
  }
}

/** A number, or one per output in whatever shape: a scalar or a column up to scikit-learn 0.23, then a row. */
function readBase(base: Located, nOutputs: number): number[] {
  return typeof base.value === 'number' && nOutputs === 1 ? [base.value] : [...base.floats(nOutputs)]
}

function convertTree(predictor: Located, output: number, features: readonly HistFeature[]): TreeDump {
  const nodes = predictor.attr('nodes')
  if (!(nodes.value instanceof NdArray)) return nodes.fail('the node array of a tree')
  const fields = nodes.value.dtype?.fields
  const array = nodes.value
  const read = (name: string) => readField(array, name)
  const isLeaf = read('is_leaf')
  const feature = read('feature_idx')
  const threshold = read(fields?.has('threshold') === true ? 'threshold' : 'num_threshold')
  // Categorical splits came with 0.24.
  const isCategorical = fields?.has('is_categorical') === true ? read('is_categorical') : new Float64Array(isLeaf.length)
  const splits = isCategorical.some(flag => flag !== 0)
    ? readSplits(predictor, isCategorical, read('bitset_idx'), feature, features) : undefined
  const perNode = <T>(atLeaf: T, atSplit: (node: number) => T) =>
    Array.from(isLeaf, (leaf, node) => leaf === 0 ? atSplit(node) : atLeaf)
  const left = read('left')
  const right = read('right')
  const value = read('value')
  return {
    childrenLeft: perNode(-1, node => left[node]),
    childrenRight: perNode(-1, node => right[node]),
    feature: perNode(-2, node => feature[node]),
    threshold: perNode<TreeDump['threshold'][number]>(-2, node => isCategorical[node] === 0 ? toFloat64Value(threshold[node]) : 0),
    missingGoToLeft: Array.from(read('missing_go_to_left'), flag => flag === 0 ? 0 : 1),
    ...(splits === undefined ? {} : { categoricalSplits: splits }),
    weightedNNodeSamples: [...read('count')],
    ...(output === 0 ? {} : { output }),
    value: [...value.filter((_, node) => isLeaf[node] !== 0)]
  }
}

/** The codes of each bit set, as the numbers that the feature's column holds for them. */
function readSplits(
  predictor: Located,
  isCategorical: Float64Array,
  bitset: Float64Array,
  feature: Float64Array,
  features: readonly HistFeature[]
): TreeDump['categoricalSplits'] {
  const sets = predictor.attr('raw_left_cat_bitsets')
  if (!(sets.value instanceof NdArray)) return sets.fail('the categories of a tree')
  const words = readFloat64s(sets.value)
  return [...isCategorical.keys()].filter(node => isCategorical[node] !== 0).map(node => {
    const { column, categories } = features[feature[node]] ?? predictor.fail(`a split on one of ${features.length} features`)
    const first = bitset[node] * WORDS
    if (!(first + WORDS <= words.length)) sets.fail(`the bit set ${bitset[node]} of a split on "${column}"`)
    const left: number[] = []
    for (let code = 0; code < 32 * WORDS; code++) {
      if ((words[first + (code >>> 5)] >>> (code & 31) & 1) === 0) continue
      left.push(categories?.get(code) ?? sets.fail(`known categories of "${column}" alone, without the code ${code}`))
    }
    return { node, left }
  })
}
