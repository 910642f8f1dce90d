/** `CalibratedClassifierCV`: classifiers whose scores are mapped to probabilities. */
import type { Calibrator, Estimator } from '../../../src/dump/dump.js'
import { givesFloat32 } from '../../../src/dump/precision.js'
import { NdArray } from '../pickle/numpy.js'
import { hasDecisionFunction } from './decision-function.js'
import { averageOf } from './ensembles.js'
import { readLabels, type ConvertEstimator, type ConvertedEstimator } from '../common/estimator.js'
import type { Located } from '../common/located.js'

/** The mean over pairs of a classifier and the calibration of its scores. */
export const convertCalibrated: ConvertEstimator = (estimator, columns, { convert }) => {
  const labels = readLabels(estimator)
  const members = estimator.attr('calibrated_classifiers_').members().map((pair): ConvertedEstimator => {
    const classifier = pair.anyAttr('estimator', 'base_estimator')
    const member = convert(classifier, columns)
    if (member.outputs[0].classes?.length !== labels.length) {
      classifier.attr('classes_').fail(`all ${labels.length} classes`, 'Calibrate with fewer folds (cv), so that each has rows of every class.')
    }
    const score = hasDecisionFunction(classifier) ? 'raw' : 'probability'
    const isFloat32 = score === 'probability' && givesFloat32(member.model)
    const calibrators = pair.anyAttr('calibrators', 'calibrators_').items()
      .map(calibrator => readCalibrator(calibrator, isFloat32))
    const model: Estimator = { kind: 'calibrated', member: member.model, score, calibrators }
    return { task: 'classifier', outputs: [{ classes: labels }], model }
  })
  return averageOf(members, labels)
}

/** @param isFloat32 whether the scores are */
export function readCalibrator(calibrator: Located, isFloat32: boolean): Calibrator {
  if (isFloat32 && calibrator.className === '_SigmoidCalibration' && calibrator.numpyMajor === undefined) {
    calibrator.fail(
      'a calibration of float32 probabilities in a file that says whether numpy 1 or 2 wrote it, as they round differently',
      'Save the model as a pickle: joblib.dump(model, "model.pkl").'
    )
  }
  switch (calibrator.className) {
    case '_SigmoidCalibration': return {
      method: 'sigmoid',
      a: calibrator.attr('a_').number(),
      b: calibrator.attr('b_').number(),
      // A float64 scalar times a float32 array is float64 since numpy 2, and was float32 before.
      ...(isFloat32 && calibrator.numpyMajor !== 2 && { precision: 'float32' as const })
    }
    case '_TemperatureScaling':
      if (isFloat32) {
        calibrator.fail('a sigmoid or isotonic calibration of float32 probabilities', 'Calibrate with method="sigmoid" or "isotonic".')
      }
      return { method: 'temperature', beta: calibrator.attr('beta_').number() }
    case 'IsotonicRegression': return readIsotonic(calibrator)
    default: return calibrator.fail('a sigmoid, isotonic or temperature calibration')
  }
}

/** It casts what it is given to the type of its thresholds, and answers in that. */
function readIsotonic(calibrator: Located): Calibrator {
  const x = calibrator.anyAttr('X_thresholds_', '_necessary_X_')
  const y = calibrator.anyAttr('y_thresholds_', '_necessary_y_')
  return {
    method: 'isotonic',
    x: x.items().map(item => item.number()),
    y: y.items().map(item => item.number()),
    ...(x.value instanceof NdArray && x.value.dtype?.code === 'f4' && { precision: 'float32' as const })
  }
}
