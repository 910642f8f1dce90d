/** Predictors around others that leave their values as they are: thresholds for the decision, and several outputs. */
import type { CompiledEstimator } from './compiled-estimator.js'
import { DumpError } from '../dump/dump-error.js'
import type { Thresholded } from '../dump/dump.js'
import { firstMaximum } from './link.js'

/** scikit-learn's FixedThresholdClassifier: the positive class from its threshold on, that score itself included. */
export function compileThresholded(
  { score, positive, threshold }: Thresholded, member: CompiledEstimator
): CompiledEstimator {
  if (member.nValues !== 2 || (score === 'raw' && member.nRaw !== 1)) {
    throw new DumpError('model.threshold', `expected a classifier of two classes with a score, received ${member.nValues} values`)
  }
  const negative = 1 - positive
  // scikit-learn negates the decision function for the first class.
  const scoreOf = score === 'probability' ? (values: Float64Array) => values[positive]
    : positive === 1 ? () => member.raw[0] : () => -member.raw[0]
  return { ...member, decide: values => scoreOf(values) >= threshold ? positive : negative }
}

/** scikit-learn's MultiOutputClassifier and MultiOutputRegressor: a predictor for each output, one after another. */
export function compileMultiOutput(members: readonly CompiledEstimator[]): CompiledEstimator {
  const own = members.map(member => new Float64Array(member.nValues))
  const nValues = own.reduce((sum, values) => sum + values.length, 0)
  return {
    nValues,
    nRaw: 0,
    raw: new Float64Array(0),
    evaluate(columns, values) {
      let start = 0
      members.forEach((member, m) => {
        member.evaluate(columns, own[m])
        values.set(own[m], start)
        start += own[m].length
      })
    },
    decide: (_, output = 0) => members[output].decide?.(own[output]) ?? firstMaximum(own[output])
  }
}
