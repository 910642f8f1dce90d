/** The columns that a model was fitted on, as its file tells them in one place or another. */
import { catboostColumns, isCatboost } from '../catboost/estimators.js'
import { fittedNames } from '../category-encoders/names.js'
import { isLightgbm, lightgbmColumns } from '../lightgbm/estimators.js'
import { NdArray } from '../pickle/numpy.js'
import type { Located } from '../common/located.js'
import { areInvented, readFittedNames } from '../common/estimator.js'
import { listFields } from '../sklearn/dict-vectorizer.js'
import { VECTORIZERS } from '../sklearn/vectorizers.js'
import { pipelineSteps } from '../sklearn/pipeline.js'
import { bestEstimator, isSearch } from '../sklearn/search.js'
import { isXgboost, xgboostColumns } from '../xgboost/estimators.js'

/** Wider models exist, but not here: every column is a field of a request. */
const MAX_COLUMNS = 20_000

/** How deep the part that knows its columns may lie. */
const MAX_DEPTH = 8

/** Transformers that need no fit, and say nothing of columns without one: as many go in as come out. */
const STATELESS = ['Binarizer', 'FunctionTransformer', 'Normalizer']

/** Predictors that answer every row alike, and keep nothing of its columns up to scikit-learn 1.4. */
const CONSTANT = ['DummyClassifier', 'DummyRegressor']

/** Attributes with one entry per column, for scikit-learn before 0.24, which did not count columns everywhere. */
const PER_COLUMN = [
  'statistics_', 'scale_', 'mean_', 'var_', 'center_', 'data_min_', 'max_abs_', 'lambdas_', 'n_bins_', 'categories_',
  'support_', 'variances_', 'scores_'
]

/**
 * Names of the columns that the model was fitted on, x0, x1, ... where it was an array.
 * @throws ConvertError for a model that is not fitted
 */
export function readColumns(model: Located): string[] {
  return findColumns(model, 0) ?? model.fail('a model that says how many columns it takes', 'Fit the model before saving it.')
}

/** The same of a transformer: its names, how many there are where it has none, or undefined where it takes any. */
export function readColumnsOrCount(transformer: Located): string[] | number | undefined {
  const columns = findColumns(transformer, 0)
  return columns !== undefined && areOfArray(columns) ? columns.length : columns
}

/** Whether columns have no names of their own, since the model was fitted on an array. */
export function areOfArray(columns: readonly string[]): boolean {
  return columns.every((name, i) => name === `x${i}`) || areInvented(columns)
}

/** @returns undefined for what says nothing of columns, since it needs no fit */
function findColumns(estimator: Located, depth: number): string[] | undefined {
  if (depth > MAX_DEPTH) return estimator.fail('a model that says how many columns it takes')
  if (VECTORIZERS.has(estimator.className ?? '')) return ['text']
  if (estimator.className === 'DictVectorizer') return listFields(estimator)
  const fitted = readFittedNames(estimator)
  if (fitted !== undefined) return fitted
  const encoded = encoderColumns(estimator)
  if (encoded !== undefined) return encoded
  // Up to scikit-learn 0.24, only ColumnTransformer kept the names.
  const names = estimator.attr('_df_columns')
  if (!names.isNone) return names.texts()
  if (isLightgbm(estimator)) {
    const own = lightgbmColumns(estimator)
    return depth > 0 && areInvented(own) ? own.map((_, i) => `x${i}`) : own
  }
  if (isXgboost(estimator)) return xgboostColumns(estimator)
  if (isCatboost(estimator)) return catboostColumns(estimator)
  const count = countColumns(estimator)
  if (count !== undefined) return findWithin(estimator, count) ?? Array.from({ length: count }, (_, i) => `x${i}`)
  if (STATELESS.includes(estimator.className ?? '')) return undefined
  if (CONSTANT.includes(estimator.className ?? '') && !estimator.attr('n_outputs_').isAbsent) {
    return estimator.fail(
      'a model that says how many columns it takes, which this one answers without',
      'Save a Pipeline with a fitted step before it, such as a SimpleImputer, or fit it with a newer scikit-learn.'
    )
  }
  for (const part of listParts(estimator)) {
    const columns = findColumns(part, depth + 1)
    if (columns !== undefined) return columns
  }
  return undefined
}

