import type { Located } from './located.js'
import type { ConvertTransformer } from './transformer.js'

/** The estimators of a `Pipeline` in order, without those that do nothing. */
export function pipelineSteps(pipeline: Located): Located[] {
  return pipeline.attr('steps').items()
    .map(step => step.tuple(2)[1])
    .filter(estimator => !estimator.isNone && estimator.value !== 'passthrough')
}

/** A `Pipeline` of transformers, nested in another or in a `ColumnTransformer`. */
export const convertPipeline: ConvertTransformer = (estimator, columns, context) =>
  pipelineSteps(estimator).reduce((current, step) => context.transform(step, current), [...columns])
