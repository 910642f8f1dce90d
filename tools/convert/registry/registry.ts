/** What is supported, in one place. A new estimator is a file beside this one and a row here. */
import {
  LIGHTGBM_NAMES, convertLightgbm, convertLightgbmBooster, isLightgbm, lightgbmImportances
} from '../lightgbm/estimators.js'
import { CATBOOST_NAMES, convertCatboostEstimator } from '../catboost/estimators.js'
import { CATEGORY_ENCODERS } from '../category-encoders/encoders.js'
import { ConvertError } from '../errors/convert-error.js'
import { FEATURE_ENGINE } from '../feature-engine/transformers.js'
import { isPlainName, keepUnknownOpaque } from '../pickle/names.js'
import { Dict, Global, Instance, Tuple, type Value } from '../pickle/values.js'
import { convertQuantileForest } from '../quantile-forest/forest.js'
import {
  convertSurvivalBoosting, convertSurvivalForest, convertSurvivalTree
} from '../scikit-survival/estimators.js'
import { XGBOOST_NAMES, convertXgboost, convertXgboostBooster, xgboostImportances } from '../xgboost/estimators.js'
import { convertAdaBoostClassifier, convertAdaBoostRegressor } from '../sklearn/ada-boost.js'
import { convertBinarizer } from '../sklearn/binarizer.js'
import { convertCalibrated } from '../sklearn/calibrated.js'
import { convertColumnTransformer } from '../sklearn/column-transformer.js'
import { convertBagging, convertVoting } from '../sklearn/ensembles.js'
import {
  readFittedNames, type ConvertEstimator, type ConvertedEstimator, type EstimatorContext, type Progress
} from '../common/estimator.js'
import {
  convertBySupport, convertGenericUnivariateSelect, convertSelectFdr, convertSelectFpr, convertSelectFwe,
  convertSelectKBest, convertSelectPercentile, convertVarianceThreshold
} from '../sklearn/feature-selection.js'
import { convertDictVectorizer } from '../sklearn/dict-vectorizer.js'
import { convertDummyClassifier, convertDummyRegressor } from '../sklearn/dummy.js'
import { convertFeatureUnion } from '../sklearn/feature-union.js'
import { convertForest, convertSingleTree } from '../sklearn/forest.js'
import type { Frame } from '../common/frame.js'
import { convertFunctionTransformer, isKnownFunction } from '../sklearn/function-transformer.js'
import { convertGradientBoosting } from '../sklearn/gradient-boosting.js'
import { convertHistGradientBoosting } from '../sklearn/hist-gradient-boosting.js'
import { convertIsolationForest } from '../sklearn/isolation-forest.js'
import { convertKBinsDiscretizer } from '../sklearn/k-bins-discretizer.js'
import {
  convertDecisionClassifier, convertDiscriminant, convertLinearRegressor, convertLogRegressor,
  convertLogisticRegression, convertSgdClassifier, convertTweedie
} from '../sklearn/linear.js'
import { convertIterativeImputer } from '../sklearn/iterative-imputer.js'
import { convertKnnImputer } from '../sklearn/knn-imputer.js'
import { convertLabelEncoder } from '../sklearn/label-encoder.js'
import type { Located } from '../common/located.js'
import { convertMaxAbsScaler } from '../sklearn/max-abs-scaler.js'
import { convertMinMaxScaler } from '../sklearn/min-max-scaler.js'
import { convertMissingIndicator } from '../sklearn/missing-indicator.js'
import { convertOneVsOne, convertOneVsRest, convertOutputCode } from '../sklearn/multiclass.js'
import { convertMultiOutput } from '../sklearn/multi-output.js'
import { convertNormalizer } from '../sklearn/normalizer.js'
import { convertOneHotEncoder } from '../sklearn/one-hot-encoder.js'
import { convertOrdinalEncoder } from '../sklearn/ordinal-encoder.js'
import { convertPipeline, pipelineSteps } from '../sklearn/pipeline.js'
import { convertPolynomialFeatures } from '../sklearn/polynomial-features.js'
import { convertPowerTransformer } from '../sklearn/power-transformer.js'
import {
  convertComponents, convertDiscriminantTransform, convertFastIca, convertPca
} from '../sklearn/projection.js'
import { convertQuantileTransformer } from '../sklearn/quantile-transformer.js'
import { convertRandomTreesEmbedding } from '../sklearn/random-trees-embedding.js'
import { convertRfe } from '../sklearn/rfe.js'
import { convertRobustScaler } from '../sklearn/robust-scaler.js'
import { convertSearch } from '../sklearn/search.js'
import { convertSelectFromModel } from '../sklearn/select-from-model.js'
import { convertSimpleImputer } from '../sklearn/simple-imputer.js'
import { convertChain, convertStacking } from '../sklearn/stacking.js'
import { convertSplineTransformer } from '../sklearn/spline-transformer.js'
import { convertStandardScaler } from '../sklearn/standard-scaler.js'
import { convertFixedThreshold, convertTunedThreshold } from '../sklearn/threshold-classifier.js'
import { convertTargetEncoder } from '../sklearn/target-encoder.js'
import {
  convertCountVectorizer, convertHashingVectorizer, convertTfidfTransformer, convertTfidfVectorizer
} from '../sklearn/vectorizers.js'
import { convertTransformedTarget } from '../sklearn/transformed-target.js'
import type { ConvertTransformer } from '../common/transformer.js'
import { METHOD, isUnread } from '../sklearn/unread.js'

