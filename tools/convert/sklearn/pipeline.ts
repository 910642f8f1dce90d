import { Instance } from '../pickle/values.js'
import type { Located } from '../common/located.js'
import type { ConvertTransformer } from '../common/transformer.js'

/** imblearn's samplers choose the rows that a model is fitted on, and do nothing when it predicts. */
const SAMPLER = /^imblearn\.(over_sampling|under_sampling|combine|base)\./

/** The estimators of a `Pipeline`, scikit-learn's or imblearn's, in order, without those that do nothing. */
export function pipelineSteps(pipeline: Located): Located[] {
  return pipeline.attr('steps').items()
    .map(step => step.tuple(2)[1])
    .filter(estimator => !estimator.isNone && estimator.value !== 'passthrough' && !isSampler(estimator))
}

function isSampler({ value }: Located): boolean {
  return value instanceof Instance && SAMPLER.test(value.type.path)
}

/** A `Pipeline` of transformers, nested in another or in a `ColumnTransformer`. */
export const convertPipeline: ConvertTransformer = (estimator, columns, context) =>
  pipelineSteps(estimator).reduce((current, step) => context.transform(step, current), [...columns])
