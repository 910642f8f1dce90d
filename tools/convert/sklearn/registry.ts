/** What is supported, in one place. A new estimator is a file beside this one and a row here. */
import { LIGHTGBM_NAMES, convertLightgbm, lightgbmImportances } from '../lightgbm/estimators.js'
import { ConvertError } from '../pickle/errors.js'
import { allowOnly } from '../pickle/names.js'
import { Instance, type Global } from '../pickle/values.js'
import { XGBOOST_NAMES, convertXgboost, xgboostImportances } from '../xgboost/estimators.js'
import { convertAdaBoostClassifier, convertAdaBoostRegressor } from './ada-boost.js'
import { convertBinarizer } from './binarizer.js'
import { convertCalibrated } from './calibrated.js'
import { convertColumnTransformer } from './column-transformer.js'
import { convertBagging, convertVoting } from './ensembles.js'
import {
  readFittedNames, type ConvertEstimator, type ConvertedEstimator, type EstimatorContext, type Progress
} from './estimator.js'
import {
  convertBySupport, convertGenericUnivariateSelect, convertSelectFdr, convertSelectFpr, convertSelectFwe,
  convertSelectKBest, convertSelectPercentile, convertVarianceThreshold
} from './feature-selection.js'
import { convertFeatureUnion } from './feature-union.js'
import { convertForest, convertSingleTree } from './forest.js'
import type { Frame } from './frame.js'
import { convertFunctionTransformer, isKnownFunction } from './function-transformer.js'
import { convertGradientBoosting } from './gradient-boosting.js'
import { convertHistGradientBoosting } from './hist-gradient-boosting.js'
import { convertIsolationForest } from './isolation-forest.js'
import { convertKBinsDiscretizer } from './k-bins-discretizer.js'
import { convertLabelEncoder } from './label-encoder.js'
import type { Located } from './located.js'
import { convertMaxAbsScaler } from './max-abs-scaler.js'
import { convertMinMaxScaler } from './min-max-scaler.js'
import { convertMissingIndicator } from './missing-indicator.js'
import { convertNormalizer } from './normalizer.js'
import { convertOneHotEncoder } from './one-hot-encoder.js'
import { convertOrdinalEncoder } from './ordinal-encoder.js'
import { convertPipeline, pipelineSteps } from './pipeline.js'
import { convertPolynomialFeatures } from './polynomial-features.js'
import { convertPowerTransformer } from './power-transformer.js'
import { convertQuantileTransformer } from './quantile-transformer.js'
import { convertRobustScaler } from './robust-scaler.js'
import { convertSearch } from './search.js'
import { convertSelectFromModel } from './select-from-model.js'
import { convertSimpleImputer } from './simple-imputer.js'
import { convertStandardScaler } from './standard-scaler.js'
import type { ConvertTransformer } from './transformer.js'
import { isUnread } from './unread.js'

/** Estimators within estimators. Real models nest three or four deep. */
const MAX_DEPTH = 32

const ESTIMATORS: Readonly<Record<string, ConvertEstimator>> = {
  AdaBoostClassifier: convertAdaBoostClassifier,
  AdaBoostRegressor: convertAdaBoostRegressor,
  BaggingClassifier: convertBagging,
  BaggingRegressor: convertBagging,
  CalibratedClassifierCV: convertCalibrated,
  DecisionTreeClassifier: convertSingleTree,
  DecisionTreeRegressor: convertSingleTree,
  ExtraTreeClassifier: convertSingleTree,
  ExtraTreeRegressor: convertSingleTree,
  ExtraTreesClassifier: convertForest,
  ExtraTreesRegressor: convertForest,
  FrozenEstimator: (estimator, columns, { unwrap }) => unwrap(estimator.attr('estimator'), columns),
  GradientBoostingClassifier: convertGradientBoosting,
  GradientBoostingRegressor: convertGradientBoosting,
  GridSearchCV: convertSearch,
  HalvingGridSearchCV: convertSearch,
  HalvingRandomSearchCV: convertSearch,
  HistGradientBoostingClassifier: convertHistGradientBoosting,
  HistGradientBoostingRegressor: convertHistGradientBoosting,
  IsolationForest: convertIsolationForest,
  LGBMClassifier: convertLightgbm,
  LGBMRanker: convertLightgbm,
  LGBMRegressor: convertLightgbm,
  RandomForestClassifier: convertForest,
  RandomForestRegressor: convertForest,
  RandomizedSearchCV: convertSearch,
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
  FeatureUnion: convertFeatureUnion,
  FunctionTransformer: convertFunctionTransformer,
  GenericUnivariateSelect: convertGenericUnivariateSelect,
  KBinsDiscretizer: convertKBinsDiscretizer,
  LabelEncoder: convertLabelEncoder,
  MaxAbsScaler: convertMaxAbsScaler,
  MinMaxScaler: convertMinMaxScaler,
  MissingIndicator: convertMissingIndicator,
  Normalizer: convertNormalizer,
  OneHotEncoder: convertOneHotEncoder,
  OrdinalEncoder: convertOrdinalEncoder,
  Pipeline: convertPipeline,
  PolynomialFeatures: convertPolynomialFeatures,
  PowerTransformer: convertPowerTransformer,
  QuantileTransformer: convertQuantileTransformer,
  RFE: convertBySupport,
  RFECV: convertBySupport,
  RobustScaler: convertRobustScaler,
  SelectFdr: convertSelectFdr,
  SelectFpr: convertSelectFpr,
  SelectFromModel: convertSelectFromModel,
  SelectFwe: convertSelectFwe,
  SelectKBest: convertSelectKBest,
  SelectPercentile: convertSelectPercentile,
  SequentialFeatureSelector: convertBySupport,
  SimpleImputer: convertSimpleImputer,
  StandardScaler: convertStandardScaler,
  VarianceThreshold: convertVarianceThreshold
}