/** Estimators within estimators. Real models nest three or four deep. */
const MAX_DEPTH = 32

/** Regressors that answer with sums alone. */
const LINEAR_REGRESSORS = [
  'ARDRegression', 'BayesianRidge', 'ElasticNet', 'ElasticNetCV', 'HuberRegressor', 'Lars', 'LarsCV', 'Lasso', 'LassoCV',
  'LassoLars', 'LassoLarsCV', 'LassoLarsIC', 'LinearRegression', 'LinearSVR', 'MultiTaskElasticNet', 'MultiTaskElasticNetCV',
  'MultiTaskLasso', 'MultiTaskLassoCV', 'OrthogonalMatchingPursuit', 'OrthogonalMatchingPursuitCV',
  'PassiveAggressiveRegressor', 'QuantileRegressor', 'Ridge', 'RidgeCV', 'SGDRegressor', 'TheilSenRegressor'
]

const ESTIMATORS: Readonly<Record<string, ConvertEstimator>> = {
  ...Object.fromEntries(LINEAR_REGRESSORS.map(name => [name, convertLinearRegressor])),
  AdaBoostClassifier: convertAdaBoostClassifier,
  AdaBoostRegressor: convertAdaBoostRegressor,
  BaggingClassifier: convertBagging,
  BalancedBaggingClassifier: convertBagging,
  BalancedRandomForestClassifier: convertForest,
  BaggingRegressor: convertBagging,
  Booster: (booster, columns, context) =>
    (isLightgbm(booster) ? convertLightgbmBooster : convertXgboostBooster)(booster, columns, context),
  CalibratedClassifierCV: convertCalibrated,
  CatBoost: convertCatboostEstimator,
  CatBoostClassifier: convertCatboostEstimator,
  CatBoostRanker: convertCatboostEstimator,
  CatBoostRegressor: convertCatboostEstimator,
  ClassifierChain: convertChain,
  DecisionTreeClassifier: convertSingleTree,
  DecisionTreeRegressor: convertSingleTree,
  DummyClassifier: convertDummyClassifier,
  DummyRegressor: convertDummyRegressor,
  EasyEnsembleClassifier: convertBagging,
  ExtraSurvivalTree: convertSurvivalTree,
  ExtraSurvivalTrees: convertSurvivalForest,
  ExtraTreeClassifier: convertSingleTree,
  ExtraTreeRegressor: convertSingleTree,
  ExtraTreesClassifier: convertForest,
  ExtraTreesQuantileRegressor: convertQuantileForest,
  ExtraTreesRegressor: convertForest,
  FixedThresholdClassifier: convertFixedThreshold,
  FrozenEstimator: (estimator, columns, { unwrap }) => unwrap(estimator.attr('estimator'), columns),
  GammaRegressor: convertLogRegressor,
  GradientBoostingClassifier: convertGradientBoosting,
  GradientBoostingRegressor: convertGradientBoosting,
  GradientBoostingSurvivalAnalysis: convertSurvivalBoosting,
  GridSearchCV: convertSearch,
  HalvingGridSearchCV: convertSearch,
  HalvingRandomSearchCV: convertSearch,
  HistGradientBoostingClassifier: convertHistGradientBoosting,
  HistGradientBoostingRegressor: convertHistGradientBoosting,
  IsolationForest: convertIsolationForest,
  LGBMClassifier: convertLightgbm,
  LGBMRanker: convertLightgbm,
  LGBMRegressor: convertLightgbm,
  LinearDiscriminantAnalysis: convertDiscriminant,
  LinearSVC: convertDecisionClassifier,
  LogisticRegression: convertLogisticRegression,
  LogisticRegressionCV: convertLogisticRegression,
  MultiOutputClassifier: convertMultiOutput,
  MultiOutputRegressor: convertMultiOutput,
  OneVsOneClassifier: convertOneVsOne,
  OneVsRestClassifier: convertOneVsRest,
  OutputCodeClassifier: convertOutputCode,
  PassiveAggressiveClassifier: convertDecisionClassifier,
  Perceptron: convertDecisionClassifier,
  PoissonRegressor: convertLogRegressor,
  RANSACRegressor: (estimator, columns, { unwrap }) => unwrap(estimator.attr('estimator_'), columns),
  RFE: convertRfe,
  RFECV: convertRfe,
  RUSBoostClassifier: convertAdaBoostClassifier,
  RandomForestClassifier: convertForest,
  RandomForestQuantileRegressor: convertQuantileForest,
  RandomForestRegressor: convertForest,
  RandomSurvivalForest: convertSurvivalForest,
  RandomizedSearchCV: convertSearch,
  RegressorChain: convertChain,
  RidgeClassifier: convertDecisionClassifier,
  RidgeClassifierCV: convertDecisionClassifier,
  SGDClassifier: convertSgdClassifier,
  SelfTrainingClassifier: (estimator, columns, { unwrap }) =>
    unwrap(estimator.anyAttr('estimator_', 'base_estimator_'), columns),
  StackingClassifier: convertStacking,
  StackingRegressor: convertStacking,
  SurvivalTree: convertSurvivalTree,
  TransformedTargetRegressor: convertTransformedTarget,
  TunedThresholdClassifierCV: convertTunedThreshold,
  TweedieRegressor: convertTweedie,
  VotingClassifier: convertVoting,
  VotingRegressor: convertVoting,
  XGBClassifier: convertXgboost,
  XGBRFClassifier: convertXgboost,
  XGBRFRegressor: convertXgboost,
  XGBRanker: convertXgboost,
  XGBRegressor: convertXgboost
}

