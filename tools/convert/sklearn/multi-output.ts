import type { ConvertEstimator } from '../common/estimator.js'

/** `MultiOutputClassifier`, `MultiOutputRegressor`: a predictor for each output. */
export const convertMultiOutput: ConvertEstimator = (estimator, columns, { convert }) => {
  const task = estimator.className === 'MultiOutputRegressor' ? 'regressor' : 'classifier'
  const list = estimator.attr('estimators_')
  const members = list.items().map(member => {
    const converted = convert(member, columns)
    if (converted.task !== task || converted.outputs.length !== 1) member.fail(`a ${task} with one output`)
    return converted
  })
  if (members.length === 0) list.fail('at least one predictor')
  return {
    task,
    outputs: members.flatMap(member => member.outputs),
    model: { kind: 'multi-output', members: members.map(member => member.model) }
  }
}
