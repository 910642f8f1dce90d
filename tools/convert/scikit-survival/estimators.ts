/** scikit-survival's trees: https://github.com/sebp/scikit-survival. What is read is `predict`, the risk score. */
import type { ForestDump, TreeDump } from '../../../src/dump/dump.js'
import { checkColumns, type ConvertEstimator, type EstimatorContext } from '../common/estimator.js'
import type { Located } from '../common/located.js'
import { convertBoosting } from '../sklearn/gradient-boosting.js'
import { takeMissing } from '../sklearn/forest.js'
import { readTree, toTreeDump, type RawTree } from '../sklearn/tree.js'

/** `RandomSurvivalForest`, `ExtraSurvivalTrees`: the mean of their trees' risk scores. */
export const convertSurvivalForest: ConvertEstimator = (estimator, columns, context) =>
  convertTrees(estimator, estimator.attr('estimators_').members(), columns, context)

/** `SurvivalTree`, `ExtraSurvivalTree`: a forest of one tree, which is divided by 1. */
export const convertSurvivalTree: ConvertEstimator = (estimator, columns, context) =>
  convertTrees(estimator, [estimator], columns, context)

function convertTrees(
  estimator: Located, estimators: readonly Located[], columns: readonly string[], context: EstimatorContext
): ReturnType<ConvertEstimator> {
  const { frame, progress } = context
  checkColumns(estimator, columns)
  const all = estimators.map(tree => readTree(tree, context))
  // Nodes say where a missing value goes since trees take them.
  const accepted = all.every(tree => tree.missingGoToLeft !== undefined) && !frame.isSparse(columns)
  const missing = takeMissing(accepted, columns, frame)
  const trees = all.map((raw, t): TreeDump => {
    const risks = sumHazards(estimators[t], raw)
    progress(t + 1, all.length)
    return toTreeDump(raw, node => risks[node], { missing })
  })
  const model: ForestDump = {
    kind: 'forest',
    estimator: estimator.className ?? '',
    split: '<=',
    precision: 'float32',
    features: [...columns],
    leaves: 'values',
    nOutputs: 1,
    aggregate: 'mean',
    trees
  }
  return { task: 'regressor', outputs: [{}], model }
}

/**
 * The risk score of each node: its cumulative hazard at all times of an event. numpy adds several rows time after time,
 * and a lone one in pairs; what is read is the former.
 */
function sumHazards(tree: Located, { nNodes, nOutputs, width, values }: RawTree): Float64Array {
  const expected = tree.attr('low_memory').flag(false) ? 1 : 2
  if (width !== expected) tree.attr('tree_').attr('values').fail(`an array of shape (${nNodes}, ${nOutputs}, ${expected})`)
  // With little memory the sums themselves are kept.
  if (width === 1) return nOutputs === 1 ? values : tree.attr('tree_').attr('values').fail('one number for each node')
  const isEvent = tree.attr('is_event_time_').floats(nOutputs)
  return Float64Array.from({ length: nNodes }, (_, node) => {
    let sum = 0
    for (let time = 0; time < nOutputs; time++) if (isEvent[time] !== 0) sum += values[(node * nOutputs + time) * 2]
    return sum
  })
}

/** By the class of the loss, which the fit keeps. */
const LOSSES: Readonly<Record<string, 'risk' | 'time'>> = {
  CensoredSquaredLoss: 'time', CoxPH: 'risk', IPCWLeastSquaresError: 'time'
}

/** `GradientBoostingSurvivalAnalysis`: stages may weigh less by dropout, and where it learned times there is an exp. */
export const convertSurvivalBoosting: ConvertEstimator = (estimator, columns, context) => {
  const loss = estimator.attr('_loss')
  const kind = Object.hasOwn(LOSSES, loss.className ?? '') ? LOSSES[loss.className ?? ''] : undefined
  if (kind === undefined) loss.fail("one of scikit-survival's losses", 'Fit the model before saving it.')
  return convertBoosting(estimator, columns, context, {
    scale: estimator.anyAttr('_scale', 'scale_'), link: kind === 'time' ? { kind: 'exp' } : undefined
  })
}