const TRANSFORMERS: Readonly<Record<string, ConvertTransformer>> = {
  Binarizer: convertBinarizer,
  ColumnTransformer: convertColumnTransformer,
  CountVectorizer: convertCountVectorizer,
  DictVectorizer: convertDictVectorizer,
  FastICA: convertFastIca,
  FeatureUnion: convertFeatureUnion,
  FunctionTransformer: convertFunctionTransformer,
  GenericUnivariateSelect: convertGenericUnivariateSelect,
  GaussianRandomProjection: convertComponents,
  HashingVectorizer: convertHashingVectorizer,
  IncrementalPCA: convertPca,
  IterativeImputer: convertIterativeImputer,
  KBinsDiscretizer: convertKBinsDiscretizer,
  KNNImputer: convertKnnImputer,
  LabelEncoder: convertLabelEncoder,
  LinearDiscriminantAnalysis: convertDiscriminantTransform,
  MaxAbsScaler: convertMaxAbsScaler,
  MinMaxScaler: convertMinMaxScaler,
  MissingIndicator: convertMissingIndicator,
  NeighborhoodComponentsAnalysis: convertComponents,
  Normalizer: convertNormalizer,
  OneHotEncoder: convertOneHotEncoder,
  OrdinalEncoder: convertOrdinalEncoder,
  PCA: convertPca,
  Pipeline: convertPipeline,
  PolynomialFeatures: convertPolynomialFeatures,
  PowerTransformer: convertPowerTransformer,
  QuantileTransformer: convertQuantileTransformer,
  RFE: convertBySupport,
  RFECV: convertBySupport,
  RandomTreesEmbedding: convertRandomTreesEmbedding,
  RobustScaler: convertRobustScaler,
  SelectFdr: convertSelectFdr,
  SelectFpr: convertSelectFpr,
  SelectFromModel: convertSelectFromModel,
  SelectFwe: convertSelectFwe,
  SelectKBest: convertSelectKBest,
  SelectPercentile: convertSelectPercentile,
  SequentialFeatureSelector: convertBySupport,
  SimpleImputer: convertSimpleImputer,
  SplineTransformer: convertSplineTransformer,
  StandardScaler: convertStandardScaler,
  TargetEncoder: convertTargetEncoder,
  TfidfTransformer: convertTfidfTransformer,
  TfidfVectorizer: convertTfidfVectorizer,
  TruncatedSVD: convertComponents,
  VarianceThreshold: convertVarianceThreshold
}