/** Encoders of category_encoders have their own way to keep names, and numbers where they were fitted on an array. */
function encoderColumns(estimator: Located): string[] | undefined {
  if (estimator.classPath?.startsWith('category_encoders.') !== true) return undefined
  return fittedNames(estimator)?.map(name => typeof name === 'number' ? `x${name}` : name)
}

/** What wraps a predictor of another library does not have its names. */
function findWithin(wrapper: Located, count: number): string[] | undefined {
  if (SEES_OTHERS.test(wrapper.className ?? '')) return undefined
  const members = wrapper.attr('estimators_')
  const inner = Array.isArray(members.value) ? members.items()[0] : wrapper.anyAttr('estimator_', 'regressor_')
  if (inner === undefined || inner.isNone || !(isLightgbm(inner) || isXgboost(inner))) return undefined
  const names = isLightgbm(inner) ? lightgbmColumns(inner) : xgboostColumns(inner)
  return names.length !== count || areInvented(names) ? undefined : names
}

/** Wrappers whose members may see other columns than they do. */
const SEES_OTHERS = /^(Pipeline|FeatureUnion|RFE(CV)?|.*(Bagging|EasyEnsemble).*)$/

function countColumns(estimator: Located): number | undefined {
  const perColumn = PER_COLUMN.map(name => estimator.attr(name)).find(({ isNone }) => !isNone)
  // Of a selector, `n_features_` is how many it leaves.
  const isSelector = !estimator.attr('support_').isNone
  const said = estimator.anyAttr('n_features_in_', ...(isSelector ? [] : ['n_features_']), '_n_features', 'n_input_features_')
  const { value: table } = estimator.anyAttr('quantiles_', 'coef_')
  const count = !said.isNone ? said.number()
    : perColumn !== undefined ? perColumn.items().length
      : table instanceof NdArray && table.shape.length > 0 ? table.shape[table.shape.length - 1]
        : undefined
  if (count !== undefined && !(count <= MAX_COLUMNS)) said.fail(`at most ${MAX_COLUMNS} columns`)
  return count
}

/** The parts of which each, or the first that says so, sees the columns of the whole. */
function listParts(estimator: Located): Located[] {
  if (estimator.className === 'Pipeline') {
    const steps = pipelineSteps(estimator)
    return steps.length > 0 ? listUntilFitted(steps) : estimator.attr('steps').fail('at least one step')
  }
  if (estimator.className === 'FeatureUnion') {
    const entries = estimator.attr('transformer_list').items()
    if (entries.length === 0) estimator.attr('transformer_list').fail('one entry')
    return entries.map(entry => entry.tuple(2)[1]).filter(({ value, isNone }) => !isNone && value !== 'drop')
  }
  if (isSearch(estimator)) return [bestEstimator(estimator)]
  const members = estimator.attr('estimators_')
  if (!members.isAbsent) return [members.items()[0] ?? members.fail('at least one predictor')]
  const pairs = estimator.attr('calibrated_classifiers_')
  if (!pairs.isAbsent) return pairs.items().slice(0, 1).map(pair => pair.anyAttr('estimator', 'base_estimator'))
  const wrapped = estimator.anyAttr('estimator_', 'regressor_', 'estimator')
  return wrapped.isNone ? estimator.fail('a fitted model', 'Fit the model before saving it.') : [wrapped]
}

/** The steps of a pipeline that see its columns: up to the first that may change how many there are. */
function listUntilFitted(steps: readonly Located[]): Located[] {
  const fitted = steps.findIndex(({ className = '' }) => !STATELESS.includes(className))
  return steps.slice(0, fitted < 0 ? steps.length : fitted + 1)
}
