import { ConvertError } from '../pickle/errors.js'
import { lightgbmColumns } from '../lightgbm/estimators.js'
import { Frame } from '../sklearn/frame.js'
import type { Located } from '../sklearn/located.js'
import { pipelineSteps } from '../sklearn/pipeline.js'
import { convertModel, isEstimator } from '../sklearn/registry.js'
import { bestEstimator, isSearch } from '../sklearn/search.js'
import { xgboostColumns } from '../xgboost/estimators.js'
import { Beside } from './beside.js'
import { isBundle, readBundle } from './bundle.js'
import { describeEstimator, readSklearnVersion } from './describe-estimator.js'
import type { Recipe } from './recipe.js'

/**
 * A predictor or pipeline alone in a file, or with what has a part in its answers: names of its columns, a threshold,
 * labels, codes. Columns have the model's own names, or those of the dict, or x0, x1, ... as scikit-learn calls them.
 */
export const plainRecipe: Recipe = {
  name: 'plain',
  parts: [{
    what: 'a predictor, a Pipeline that ends in one, or a dict with one of them',
    matches: ({ root }) => isEstimator(root) || isBundle(root)
  }],
  build([{ file, root }], progress) {
    const bundle = readBundle(root)
    const { model } = bundle
    const beside = new Beside(bundle, readColumns(model))
    const columns = checkNames(beside.nameColumns())
    const frame = new Frame()
    for (const name of columns) frame.addInput({ name, type: 'number' })
    beside.encode(columns, frame)
    const converted = beside.finish(convertModel(model, columns, frame, progress))
    return {
      ...converted,
      name: file.replace(/\.(pkl|joblib|pickle)(\.\w+)?$/i, '').replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '') || 'model',
      description: `${describeEstimator(model)} from ${file}`,
      frame,
      estimator: describeEstimator(model),
      sklearnVersion: readSklearnVersion(model),
      beside: beside.uses
    }
  }
}

/** The dump's own limit. */
const MAX_NAME = 10_000

/** Every column is a field of a request, and of objects and schemas that are made of its name. */
function checkNames(columns: string[]): string[] {
  const seen = new Set<string>()
  for (const name of columns) {
    const shown = JSON.stringify(name.length > 60 ? `${name.slice(0, 57)}...` : name)
    const problem = name === '' ? 'has an empty name'
      : name.length > MAX_NAME ? `has a name of ${name.length} characters, expected at most ${MAX_NAME}`
        : seen.has(name) ? 'has the name of another column'
          : RESERVED.has(name) ? 'cannot be a key of a request' : undefined
    if (problem !== undefined) {
      throw new ConvertError(`The model's column ${shown} ${problem}.`, { hint: 'Rename it, fit the model again and save it.' })
    }
    seen.add(name)
  }
  return columns
}

/** Names that JSON or JSON Schema takes for something else. */
const RESERVED: ReadonlySet<string> = new Set(['__proto__', '$id', '$ref'])

/** Wider models exist, but not here: every column is a field of a request. */
const MAX_COLUMNS = 20_000

/** Names of the columns that the model was fitted on, x0, x1, ... where it was an array. */
function readColumns(model: Located): string[] {
  let estimator = model
  for (let depth = 0; depth < 8; depth++) {
    // Up to scikit-learn 0.24, only ColumnTransformer kept the names.
    const names = estimator.anyAttr('feature_names_in_', '_df_columns')
    if (!names.isNone) return names.texts()
    const own = ownColumns(estimator)
    if (own !== undefined) return depth === 0 ? own : withoutPlaceholders(own)
    const count = estimator.anyAttr('n_features_in_', 'n_features_', '_n_features')
    if (!count.isAbsent) {
      if (!(count.number() <= MAX_COLUMNS)) count.fail(`at most ${MAX_COLUMNS} columns`)
      return namesWithin(estimator, count.number()) ?? Array.from({ length: count.number() }, (_, i) => `x${i}`)
    }
    // A pipeline counts as its first step does, an ensemble as its members do.
    estimator = findFirstPart(estimator) ?? estimator.fail('a fitted model', 'Fit the model before saving it.')
  }
  return model.fail('a model that says how many columns it takes')
}

/** The names that LightGBM and XGBoost keep in their own way. */
function ownColumns(estimator: Located): string[] | undefined {
  if (estimator.className?.startsWith('LGBM') === true) return lightgbmColumns(estimator)
  if (estimator.className?.startsWith('XGB') === true) return xgboostColumns(estimator)
  return undefined
}

/** LightGBM's names for the columns of an array say no more than their places. */
function withoutPlaceholders(names: readonly string[]): string[] {
  return names.every((name, i) => name === `Column_${i}`) ? names.map((_, i) => `x${i}`) : [...names]
}

/** What wraps a predictor of another library does not have its names. */
function namesWithin(wrapper: Located, count: number): string[] | undefined {
  const inner = findFirstPart(wrapper)
  const names = inner === undefined || isTransforming(wrapper) ? undefined : ownColumns(inner)
  return names?.length === count ? withoutPlaceholders(names) : undefined
}

/** Whether what is inside sees other columns. */
function isTransforming({ className = '' }: Located): boolean {
  return /^(Pipeline|FeatureUnion|RFE(CV)?|.*(Bagging|EasyEnsemble).*)$/.test(className)
}

/** What an estimator that does not count its columns hands them to; undefined for one that has no parts. */
function findFirstPart(estimator: Located): Located | undefined {
  if (estimator.className === 'Pipeline') {
    return pipelineSteps(estimator)[0] ?? estimator.attr('steps').fail('at least one step')
  }
  if (estimator.className === 'FeatureUnion') {
    const entry = estimator.attr('transformer_list').items()[0] ?? estimator.attr('transformer_list').fail('one entry')
    return entry.tuple(2)[1]
  }
  if (isSearch(estimator)) return bestEstimator(estimator)
  const members = estimator.attr('estimators_')
  if (!members.isAbsent) return members.items()[0] ?? members.fail('at least one predictor')
  const wrapped = estimator.anyAttr('estimator_', 'regressor_', 'estimator')
  return wrapped.isNone ? undefined : wrapped
}