/** Transformers of other packages, whose names are those of scikit-learn's now and then. */
const PACKAGES: ReadonlyArray<readonly [module: RegExp, table: Readonly<Record<string, ConvertTransformer>>]> = [
  [/^category_encoders\./, CATEGORY_ENCODERS], [/^feature_engine\./, FEATURE_ENGINE]
]

/** Classes and functions that are read as parts of the above, or by recipes, or that stand there without being read. */
const PARTS = [
  '_CalibratedClassifier', '_ConstantPredictor', '_ImputerTriplet', '_RemainderColsList', '_SigmoidCalibration', '_TemperatureScaling', 'Bunch', 'CensoredSquaredLoss',
  'chi2', 'CoxPH', 'DummySurvivalEstimator', 'f_classif', 'f_oneway', 'f_regression', 'IPCWLeastSquaresError', 'IsotonicRegression', 'LabelBinarizer', 'make_column_selector',
  'MetadataRequest', 'MethodMetadataRequest', 'mutual_info_classif', 'mutual_info_regression', 'QuantileForest', 'r_regression', 'Tree'
]

/** Those that hand columns on to their parts without a look at them. */
const HANDS_ON = new Set([
  'CalibratedClassifierCV', 'CatBoost', 'CatBoostClassifier', 'CatBoostRanker', 'CatBoostRegressor', 'ColumnTransformer',
  'DummyClassifier', 'DummyRegressor', 'FeatureUnion', 'FrozenEstimator',
  'GridSearchCV', 'HalvingGridSearchCV', 'FixedThresholdClassifier', 'HalvingRandomSearchCV', 'MultiOutputClassifier',
  'MultiOutputRegressor', 'OneVsRestClassifier', 'OutputCodeClassifier', 'Pipeline', 'RandomizedSearchCV',
  'StackingClassifier', 'StackingRegressor', 'TransformedTargetRegressor', 'TunedThresholdClassifierCV', 'VotingClassifier',
  'VotingRegressor'
])

const CLASSES = new Set([...Object.keys(ESTIMATORS), ...Object.keys(TRANSFORMERS), ...PARTS])

/** What held the inverse document frequencies before scikit-learn 1.4, sparse coefficients and sparse leaves. */
const SPARSE = /^scipy\.sparse\._?(dia|csr|csc)\.(dia|csr|csc)_(matrix|array)$/

/** The curves of a SplineTransformer. */
const SPLINE = /^scipy\.interpolate\._?bsplines\.BSpline$/

/** What a column selector may say that it selects by. */
const DTYPE_GROUPS = /^numpy\.(number|integer|signedinteger|unsignedinteger|inexact|floating|generic|datetime64)$/

/** Whether a name is one of the classes that converters read. Modules moved over time, names did not. */
function isSupportedClass(name: Global): boolean {
  if (isUnread(name) || isKnownFunction(name) || DTYPE_GROUPS.test(name.path)) return true
  if (SPARSE.test(name.path) || SPLINE.test(name.path)) return true
  if (LIGHTGBM_NAMES.has(name.path) || XGBOOST_NAMES.has(name.path) || CATBOOST_NAMES.has(name.path)) return true
  const own = packageOf(name)
  return own !== undefined ? Object.hasOwn(own, name.name) : /^(sklearn|imblearn|quantile_forest|sksurv)\./.test(name.module) && CLASSES.has(name.name)
}

