/** `DummyClassifier`, `DummyRegressor`: the same answer for every row. */
import { NdArray, readFloat64s } from '../pickle/numpy.js'
import { readLabels, type ConvertEstimator } from '../common/estimator.js'
import type { Located } from '../common/located.js'

export const convertDummyClassifier: ConvertEstimator = estimator => {
  const classes = estimator.attr('classes_')
  if (Array.isArray(classes.value) && classes.value[0] instanceof NdArray) {
    classes.fail('one output', 'Fit a MultiOutputClassifier over it instead.')
  }
  const labels = readLabels(estimator)
  const strategy = estimator.attr('strategy')
  if (strategy.value === 'uniform') failRandom(strategy)
  const values = [...readConstantProbabilities(estimator, labels.length)]
  return { task: 'classifier', outputs: [{ classes: labels }], model: { kind: 'constant', values } }
}

export const convertDummyRegressor: ConvertEstimator = estimator => {
  const constant = estimator.attr('constant_')
  const values = constant.value instanceof NdArray ? [...readFloat64s(constant.value)] : constant.fail('an array')
  return { task: 'regressor', outputs: values.map(() => ({})), model: { kind: 'constant', values } }
}

/** What a DummyClassifier says of every row. */
export function readConstantProbabilities(dummy: Located, nClasses: number): Float64Array {
  const prior = dummy.attr('class_prior_').floats(nClasses)
  const only = (index: number) => Float64Array.from(prior, (_, c) => c === index ? 1 : 0)
  const strategy = dummy.attr('strategy')
  switch (strategy.value) {
    case 'prior': return prior
    case 'uniform': return prior.map(() => 1 / nClasses)
    case 'most_frequent': return only(prior.indexOf(Math.max(...prior)))
    case 'constant': {
      const { value } = dummy.attr('constant')
      return only(readLabels(dummy).findIndex(label => label === value || (typeof label !== 'string' && Number(label) === Number(value))))
    }
    default: return failRandom(strategy)
  }
}

function failRandom(strategy: Located): never {
  return strategy.fail('a strategy that is not random', 'Fit it with strategy="prior", or leave it out.')
}
