/** `DummyClassifier`, `DummyRegressor`: the same answer for every row. */
import { NdArray, readFloat64s } from '../pickle/numpy.js'
import type { Label } from '../../../src/dump/dump.js'
import { readLabels, toLabels, type ConvertEstimator } from '../common/estimator.js'
import type { Value } from '../pickle/values.js'
import type { Located } from '../common/located.js'

export const convertDummyClassifier: ConvertEstimator = estimator => {
  const strategy = estimator.attr('strategy')
  if (strategy.value === 'uniform') failRandom(strategy)
  const classes = estimator.attr('classes_')
  if (Array.isArray(classes.value)) return convertOutputs(estimator, classes)
  const labels = readLabels(estimator)
  const values = [...readConstantProbabilities(estimator, labels.length)]
  return { task: 'classifier', outputs: [{ classes: labels }], model: { kind: 'constant', values } }
}

export const convertDummyRegressor: ConvertEstimator = estimator => {
  const constant = estimator.attr('constant_')
  const values = constant.value instanceof NdArray ? [...readFloat64s(constant.value)] : constant.fail('an array')
  return { task: 'regressor', outputs: values.map(() => ({})), model: { kind: 'constant', values } }
}

/** Of several outputs there is a list for each. */
function convertOutputs(estimator: Located, classes: Located): ReturnType<ConvertEstimator> {
  const priors = estimator.attr('class_prior_').items()
  const labels = classes.items().map(toLabels)
  if (labels.length === 0 || priors.length !== labels.length) classes.fail(`the classes of ${priors.length} outputs`)
  const isConstant = estimator.attr('strategy').value === 'constant'
  const constants = isConstant ? estimator.attr('constant').items() : []
  const members = labels.map((all, i) => ({
    kind: 'constant' as const, values: [...probabilitiesOf(estimator, priors[i], all, constants[i]?.value)]
  }))
  return { task: 'classifier', outputs: labels.map(all => ({ classes: all })), model: { kind: 'multi-output', members } }
}

/** What a DummyClassifier says of every row. */
export function readConstantProbabilities(dummy: Located, nClasses: number): Float64Array {
  const isConstant = dummy.attr('strategy').value === 'constant'
  const labels = isConstant ? readLabels(dummy) : []
  return probabilitiesOf(dummy, dummy.attr('class_prior_'), labels, isConstant ? dummy.attr('constant').value : undefined, nClasses)
}

/** @param constant the label that is always answered, where the strategy says so */
function probabilitiesOf(
  dummy: Located, priors: Located, labels: readonly Label[], constant: Value | undefined, nClasses = labels.length
): Float64Array {
  const prior = priors.floats(nClasses)
  const only = (index: number) => Float64Array.from(prior, (_, c) => c === index ? 1 : 0)
  const strategy = dummy.attr('strategy')
  switch (strategy.value) {
    case 'prior': return prior
    case 'uniform': return prior.map(() => 1 / nClasses)
    case 'most_frequent': return only(prior.indexOf(Math.max(...prior)))
    case 'constant': return only(labels.findIndex(label =>
      label === constant || (typeof label !== 'string' && Number(label) === Number(constant))))
    default: return failRandom(strategy)
  }
}

function failRandom(strategy: Located): never {
  return strategy.fail('a strategy that is not random', 'Fit it with strategy="prior", or leave it out.')
}