function packageOf({ module }: Global): Readonly<Record<string, ConvertTransformer>> | undefined {
  return PACKAGES.find(([pattern]) => pattern.test(module))?.[1]
}

function tableFor({ value }: Located): Readonly<Record<string, ConvertTransformer>> {
  return (value instanceof Instance ? packageOf(value.type) : undefined) ?? TRANSFORMERS
}

/** Whether an instance is a predictor that can be converted. */
export function isEstimator(value: Located): boolean {
  if (value.isOpaque) return false
  return value.className === 'Pipeline' || Object.hasOwn(ESTIMATORS, value.className ?? '')
}

/** Whether an instance makes columns of columns, and predicts nothing. One that is damaged is none. */
export function isTransformer(value: Located, depth = 0): boolean {
  if (value.isOpaque || !(value.value instanceof Instance)) return false
  if (value.className !== 'Pipeline') {
    const { className = '' } = value
    return Object.hasOwn(tableFor(value), className) && !Object.hasOwn(ESTIMATORS, className)
  }
  const steps = value.attr('steps')
  if (steps.isOpaque || !Array.isArray(steps.value) || depth > MAX_DEPTH) return false
  const parts = steps.value.map(step => step instanceof Tuple ? step.items[1] ?? null : null)
  const last = parts.findLast(part => part !== null && part !== 'passthrough')
  return last !== undefined && isTransformer(steps.instead(last), depth + 1)
}

/** Whether anything is known of a name but how it is written. */
export function isKnownName(name: Global): boolean {
  return isPlainName(name) || isSupportedClass(name)
}

/** The check of names for reading a file that is to be converted. */
export const checkNames = keepUnknownOpaque(isSupportedClass)

/**
 * A fitted predictor, or a `Pipeline` that ends in one.
 * @param columns names of the columns that go in, in the order it was fitted on
 * @param frame gets the steps
 */
export function convertModel(
  estimator: Located, columns: readonly string[], frame: Frame, progress: Progress
): ConvertedEstimator {
  return convertPlaced(estimator, alignColumns(estimator, columns), frame, progress)
}

/** The same for columns whose names are not those that the model knows, but in its order. */
export function convertPlaced(
  estimator: Located, columns: readonly string[], frame: Frame, progress: Progress
): ConvertedEstimator {
  return convertNested(estimator, columns, { frame, progress, claim: createClaim() }, 0)
}

function createClaim(): EstimatorContext['claim'] {
  const claimed = new Set<unknown>()
  return at => {
    if (claimed.has(at.value)) at.fail('something of its own, not what stands elsewhere in the file too')
    claimed.add(at.value)
  }
}

/**
 * scikit-learn takes the columns of a DataFrame by name: the order in which a file lists them elsewhere is not that in
 * which the model was fitted.
 */
function alignColumns(estimator: Located, columns: readonly string[]): readonly string[] {
  const first = estimator.className === 'Pipeline' ? pipelineSteps(estimator)[0] ?? estimator : estimator
  const fitted = readFittedNames(first)
  if (fitted === undefined) return columns
  const same = fitted.length === columns.length && fitted.every(name => columns.includes(name))
  return same ? fitted : first.attr('feature_names_in_').fail(`the columns ${columns.join(', ')}`)
}

type Shared = Omit<EstimatorContext, 'convert' | 'unwrap'>

function convertNested(
  estimator: Located, columns: readonly string[], shared: Shared, depth: number
): ConvertedEstimator {
  checkDepth(estimator, depth)
  assertNoOverrides(estimator)
  shared.claim(estimator)
  const convert = (nested: Located, nestedColumns: readonly string[]) =>
    convertNested(nested, nestedColumns, shared, depth + 1)
  // It is claimed, so this cannot go round in circles.
  const unwrap = (inner: Located, innerColumns: readonly string[]) => convertNested(inner, innerColumns, shared, depth)
  noteReader(estimator, columns, shared.frame)
  if (estimator.className !== 'Pipeline') {
    return lookUp(ESTIMATORS, estimator)(estimator, columns, { ...shared, convert, unwrap })
  }
  const { frame } = shared
  const steps = pipelineSteps(estimator)
  const last = steps.at(-1) ?? estimator.attr('steps').fail('at least one step')
  // A member of an ensemble changes columns that the other members read too.
  let arriving = columns.map(column => depth === 0 ? column : frame.copy(column, `member${depth}`))
  for (const step of steps.slice(0, -1)) arriving = convertTransformer(step, arriving, frame, depth + 1)
  return convert(last, arriving)
}

