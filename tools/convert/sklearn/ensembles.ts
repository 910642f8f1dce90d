/** Ensembles over other supported predictors: bagging, voting, calibration. */
import type { Calibrator, Estimator, Label } from '../../../src/forest/dump.js'
import { toLabels, readLabels, type ConvertEstimator, type ConvertedEstimator } from './estimator.js'
import { readSubset } from './isolation-forest.js'
import type { Located } from './located.js'
import { pipelineSteps } from './pipeline.js'
import { bestEstimator, isSearch } from './search.js'

/**
 * `BaggingClassifier`, `BaggingRegressor`, imblearn's bags with samplers: the mean over predictors that each see some of the columns.
 */
export const convertBagging: ConvertEstimator = (estimator, columns, { convert }) => {
  const members = estimator.attr('estimators_').items().map((member, i) => {
    const subset = readSubset(estimator.attr('estimators_features_'), i, columns.length)
    const converted = convert(member, subset?.map(column => columns[column]) ?? columns)
    if (converted.outputs.length !== 1) member.fail('a predictor with one output')
    return converted
  })
  const isClassifier = estimator.className !== 'BaggingRegressor'
  const labels = isClassifier ? readLabels(estimator) : undefined
  if (labels !== undefined) members.forEach((member, i) => checkCodes(estimator, member, i, labels.length))
  return average(members, labels)
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
  const members = estimator.attr('estimators_').items().map(member => convert(member, columns))
  const weights = readWeights(estimator)
  if (estimator.className === 'VotingRegressor') return average(members, undefined, weights)
  const encoder = estimator.attr('le_')
  const labels = toLabels((encoder.isAbsent ? estimator : encoder).attr('classes_'))
  if (estimator.attr('voting').value === 'soft') return average(members, labels, weights)
  const model: Estimator = {
    kind: 'vote', members: members.map(member => member.model), ...(weights === undefined ? {} : { weights })
  }
  return { task: 'classifier', outputs: [{ classes: labels }], model }
}

/** Weights of the members that were not dropped. */
function readWeights(estimator: Located): number[] | undefined {
  const weights = estimator.attr('weights')
  if (weights.isNone) return undefined
  const kept = estimator.attr('estimators').items().map(entry => entry.items()[1].value !== 'drop')
  return weights.items().map(item => item.number()).filter((_, i) => kept[i])
}

function average(
  members: readonly ConvertedEstimator[], labels: readonly Label[] | undefined, weights?: number[]
): ConvertedEstimator {
  const model: Estimator = {
    kind: 'average', members: members.map(member => member.model), ...(weights === undefined ? {} : { weights })
  }
  return labels === undefined
    ? { task: 'regressor', outputs: [{}], model }
    : { task: 'classifier', outputs: [{ classes: [...labels] }], model }
}

/** `CalibratedClassifierCV`: the mean over pairs of a classifier and the calibration of its scores. */
export const convertCalibrated: ConvertEstimator = (estimator, columns, { convert }) => {
  const labels = readLabels(estimator)
  const members = estimator.attr('calibrated_classifiers_').items().map((pair): ConvertedEstimator => {
    const classifier = pair.anyAttr('estimator', 'base_estimator')
    const member = convert(classifier, columns)
    const calibrators = pair.anyAttr('calibrators', 'calibrators_').items().map(readCalibrator)
    if (member.outputs[0].classes?.length !== labels.length) {
      classifier.attr('classes_').fail(`all ${labels.length} classes`, 'Fit with more rows a fold.')
    }
    const score = scoreOf(classifier, member.model)
    const model: Estimator = { kind: 'calibrated', member: member.model, score, calibrators }
    return { task: 'classifier', outputs: [{ classes: labels }], model }
  })
  return average(members, labels)
}

/** Boosted classifiers are calibrated on their decision function, all others on their probabilities. */
function scoreOf(classifier: Located, model: Estimator): 'raw' | 'probability' {
  if (model.kind === 'boosted' || model.kind === 'ballot') return 'raw'
  if (model.kind === 'forest') return model.link === undefined ? 'probability' : 'raw'
  // Bagging has a decision function when its members have, and voting has none.
  if (model.kind !== 'average' || !/Bagging|EasyEnsemble/.test(innermost(classifier).className ?? '')) return 'probability'
  if (model.members.every(member => scoreOf(classifier, member) === 'probability')) return 'probability'
  return classifier.fail(
    'a classifier whose decision function can be calibrated here',
    'Calibrate the boosted model itself, or a bag of trees or forests.'
  )
}

/** The classifier at the end of pipelines and searches. */
function innermost(classifier: Located): Located {
  const inner = classifier.className === 'Pipeline' ? pipelineSteps(classifier).at(-1)
    : isSearch(classifier) ? bestEstimator(classifier)
      : classifier.className === 'FrozenEstimator' ? classifier.attr('estimator') : undefined
  return inner === undefined ? classifier : innermost(inner)
}

function readCalibrator(calibrator: Located): Calibrator {
  if (calibrator.className === '_SigmoidCalibration') {
    return { method: 'sigmoid', a: calibrator.attr('a_').number(), b: calibrator.attr('b_').number() }
  }
  if (calibrator.className === '_TemperatureScaling') {
    return { method: 'temperature', beta: calibrator.attr('beta_').number() }
  }
  if (calibrator.className !== 'IsotonicRegression') return calibrator.fail('a sigmoid, isotonic or temperature calibration')
  const x = calibrator.anyAttr('X_thresholds_', '_necessary_X_').items().map(item => item.number())
  const y = calibrator.anyAttr('y_thresholds_', '_necessary_y_').items().map(item => item.number())
  return { method: 'isotonic', x, y }
}
