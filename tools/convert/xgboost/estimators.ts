/** XGBoost's estimators for scikit-learn, as pickles hold them: their Booster keeps the model as JSON or UBJSON. */
import { JsonPlace } from '../common/json-place.js'
import { ConvertError } from '../errors/convert-error.js'
import type { ConvertEstimator } from '../common/estimator.js'
import { Instance } from '../pickle/values.js'
import type { Located } from '../common/located.js'
import { convertBooster } from './booster.js'
import { readFeatureNames } from './features.js'
import { hasImportances, readImportances } from './importances.js'
import { replaceNonFinite } from './non-finite.js'
import { isUbjson, readUbjson } from './ubjson.js'
import { readPickledWrapper } from './wrapper.js'

/** Instances that pickles hold, of which the estimators are predictors. */
export const XGBOOST_NAMES: ReadonlySet<string> = new Set([
  ...['XGBClassifier', 'XGBRegressor', 'XGBRanker', 'XGBRFClassifier', 'XGBRFRegressor'].map(name => `xgboost.sklearn.${name}`),
  'xgboost.core.Booster'
])

/** Whether this is one of XGBoost's predictors, or a Booster. */
export function isXgboost({ value }: Located): boolean {
  return value instanceof Instance && value.type.module.startsWith('xgboost.')
}

/**
 * The answers are those of `predict_proba` and `predict`: rounds after the best one of an early stopping do not count,
 * and the labels are those that it was fitted with.
 */
export const convertXgboost: ConvertEstimator = (estimator, columns, { frame, progress, claim }) => {
  const booster = estimator.attr('_Booster')
  claim(booster)
  const wrapper = readPickledWrapper(estimator)
  const given = { columns: frame.sparse.unstoredToMissing(columns, estimator), at: estimator, wrapper }
  const root = readModel(booster)
  const { task, outputs, model } = convertBooster(root, frame, progress, given)
  const type = estimator.attr('importance_type')
  if (!hasImportances(type)) return { task, outputs, model }
  const importances = readImportances(type, root, columns.length)
  const isShare = importances.every(importance => importance >= 0 && importance <= 1)
  const featureImportances = columns.map((feature, i) => ({ feature, importance: importances[i] }))
  return { task, outputs, model, ...(isShare && { featureImportances }) }
}

/** `feature_importances_` of a fitted estimator. */
export function xgboostImportances(estimator: Located, nFeatures: number): Float32Array {
  return readImportances(estimator.attr('importance_type'), readModel(estimator.attr('_Booster')), nFeatures)
}

/** A pickled Booster of its own: the answers are those of `Booster.predict`. */
export const convertXgboostBooster: ConvertEstimator = (booster, columns, { frame, progress }) => {
  const { task, outputs, model, featureImportances } =
    convertBooster(readModel(booster), frame, progress, { columns, at: booster })
  return { task, outputs, model, ...(featureImportances !== undefined && { featureImportances }) }
}

/** Names of the columns that a fitted estimator, or a Booster, takes. */
export function xgboostColumns(estimator: Located): string[] {
  const booster = estimator.className === 'Booster' ? estimator : estimator.attr('_Booster')
  return readFeatureNames(readModel(booster).key('learner'))
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
