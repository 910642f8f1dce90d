import type { Located } from '../common/located.js'
import { isLightgbm } from '../lightgbm/estimators.js'
import { pipelineSteps } from '../sklearn/pipeline.js'

/** An estimator's class and what it holds, such as "Pipeline(ColumnTransformer, RandomForestClassifier)". */
export function describeEstimator(estimator: Located): string {
  if (estimator.isOpaque) return estimator.classPath ?? 'unknown'
  const name = estimator.className ?? 'unknown'
  const best = estimator.attr('best_estimator_')
  if (!best.isNone) return `${name}(${describeEstimator(best)})`
  if (name === 'Booster') return isLightgbm(estimator) ? 'LightGBM Booster' : 'XGBoost Booster'
  if (name !== 'Pipeline') return name
  return `${name}(${pipelineSteps(estimator).map(step => step.className ?? 'unknown').join(', ')})`
}

/** The version that wrote an estimator, such as "1.6.1", where it says so. */
export function readSklearnVersion(estimator: Located): string | undefined {
  const { value } = estimator.attr('_sklearn_version')
  return typeof value === 'string' ? value : undefined
}
