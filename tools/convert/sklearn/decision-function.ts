import type { Located } from '../common/located.js'
import { pipelineSteps } from './pipeline.js'
import { bestEstimator, isSearch } from './search.js'

const WITH = new Set([
  'AdaBoostClassifier', 'GradientBoostingClassifier', 'HistGradientBoostingClassifier', 'LinearDiscriminantAnalysis', 'LinearSVC',
  'LogisticRegression', 'LogisticRegressionCV', 'OneVsOneClassifier', 'PassiveAggressiveClassifier', 'Perceptron',
  'RUSBoostClassifier', 'RidgeClassifier', 'RidgeClassifierCV', 'SGDClassifier'
])
const WITHOUT = new Set([
  'BalancedRandomForestClassifier', 'CalibratedClassifierCV', 'ClassifierChain', 'DecisionTreeClassifier', 'DummyClassifier',
  'ExtraTreeClassifier', 'ExtraTreesClassifier', 'OutputCodeClassifier', 'RandomForestClassifier', 'VotingClassifier',
  'XGBClassifier', 'XGBRFClassifier'
])
/** Those that have it where the one within them does, and where that is. */
const WITHIN: Readonly<Record<string, (classifier: Located) => Located>> = {
  BaggingClassifier: firstMember,
  BalancedBaggingClassifier: firstMember,
  EasyEnsembleClassifier: firstMember,
  FixedThresholdClassifier: classifier => classifier.anyAttr('estimator_', 'estimator'),
  FrozenEstimator: classifier => classifier.attr('estimator'),
  OneVsRestClassifier: firstMember,
  Pipeline: classifier => pipelineSteps(classifier).at(-1) ?? classifier.attr('steps').fail('at least one step'),
  RFE: classifier => classifier.attr('estimator_'),
  RFECV: classifier => classifier.attr('estimator_'),
  SelfTrainingClassifier: classifier => classifier.anyAttr('estimator_', 'base_estimator_'),
  StackingClassifier: classifier => classifier.attr('final_estimator_'),
  TunedThresholdClassifierCV: classifier => classifier.attr('estimator_')
}

function firstMember(classifier: Located): Located {
  return classifier.attr('estimators_').members()[0]
}

/**
 * Whether a fitted classifier has a decision function, which scikit-learn's wrappers prefer to probabilities.
 * @throws ConvertError for one of which that is not known
 */
export function hasDecisionFunction(classifier: Located): boolean {
  const { className = '' } = classifier
  if (isSearch(classifier)) return hasDecisionFunction(bestEstimator(classifier))
  if (Object.hasOwn(WITHIN, className)) return hasDecisionFunction(WITHIN[className](classifier))
  if (className === 'LGBMClassifier') {
    // Its class has a decision function since 4.7, which added these attributes.
    return ['_fitted_with_feature_names', 'gpu_device_id_list'].some(name => !classifier.attr(name).isAbsent)
  }
  if (WITH.has(className) || WITHOUT.has(className)) return WITH.has(className)
  return classifier.fail('a classifier whose scores are known here', 'Wrap the classifier within it.')
}
