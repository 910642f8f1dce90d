import type { ForestDump, Link, TreeDump } from '../../../src/forest/dump.js'
import { exp, log, log1p } from '../../../src/forest/libm.js'
import { sumLikeNumpy } from '../../../src/forest/numpy-sum.js'
import { NdArray, readFloat64s } from '../pickle/numpy.js'
import type { Value } from '../pickle/values.js'
import { checkColumns, isVersion, readLabels, type ConvertEstimator } from './estimator.js'
import { nameImportances } from './forest.js'
import { Located } from './located.js'
import { readTree, toTreeDump } from './tree.js'

const FLOAT32_EPS = 2 ** -23

/** `GradientBoosting*`: base + sum of learning_rate * leaf, tree after tree, then the loss's link. */
export const convertGradientBoosting: ConvertEstimator = (estimator, columns, context) => {
  const { frame, progress } = context
  frame.refuseMissing(columns)
  checkColumns(estimator, columns)
  const isClassifier = estimator.className === 'GradientBoostingClassifier'
  const labels = isClassifier ? readLabels(estimator) : undefined
  const stages = estimator.attr('estimators_')
  if (!(stages.value instanceof NdArray) || !Array.isArray(stages.value.data)) {
    return stages.fail('the trees of a fitted model', 'Fit the model before saving it.')
  }
  const [nStages, nOutputs] = stages.value.shape
  const learningRate = estimator.attr('learning_rate').number()
  const items: readonly Value[] = stages.value.data
  const trees = items.map((tree, i): TreeDump => {
    const raw = readTree(new Located(tree, `${stages.path}[${Math.floor(i / nOutputs)}, ${i % nOutputs}]`), context)
    progress(i + 1, items.length)
    // Rounded once here, as it is at each prediction there: multiply, then add.
    const dump = toTreeDump(raw, node => learningRate * raw.values[node], { missing: false })
    return nOutputs === 1 ? dump : { ...dump, output: i % nOutputs }
  })
  if (trees.length !== nStages * nOutputs) stages.fail(`${nStages * nOutputs} trees`)
  const link = labels === undefined ? undefined : readLink(estimator, nOutputs)
  const model: ForestDump = {
    kind: 'forest',
    estimator: estimator.className ?? '',
    split: '<=',
    precision: 'float32',
    features: [...columns],
    leaves: 'values',
    nOutputs,
    aggregate: 'sum',
    base: readBase(estimator, nOutputs, link),
    ...(link === undefined ? {} : { link }),
    trees
  }
  return {
    task: isClassifier ? 'classifier' : 'regressor',
    outputs: [labels === undefined ? {} : { classes: labels }],
    model,
    featureImportances: nameImportances(estimator, columns)
  }
}

function readLink(estimator: Located, nOutputs: number): Link {
  const modern = isVersion(estimator, 1, 4)
  if (nOutputs > 1) {
    return {
      kind: 'softmax',
      normalize: modern ? 'quotient' : 'logsumexp',
      sum: 'pairwise',
      decide: modern ? 'raw' : 'probability'
    }
  }
  if (estimator.attr('loss').value === 'exponential') return { kind: 'expit', factor: 2, positive: 'raw >= 0' }
  return { kind: 'expit', factor: 1, positive: modern ? 'raw >= 0' : 'argmax' }
}

/** Where the sums start: what `init_` predicts, put through the link. */
function readBase(estimator: Located, nOutputs: number, link: Link | undefined): number[] {
  const init = estimator.attr('init_')
  if (init.value === 'zero') return new Array<number>(nOutputs).fill(0)
  if (link === undefined && init.className === 'DummyRegressor') {
    const constant = init.attr('constant_')
    return constant.value instanceof NdArray ? [...readFloat64s(constant.value)] : constant.fail('an array')
  }
  if (link !== undefined && init.className === 'DummyClassifier' && init.attr('strategy').value === 'prior') {
    const prior = init.attr('class_prior_').floats(nOutputs === 1 ? 2 : nOutputs)
    return nOutputs === 1 ? [linkBinary(estimator, prior[1], link)] : linkMulticlass(estimator, prior)
  }
  return init.fail('"zero", or the default', 'Fit the model without init, or with init="zero".')
}

/** numpy's clip to [eps, 1 - eps]; the width of eps changed in scikit-learn 1.8. */
function clip(estimator: Located, p: number): number {
  if (isVersion(estimator, 1, 8, false)) return Math.min(Math.max(p, 2 ** -52), 1 - 2 ** -52)
  return Math.min(Math.max(p, FLOAT32_EPS), Math.fround(1 - FLOAT32_EPS))
}

function linkBinary(estimator: Located, prior: number, link: Link): number {
  const p = clip(estimator, prior)
  const logit = usesNewLogit(estimator) && p > 0.3 && p < 0.65
    ? log1p(2 * (p - 0.5)) - log1p(-2 * (p - 0.5))
    : log(p / (1 - p))
  return link.kind === 'expit' && link.factor === 2 ? 0.5 * logit : logit
}

/**
 * scipy's logit has another formula in the middle since 1.15 (January 2025). A file does not say which scipy fitted it;
 * scikit-learn 1.6 came out a month before and is mostly met with the new one.
 */
function usesNewLogit(estimator: Located): boolean {
  return isVersion(estimator, 1, 6)
}

function linkMulticlass(estimator: Located, prior: Float64Array): number[] {
  const logs = prior.map(p => log(clip(estimator, p)))
  if (!isVersion(estimator, 1, 4)) return [...logs]
  const geometricMean = exp(sumLikeNumpy(logs, 0, logs.length) / logs.length)
  return Array.from(prior, p => log(clip(estimator, p) / geometricMean))
}
