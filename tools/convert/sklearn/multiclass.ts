/** Several classes by classifiers of two: `OneVsRestClassifier`, `OneVsOneClassifier`, `OutputCodeClassifier`. */
import type { Estimator } from '../../../src/dump/dump.js'
import { givesFloat32 } from '../../../src/dump/precision.js'
import { hasProbabilities } from '../../../src/dump/probabilities.js'
import { isVersion, toLabels, readLabels, type ConvertEstimator, type EstimatorContext } from '../common/estimator.js'
import type { Located } from '../common/located.js'
import { hasDecisionFunction } from './decision-function.js'
import { readRows } from './linear.js'

/** The smallest number above 0, and above 0.5: what is not below them is above those. */
const ABOVE = { raw: 2 ** -1074, probability: 0.5 + 2 ** -53 } as const

export const convertOneVsRest: ConvertEstimator = (estimator, columns, context) => {
  const binarizer = estimator.attr('label_binarizer_')
  const labels = toLabels(binarizer.attr('classes_'))
  const { members, score } = convertMembers(estimator, columns, context)
  if (binarizer.attr('y_type_').text().startsWith('multilabel')) {
    if (members.length !== labels.length) estimator.attr('estimators_').fail(`a classifier for each of ${labels.length} labels`)
    return {
      task: 'classifier',
      outputs: labels.map(label => ({ name: String(label), classes: [0, 1] })),
      model: {
        kind: 'multi-output',
        members: members.map(member => ({ kind: 'thresholded', member, score, positive: 1, threshold: ABOVE[score] }))
      }
    }
  }
  if (members.length !== (labels.length === 2 ? 1 : labels.length)) {
    estimator.attr('estimators_').fail(`a classifier for each of ${labels.length} classes, or one alone for two`)
  }
  const isFloat32 = hasProbabilities(members[0]) && members.every(givesFloat32)
  return {
    task: 'classifier',
    outputs: [{ classes: labels }],
    model: {
      kind: 'one-vs-rest', members, score,
      // Since 1.8 the first of equal scores wins.
      ties: isVersion(estimator, 1, 8) ? 'first' : 'last',
      ...(isFloat32 && { accumulate: 'float32' })
    }
  }
}

export const convertOneVsOne: ConvertEstimator = (estimator, columns, context) => {
  const indices = estimator.attr('pairwise_indices_')
  if (!indices.isNone) indices.fail('None', 'Fit it over a classifier that takes rows, not a matrix of distances.')
  const labels = readLabels(estimator)
  const { members, score } = convertMembers(estimator, columns, context)
  return {
    task: 'classifier', outputs: [{ classes: labels }], model: { kind: 'one-vs-one', members, score, nClasses: labels.length }
  }
}

export const convertOutputCode: ConvertEstimator = (estimator, columns, context) => {
  const labels = readLabels(estimator)
  const { members, score } = convertMembers(estimator, columns, context)
  const codeBook = readRows(estimator.attr('code_book_'), members.length)
  if (codeBook.length !== labels.length) estimator.attr('code_book_').fail(`a code for each of ${labels.length} classes`)
  return { task: 'classifier', outputs: [{ classes: labels }], model: { kind: 'output-code', members, score, codeBook } }
}

/** scikit-learn asks each member for its decision function, and for its probabilities where it has none. */
function convertMembers(
  estimator: Located, columns: readonly string[], context: EstimatorContext
): { members: Estimator[], score: 'raw' | 'probability' } {
  const list = estimator.attr('estimators_').members()
  const varying = list.filter(member => member.className !== '_ConstantPredictor')
  const score = varying.length > 0 && hasDecisionFunction(varying[0]) ? 'raw' : 'probability'
  const members = list.map((member): Estimator => {
    if (member.className === '_ConstantPredictor') {
      const [p] = member.attr('y_').items().map(item => item.number())
      return { kind: 'constant', values: [1 - p, p] }
    }
    const { outputs, model, task } = context.convert(member, columns)
    if (task !== 'classifier' || outputs.length !== 1 || outputs[0].classes?.length !== 2) member.fail('a classifier of two classes')
    if (score === 'probability' && !hasProbabilities(model)) member.fail('a classifier that has probabilities')
    return model
  })
  return { members, score }
}