/** Classes and functions that are read as parts of the above, or by recipes, or that stand there without being read. */
const PARTS = [
  '_CalibratedClassifier', '_RemainderColsList', '_SigmoidCalibration', '_TemperatureScaling', 'Bunch', 'chi2', 'DummyClassifier',
  'DummyRegressor', 'ElasticNet', 'f_classif', 'f_oneway', 'f_regression', 'IsotonicRegression', 'Lasso', 'LassoCV',
  'LinearRegression', 'LinearSVC', 'LogisticRegression', 'LogisticRegressionCV', 'make_column_selector',
  'MetadataRequest', 'MethodMetadataRequest', 'mutual_info_classif', 'mutual_info_regression', 'r_regression', 'Ridge',
  'RidgeCV', 'Tree'
]

const CLASSES = new Set([...Object.keys(ESTIMATORS), ...Object.keys(TRANSFORMERS), ...PARTS])

/** For messages: what to do about a class that is not in the tables. */
export const SUPPORTED =
  `Supported: ${[...Object.keys(ESTIMATORS), ...Object.keys(TRANSFORMERS)].sort().join(', ')}.`

/** What a column selector may say that it selects by. */
const DTYPE_GROUPS = /^numpy\.(number|integer|signedinteger|unsignedinteger|inexact|floating|generic|datetime64)$/

/** Whether a name is one of the classes that converters read. Modules moved over time, names did not. */
export function isSupportedClass(name: Global): boolean {
  if (isUnread(name) || isKnownFunction(name) || DTYPE_GROUPS.test(name.path)) return true
  if (LIGHTGBM_NAMES.has(name.path) || XGBOOST_NAMES.has(name.path)) return true
  return name.module.startsWith('sklearn.') && CLASSES.has(name.name)
}

/** Whether an instance is a predictor that can be converted. */
export function isEstimator(value: Located): boolean {
  return value.className === 'Pipeline' || Object.hasOwn(ESTIMATORS, value.className ?? '')
}

/** The check of names for reading a file that is to be converted. */
export const allowSupportedClasses = allowOnly(isSupportedClass, SUPPORTED)

/**
 * A fitted predictor, or a `Pipeline` that ends in one.
 * @param columns names of the columns that go in, in the order it was fitted on
 * @param frame gets the steps
 */
export function convertModel(
  estimator: Located, columns: readonly string[], frame: Frame, progress: Progress
): ConvertedEstimator {
  const claimed = new Set<unknown>()
  const claim = (at: Located) => {
    if (claimed.has(at.value)) at.fail('something of its own, not what stands elsewhere in the file too')
    claimed.add(at.value)
  }
  return convertNested(estimator, alignColumns(estimator, columns), { frame, progress, claim }, 0)
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
  shared.claim(estimator)
  const convert = (nested: Located, nestedColumns: readonly string[]) =>
    convertNested(nested, nestedColumns, shared, depth + 1)
  // It is claimed, so this cannot go round in circles.
  const unwrap = (inner: Located, innerColumns: readonly string[]) => convertNested(inner, innerColumns, shared, depth)
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
  const transform = (nested: Located, nestedColumns: readonly string[]) =>
    convertTransformer(nested, nestedColumns, frame, depth + 1)
  return lookUp(TRANSFORMERS, estimator)(estimator, columns, { frame, transform, boosterImportances })
}

function boosterImportances(estimator: Located, nFeatures: number): Float64Array | Float32Array | undefined {
  const { className = '' } = estimator
  if (className.startsWith('XGB')) return xgboostImportances(estimator, nFeatures)
  return className.startsWith('LGBM') ? lightgbmImportances(estimator, nFeatures) : undefined
}

/** A file can make an estimator a part of itself. */
function checkDepth(estimator: Located, depth: number): void {
  if (depth > MAX_DEPTH) estimator.fail(`estimators nested at most ${MAX_DEPTH} deep`)
}

function lookUp<T>(table: Readonly<Record<string, T>>, estimator: Located): T {
  const name = estimator.className
  if (name !== undefined && Object.hasOwn(table, name)) return table[name]
  const expected = Object.keys(table).join(', ')
  if (!(estimator.value instanceof Instance)) return estimator.fail(`an instance of ${expected}`)
  const found = estimator.value.type.path
  throw new ConvertError(`${estimator.path || 'The file'}: ${found} cannot stand here, expected ${expected}.`, {
    hint: SUPPORTED
  })
}
