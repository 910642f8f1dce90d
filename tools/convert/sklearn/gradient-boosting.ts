import type { Boosted, Dump, ForestDump, Link, Start, TreeDump } from '../../../src/dump/dump.js'
import { listReaders, type Reader } from '../../../src/dump/list-forests.js'
import { givesFloat32 } from '../../../src/dump/precision.js'
import { computeStart } from '../../../src/evaluator/start.js'
import { NdArray, readFloat64s } from '../pickle/numpy.js'
import { Instance, type Value } from '../pickle/values.js'
import { checkColumns, isVersion, readLabels, type ConvertEstimator, type EstimatorContext } from '../common/estimator.js'
import { readConstantProbabilities } from './dummy.js'
import { nameImportances } from './forest.js'
import { Located } from '../common/located.js'
import { readTree, toTreeDump } from './tree.js'

const FLOAT32_EPS = 2 ** -23

/** `GradientBoosting*`: start + sum of learning_rate * leaf, tree after tree, then the loss's link. */
export const convertGradientBoosting: ConvertEstimator = (estimator, columns, context) =>
  convertBoosting(estimator, columns, context)

/** What scikit-survival's boosting has besides: a factor for each stage, where there was dropout, and its own link. */
interface Survival {
  readonly scale: Located
  readonly link: Link | undefined
}

/** @throws ConvertError for what cannot be reproduced, with the place in the file */
export function convertBoosting(
  estimator: Located, columns: readonly string[], context: EstimatorContext, survival?: Survival
): ReturnType<ConvertEstimator> {
  const { frame, progress } = context
  frame.assertNotMissing(columns)
  checkColumns(estimator, columns)
  const isClassifier = estimator.className === 'GradientBoostingClassifier'
  const labels = isClassifier ? readLabels(estimator) : undefined
  const stages = estimator.attr('estimators_')
  if (!(stages.value instanceof NdArray) || !Array.isArray(stages.value.data)) {
    return stages.fail('the trees of a fitted model', 'Fit the model before saving it.')
  }
  const [nStages, nOutputs] = stages.value.shape
  if (stages.value.size === 0) stages.fail('at least one tree', 'Fit the model before saving it.')
  if (!isClassifier && nOutputs !== 1) stages.fail('one tree in each stage')
  const learningRate = estimator.attr('learning_rate').number()
  const scale = survival === undefined || survival.scale.isNone ? undefined : readScale(survival.scale, nStages)
  const items: readonly Value[] = stages.value.data
  const trees = items.map((tree, i): TreeDump => {
    const raw = readTree(new Located(tree, `${stages.path}[${Math.floor(i / nOutputs)}, ${i % nOutputs}]`), context)
    progress(i + 1, items.length)
    const rate = scale === undefined ? learningRate : learningRate * scale[Math.floor(i / nOutputs)]
    // Rounded once here, as it is at each prediction there: multiply, then add.
    const dump = toTreeDump(raw, node => rate * raw.values[node], { missing: false })
    return nOutputs === 1 ? dump : { ...dump, output: i % nOutputs }
  })
  if (trees.length !== nStages * nOutputs) stages.fail(`${nStages * nOutputs} trees`)
  const own = labels === undefined ? undefined : readLink(estimator, nOutputs)
  const start = readStart(estimator, columns, nOutputs, own, context)
  const link = survival === undefined ? own : survival.link
  const forest: ForestDump = {
    kind: 'forest',
    estimator: estimator.className ?? '',
    split: '<=',
    precision: 'float32',
    features: [...columns],
    leaves: 'values',
    nOutputs,
    aggregate: 'sum',
    ...(Array.isArray(start) ? { base: start } : {}),
    ...(link === undefined ? {} : { link }),
    trees
  }
  return {
    task: isClassifier ? 'classifier' : 'regressor',
    outputs: [labels === undefined ? {} : { classes: labels }],
    model: Array.isArray(start) ? forest : { ...start, forest },
    featureImportances: nameImportances(estimator, columns)
  }
}

/** Factors of the stages, of which there may be more than an early stop has kept. */
function readScale(scale: Located, nStages: number): Float64Array {
  const factors = scale.floats(scale.shape()[0])
  if (!factors.every(Number.isFinite)) scale.fail('finite numbers')
  return factors.length >= nStages ? factors : scale.fail(`a factor for each of ${nStages} stages`)
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

/** Where the sums start: what `init_` predicts, put through the link. The same for all rows, or what a model says. */
function readStart(
  estimator: Located, columns: readonly string[], nOutputs: number, link: Link | undefined, context: EstimatorContext
): number[] | Omit<Boosted, 'forest'> {
  const init = estimator.attr('init_')
  if (init.value === 'zero') return new Array<number>(nOutputs).fill(0)
  const start = describeStart(estimator, nOutputs, link)
  if ((init.className === 'DummyRegressor' || init.className === 'DummySurvivalEstimator') && link === undefined) {
    const constant = init.attr('constant_')
    return constant.value instanceof NdArray ? [...readFloat64s(constant.value)] : constant.fail('an array')
  }
  if (init.className === 'DummyClassifier' && link !== undefined) {
    return [...computeStart(start, readConstantProbabilities(init, Math.max(nOutputs, 2)))]
  }
  if (!(init.value instanceof Instance)) return init.fail('"zero", or a fitted predictor')
  const nSteps = context.frame.steps.length
  const { task, outputs, model } = context.convert(init, columns)
  const nClasses = link === undefined ? undefined : Math.max(nOutputs, 2)
  if (task !== estimatorTask(link) || outputs.length !== 1 || outputs[0].classes?.length !== nClasses) {
    return init.fail(nClasses === undefined ? 'a regressor of one number' : `a classifier of ${nClasses} classes`)
  }
  // It is given the columns rounded to float32, which only what rounds them itself does not notice.
  if (context.frame.steps.length !== nSteps || !listReaders(model).every(roundsItself)) {
    return init.fail('"zero", or a tree, a forest or another ensemble of trees without steps before them')
  }
  if (nClasses !== undefined && givesFloat32(model) && !isVersion(estimator, 1, 4)) {
    init.fail('"zero", or a classifier that answers in float64', 'Fit with scikit-learn 1.4 or newer, or without init.')
  }
  return { kind: 'boosted', init: model, start }
}

function roundsItself(reader: Reader): boolean {
  return reader.kind === 'forest' && reader.precision === 'float32'
}

function estimatorTask(link: Link | undefined): Dump['task'] {
  return link === undefined ? 'regressor' : 'classifier'
}

function describeStart(estimator: Located, nOutputs: number, link: Link | undefined): Start {
  if (link === undefined) return { kind: 'value' }
  // numpy's clip to [eps, 1 - eps]; the width of eps changed in scikit-learn 1.8.
  const clip: [number, number] = isVersion(estimator, 1, 8, false)
    ? [2 ** -52, 1 - 2 ** -52] : [FLOAT32_EPS, Math.fround(1 - FLOAT32_EPS)]
  if (nOutputs > 1) return { kind: 'log', centred: isVersion(estimator, 1, 4), clip }
  const factor = link.kind === 'expit' && link.factor === 2 ? 0.5 : 1
  return { kind: 'logit', factor, formula: usesNewLogit(estimator) ? 'log1p' : 'quotient', clip }
}

/**
 * scipy's logit has another formula in the middle since 1.15 (January 2025). A file does not say which scipy fitted it;
 * scikit-learn 1.6 came out a month before and is mostly met with the new one.
 */
function usesNewLogit(estimator: Located): boolean {
  return isVersion(estimator, 1, 6)
}
