/** Ensembles over other supported predictors: bagging and voting. */
import type { Estimator, Label } from '../../../src/dump/dump.js'
import { hasProbabilities } from '../../../src/dump/probabilities.js'
import { givesFloat32 } from '../../../src/dump/precision.js'
import { NdArray } from '../pickle/numpy.js'
import { toLabels, readLabels, type ConvertEstimator, type ConvertedEstimator } from '../common/estimator.js'
import { readSubset } from './isolation-forest.js'
import type { Located } from '../common/located.js'

/**
 * `BaggingClassifier`, `BaggingRegressor`, imblearn's bags with samplers: the mean over predictors that each see some
 * of the columns.
 */
export const convertBagging: ConvertEstimator = (estimator, columns, { convert }) => {
  const isClassifier = estimator.className !== 'BaggingRegressor'
  const members = readMembers(estimator).map((member, i) => {
    const subset = readSubset(estimator.attr('estimators_features_'), i, columns.length)
    const converted = convert(member, subset?.map(column => columns[column]) ?? columns)
    if (converted.outputs.length !== 1) member.fail('a predictor with one output')
    return isClassifier ? countVotes(converted) : converted
  })
  const labels = isClassifier ? readLabels(estimator) : undefined
  if (labels !== undefined) members.forEach((member, i) => checkCodes(estimator, member, i, labels.length))
  // Probabilities are added to a float64 array, values to each other.
  return averageOf(members, labels, { keepsFloat32: !isClassifier })
}

/** Members without probabilities have all of one for the class that they predict. */
function countVotes(member: ConvertedEstimator): ConvertedEstimator {
  return hasProbabilities(member.model) ? member : { ...member, model: { kind: 'vote', members: [member.model] } }
}

/** As many of the fitted members as `n_estimators` says, by which their sum is divided: it may be set after the fit. */
function readMembers(estimator: Located): Located[] {
  const members = estimator.attr('estimators_').members()
  const count = estimator.attr('n_estimators')
  if (count.number() > members.length) {
    count.fail(`at most ${members.length}, as many as were fitted`, 'Set n_estimators to that, and save the model again.')
  }
  return members.slice(0, count.number())
}

/** Members are trained on codes; one that saw fewer classes would have to be spread over the columns. */
function checkCodes(
  estimator: Located, { outputs: [{ classes }] }: ConvertedEstimator, i: number, nClasses: number
): void {
  if (classes?.length !== nClasses) {
    estimator.attr('estimators_').items()[i].attr('classes_').fail(
      `all ${nClasses} classes`, 'One member saw too few rows to meet every class: fit with more samples a member.'
    )
  }
}

/** `VotingClassifier`, `VotingRegressor`. */
export const convertVoting: ConvertEstimator = (estimator, columns, { convert }) => {
  const members = estimator.attr('estimators_').members().map(member => convert(member, columns))
  const weights = readWeights(estimator)
  const options = { keepsFloat32: true, ...(weights !== undefined && { weights }) }
  if (estimator.className === 'VotingRegressor') return averageOf(members, undefined, options)
  const encoder = estimator.attr('le_')
  const labels = toLabels((encoder.isAbsent ? estimator : encoder).attr('classes_'))
  if (estimator.attr('voting').value === 'soft') {
    if (!members.every(({ model }) => hasProbabilities(model))) estimator.attr('voting').fail('"hard", as a member has no probabilities')
    return averageOf(members, labels, options)
  }
  const model: Estimator = {
    kind: 'vote', members: members.map(member => member.model), ...(weights === undefined ? {} : { weights })
  }
  return { task: 'classifier', outputs: [{ classes: labels }], model }
}

/** Weights of the members that were not dropped. */
function readWeights(estimator: Located): number[] | undefined {
  const weights = estimator.attr('weights')
  if (weights.isNone) return undefined
  const { value } = weights
  if (value instanceof NdArray && !['f8', 'i8', 'i4'].includes(value.dtype?.code ?? '')) {
    weights.fail('a list of weights, or an array of float64 or int64')
  }
  const kept = estimator.attr('estimators').items().map(entry => entry.items()[1].value !== 'drop')
  return weights.items().map(item => item.number()).filter((_, i) => kept[i])
}

/**
 * The mean of what members answer.
 * @param keepsFloat32 whether numpy adds up float32 as such, which it does where all members give it and no weights,
 * which are float64, come in
 */
export function averageOf(
  members: readonly ConvertedEstimator[],
  labels: readonly Label[] | undefined,
  { weights, keepsFloat32 = false }: { weights?: number[], keepsFloat32?: boolean } = {}
): ConvertedEstimator {
  const models = members.map(member => member.model)
  const isFloat32 = keepsFloat32 && weights === undefined && models.every(givesFloat32)
  const model: Estimator = {
    kind: 'average',
    members: models,
    ...(weights !== undefined && { weights }),
    ...(isFloat32 && { accumulate: 'float32' })
  }
  return labels === undefined
    ? { task: 'regressor', outputs: [{}], model }
    : { task: 'classifier', outputs: [{ classes: [...labels] }], model }
}