/** A fitted transformer of any supported class: see {@link ConvertTransformer}. */
export function convertTransformer(
  estimator: Located, columns: readonly string[], frame: Frame, depth = 0
): string[] {
  checkDepth(estimator, depth)
  const apply = estimator.isOpaque ? frame.functions.get(estimator.classPath ?? '') : undefined
  if (apply !== undefined) return apply(columns, frame)
  assertNoOverrides(estimator)
  const transform = (nested: Located, nestedColumns: readonly string[]) =>
    convertTransformer(nested, nestedColumns, frame, depth + 1)
  const claim = createClaim()
  const predict = (nested: Located, nestedColumns: readonly string[]) =>
    convertNested(nested, nestedColumns, { frame, progress: () => undefined, claim }, depth + 1).model
  // Those of other packages let the columns that they do not change pass by.
  if (tableFor(estimator) === TRANSFORMERS) noteReader(estimator, columns, frame)
  const context = { frame, transform, predict, claim, boosterImportances }
  return lookUp(tableFor(estimator), estimator)(estimator, columns, context)
}

function boosterImportances(estimator: Located, nFeatures: number): Float64Array | Float32Array | undefined {
  const { className = '' } = estimator
  if (className.startsWith('XGB')) return xgboostImportances(estimator, nFeatures)
  return className.startsWith('LGBM') ? lightgbmImportances(estimator, nFeatures) : undefined
}

function noteReader(estimator: Located, columns: readonly string[], frame: Frame): void {
  const { className = '' } = estimator
  // What scikit-learn 1.4 and later keep for "passthrough".
  const passes = className === 'FunctionTransformer' && isNone(estimator.attr('func')) &&
    estimator.attr('validate').value === false
  if (!HANDS_ON.has(className) && !passes) frame.read(columns)
}

/** Whether there is no function; one of which only the name is known is one. */
function isNone(func: Located): boolean {
  return !func.isOpaque && func.isNone
}

/** A file can make an estimator a part of itself. */
function checkDepth(estimator: Located, depth: number): void {
  if (depth > MAX_DEPTH) estimator.fail(`estimators nested at most ${MAX_DEPTH} deep`)
}

/** Methods by which estimators answer, and what they call to do so. */
const METHODS = /^_?(predict|transform|fit_transform|decision_function|score_samples|raw_predict|staged_predict|apply)(_\w+)?$/

/** Python looks for a method among an object's own attributes first: a function that stands there would answer. */
function assertNoOverrides(estimator: Located): void {
  const { value } = estimator
  if (!(value instanceof Instance && value.state instanceof Dict)) return
  for (const [key, attribute] of value.state.entries) {
    if (typeof key !== 'string' || !METHODS.test(key) || isOwnMethod(attribute, value, key)) continue
    if (!(attribute instanceof Global || attribute instanceof Instance)) continue
    estimator.attr(key).fail("the class's own method", `Functions are not executed. Remove it (del model.${key}) and save again.`)
  }
}

/** HistGradientBoosting with a scorer keeps its own method as an attribute. */
function isOwnMethod(attribute: Value, owner: Instance, name: string): boolean {
  if (!(attribute instanceof Instance) || attribute.type.path !== METHOD) return false
  return attribute.args[0] === owner && attribute.args[1] === name
}

function lookUp<T>(table: Readonly<Record<string, T>>, estimator: Located): T {
  const name = estimator.className
  if (name !== undefined && Object.hasOwn(table, name)) return table[name]
  const expected = table === ESTIMATORS
    ? 'a tree, a forest, boosting, a linear model, or an ensemble of those'
    : "one of scikit-learn's transformers that are converted"
  if (!(estimator.value instanceof Instance)) return estimator.fail(expected)
  const { path } = estimator.value.type
  throw new ConvertError(`${estimator.path || 'The file'}: ${path} cannot stand here, expected ${expected}.`, {
    hint: 'docs/parity.md lists what is converted.'
  })
}
