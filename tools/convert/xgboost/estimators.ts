/** XGBoost's estimators for scikit-learn, as pickles hold them: their Booster keeps the model as JSON or UBJSON. */
import { JsonPlace } from '../mljs/json-place.js'
import { ConvertError } from '../pickle/errors.js'
import { toLabels, type ConvertEstimator } from '../sklearn/estimator.js'
import type { Located } from '../sklearn/located.js'
import { convertBooster } from './booster.js'
import { readFeatureNames } from './features.js'
import { readImportances } from './importances.js'
import { replaceNonFinite } from './non-finite.js'
import { isUbjson, readUbjson } from './ubjson.js'

/** Instances that pickles hold, of which the estimators are predictors. */
export const XGBOOST_NAMES: ReadonlySet<string> = new Set([
  ...['XGBClassifier', 'XGBRegressor', 'XGBRanker', 'XGBRFClassifier', 'XGBRFRegressor'].map(name => `xgboost.sklearn.${name}`),
  'xgboost.core.Booster'
])

/**
 * The answers are those of `predict_proba` and `predict`: rounds after the best one of an early stopping do not count,
 * and the labels are those that it was fitted with.
 */
export const convertXgboost: ConvertEstimator = (estimator, columns, { frame, progress, claim }) => {
  const booster = estimator.attr('_Booster')
  claim(booster)
  const missing = estimator.attr('missing')
  if (!missing.isNone && !Number.isNaN(missing.value)) {
    missing.fail('NaN for missing values', 'Put a SimpleImputer, or NaN in place of that number, before the model and train it again.')
  }
  const given = { columns: frame.sparse.unstoredToMissing(columns, estimator), at: estimator }
  const root = readModel(booster)
  const { title, task, outputs, model } = convertBooster(root, frame, progress, given)
  const importances = readImportances(estimator.attr('importance_type'), root, columns.length)
  const isShare = importances.every(importance => importance >= 0 && importance <= 1)
  const featureImportances = columns.map((feature, i) => ({ feature, importance: importances[i] }))
  const converted = { task, outputs, model, ...(isShare && { featureImportances }) }
  const isClassifier = estimator.className?.endsWith('Classifier') === true
  const [{ classes }] = outputs
  if (isClassifier !== (classes !== undefined) || outputs.length > 1) {
    return estimator.fail(`the objective of a ${isClassifier ? 'classifier of one output' : 'regressor of one output'}, and not ${title}`)
  }
  const labels = estimator.attr('classes_')
  if (classes === undefined || labels.isNone) return converted
  const known = toLabels(labels)
  return known.length === classes.length
    ? { ...converted, outputs: [{ classes: known }] }
    : labels.fail(`${classes.length} labels`)
}

/** `feature_importances_` of a fitted estimator. */
export function xgboostImportances(estimator: Located, nFeatures: number): Float32Array {
  return readImportances(estimator.attr('importance_type'), readModel(estimator.attr('_Booster')), nFeatures)
}

/** Names of the columns that a fitted estimator takes. */
export function xgboostColumns(estimator: Located): string[] {
  return readFeatureNames(readModel(estimator.attr('_Booster')).key('learner'))
}

/** What Booster.__getstate__ gives: the model beside its configuration. */
function readModel(booster: Located): JsonPlace {
  const handle = booster.attr('handle')
  const { value } = handle
  if (!(value instanceof Uint8Array)) {
    return handle.fail('the bytes of a fitted XGBoost model', 'Fit the model before saving it.')
  }
  const model = new JsonPlace(parse(value, handle.path), () => handle.path).key('Model')
  return model.isAbsent ? handle.fail('a model that XGBoost 1.0 or newer wrote', RESAVE) : model
}

const RESAVE = "Load the file with the XGBoost that wrote it and save the model itself: model.get_booster().save_model('model.json')."

function parse(bytes: Uint8Array, path: string): unknown {
  if (isUbjson(bytes)) return readUbjson(bytes)
  try {
    return JSON.parse(replaceNonFinite(new TextDecoder('utf-8', { fatal: true }).decode(bytes)))
  } catch (error) {
    throw new ConvertError(`${path}: expected JSON or UBJSON of XGBoost (${(error as Error).message}).`, { hint: RESAVE, cause: error })
  }
}
