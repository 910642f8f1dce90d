import type { Estimator, ForestDump, Link, TreeDump } from '../../../src/dump/dump.js'
import { log } from '../../../src/arithmetic/libm-log.js'
import { givesFloat32 } from '../../../src/dump/precision.js'
import { sumLikeNumpy } from '../../../src/arithmetic/numpy-sum.js'
import { checkColumns, isVersion, readLabels, type ConvertEstimator } from '../common/estimator.js'
import type { Located } from '../common/located.js'
import { readProbabilities, readTree, toPairs, toTreeDump } from './tree.js'

/** `AdaBoostClassifier`: over trees, what each leaf says is a constant, so the votes are a sum over trees. */
export const convertAdaBoostClassifier: ConvertEstimator = (estimator, columns, context) => {
  const { frame, progress } = context
  checkColumns(estimator, columns)
  // It checks the columns itself, whatever its members take.
  frame.checkNumbers(columns, { missing: false })
  const labels = readLabels(estimator)
  const nClasses = labels.length
  if (nClasses < 2) estimator.attr('classes_').fail('at least two classes')
  const estimators = estimator.attr('estimators_').members()
  const weights = estimator.attr('estimator_weights_').items().map(item => item.number())
  const isReal = estimator.attr('algorithm').value === 'SAMME.R'
  const link: Link = {
    kind: 'adaboost',
    totalWeight: sumLikeNumpy(Float64Array.from(weights), 0, weights.length),
    // The votes of SAMME are a transposed array, whose rows numpy adds up one by one.
    sum: isReal ? 'pairwise' : 'sequential'
  }
  if (!estimators.every(isTree)) {
    const members = estimators.map(member => {
      const { outputs, model } = context.convert(member, columns)
      if (outputs[0].classes?.length !== nClasses) member.attr('classes_').fail(`all ${nClasses} classes`)
      if (isReal && givesFloat32(model)) {
        estimator.attr('algorithm').fail('"SAMME" over classifiers that answer in float32', 'Fit with algorithm="SAMME".')
      }
      return model
    })
    const votes = isReal ? 'logarithm' : isVersion(estimator, 1, 3) ? 'centred-label' : 'label'
    const used = weights.slice(0, members.length)
    const model: Estimator = { kind: 'ballot', members, votes, ...(isReal ? {} : { weights: used }), link }
    return { task: 'classifier', outputs: [{ classes: labels }], model }
  }
  const trees = estimators.map((tree, t): TreeDump => {
    if (readLabels(tree).length !== nClasses) tree.attr('classes_').fail(`all ${nClasses} classes`)
    const raw = readTree(tree, context)
    const probabilities = readProbabilities(tree, raw, [nClasses])
    const votes = isReal ? realVotes : isVersion(estimator, 1, 3) ? centredVotes : plainVotes
    progress(t + 1, estimators.length)
    return toTreeDump(raw, node => {
      const start = node * nClasses
      const best = bestClass(raw.values, start, nClasses)
      return toPairs(votes(probabilities.subarray(start, start + nClasses), best, weights[t]), 0, nClasses)
    }, { missing: false })
  })
  const model: ForestDump = {
    ...forestOf(estimator, columns),
    nOutputs: nClasses,
    link,
    trees
  }
  return { task: 'classifier', outputs: [{ classes: labels }], model }
}

/** `AdaBoostRegressor`: the weighted median of its members' values; those of trees are each an output of its own. */
export const convertAdaBoostRegressor: ConvertEstimator = (estimator, columns, context) => {
  const { frame, progress } = context
  checkColumns(estimator, columns)
  // It checks the columns itself, whatever its members take.
  frame.checkNumbers(columns, { missing: false })
  const estimators = estimator.attr('estimators_').members()
  const weights = estimator.attr('estimator_weights_').items().map(item => item.number()).slice(0, estimators.length)
  const link: Link = { kind: 'weighted-median', weights }
  if (!estimators.every(isTree)) {
    const members = estimators.map(member => {
      const { task, outputs, model } = context.convert(member, columns)
      return task === 'regressor' && outputs.length === 1 ? model : member.fail('a regressor of one number')
    })
    return { task: 'regressor', outputs: [{}], model: { kind: 'ballot', members, votes: 'value', link } }
  }
  const trees = estimators.map((tree, t): TreeDump => {
    const raw = readTree(tree, context)
    progress(t + 1, estimators.length)
    return { ...toTreeDump(raw, node => raw.values[node], { missing: false }), output: t }
  })
  const model: ForestDump = { ...forestOf(estimator, columns), nOutputs: trees.length, link, trees }
  return { task: 'regressor', outputs: [{}], model }
}

function isTree({ className }: Located): boolean {
  return className !== undefined && /^(DecisionTree|ExtraTree)(Classifier|Regressor)$/.test(className)
}

function forestOf(estimator: Located, columns: readonly string[]): Omit<ForestDump, 'nOutputs' | 'trees'> {
  return {
    kind: 'forest',
    estimator: estimator.className ?? '',
    split: '<=',
    precision: 'float32',
    features: [...columns],
    leaves: 'values',
    aggregate: 'sum'
  }
}

/** A tree predicts the first maximum of what its node holds, before any division. */
function bestClass(values: Float64Array, start: number, count: number): number {
  let best = 0
  for (let c = 1; c < count; c++) if (values[start + c] > values[start + best]) best = c
  return best
}

type Votes = (probabilities: Float64Array, best: number, weight: number) => number[]

/** Until scikit-learn 1.2. */
const plainVotes: Votes = (probabilities, best, weight) => Array.from(probabilities, (_, c) => c === best ? weight : 0)

const centredVotes: Votes = (probabilities, best, weight) =>
  Array.from(probabilities, (_, c) => c === best ? weight : -1 / (probabilities.length - 1) * weight)

/** SAMME.R, until scikit-learn 1.5. The weights are all 1. */
const realVotes: Votes = probabilities => {
  const n = probabilities.length
  const logs = probabilities.map(p => log(Math.max(p, 2 ** -52)))
  const sum = sumLikeNumpy(logs, 0, n)
  return Array.from(logs, value => (n - 1) * (value - 1 / n * sum))
}
