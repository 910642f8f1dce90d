/** XGBoost's estimators for scikit-learn, as pickles hold them: their Booster keeps the model as JSON or UBJSON. */
import { JsonPlace } from '../common/json-place.js'
import { ConvertError } from '../errors/convert-error.js'
import type { ConvertEstimator } from '../common/estimator.js'
import { Global, Instance } from '../pickle/values.js'
import type { Located } from '../common/located.js'
import { isBinary, readBinary } from './binary.js'
import { BinaryReader } from './binary-reader.js'
import { convertBooster, isBefore10 } from './booster.js'
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

/** A Booster whose model has a file of its own. */
class SavedBooster extends Instance {
  constructor(readonly model: JsonPlace) {
    super(new Global('xgboost.core', 'Booster'), [])
  }
}

/** @param model of a file for which `isBooster` holds */
export function xgboostOf(model: JsonPlace): Instance {
  return new SavedBooster(model)
}

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
  const { task, outputs, model, rounds } = convertBooster(root, frame, progress, given)
  if (rounds.used < rounds.all) assertStopped(estimator, root)
  const type = estimator.attr('importance_type')
  if (!hasImportances(type, root)) return { task, outputs, model }
  const importances = readImportances(type, root, columns.length)
  const isShare = importances.every(importance => importance >= 0 && importance <= 1)
  const featureImportances = columns.map((feature, i) => ({ feature, importance: importances[i] }))
  return { task, outputs, model, ...(isShare && { featureImportances }) }
}

/** Up to 0.72 a prediction took the rounds after the best one too. Nothing else tells its files from those of 0.81. */
function assertStopped(estimator: Located, root: JsonPlace): void {
  if (isBefore10(root.key('learner')) && estimator.attr('importance_type').isAbsent) {
    estimator.attr('best_ntree_limit').fail(
      'no early stopping in a file of XGBoost before 0.82, of which some versions leave out the rounds after the best one',
      'Save the trees that count with the XGBoost that wrote the file, or load and save it with 0.90.'
    )
  }
}

/** `feature_importances_` of a fitted estimator. */
export function xgboostImportances(estimator: Located, nFeatures: number): Float32Array {
  return readImportances(estimator.attr('importance_type'), readModel(estimator.attr('_Booster')), nFeatures)
}

/** A Booster of its own: the answers are those of `Booster.predict`, or of the estimator that saved it. */
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
  if (booster.value instanceof SavedBooster) return booster.value.model
  const handle = booster.attr('handle')
  const { value } = handle
  if (!(value instanceof Uint8Array)) {
    return handle.fail('the bytes of a fitted XGBoost model', 'Fit the model before saving it.')
  }
  const binary = findBinary(value)
  if (binary !== undefined) return nameFeatures(new JsonPlace(readBinary(binary), () => handle.path), booster)
  const model = new JsonPlace(parse(value, handle.path), () => handle.path).key('Model')
  return model.isAbsent ? handle.fail('a model that XGBoost wrote', RESAVE) : nameFeatures(model, booster)
}

/** What pickles up to 1.2 hold: the binary format, alone or since 1.0 between its length and the configuration. */
function findBinary(bytes: Uint8Array): Uint8Array | undefined {
  if (isBinary(bytes)) return bytes
  if (!MARK.every((byte, i) => bytes[i] === byte)) return undefined
  const reader = new BinaryReader(bytes, MARK.length)
  const start = MARK.length + 8
  const length = reader.length(1, 'bytes of the model')
  return bytes.subarray(start, start + length)
}

const MARK = Buffer.from('CONFIG-offset:')

/** Up to 1.3 the object of Python has the names of the features, and the model of XGBoost has not. */
function nameFeatures(model: JsonPlace, booster: Located): JsonPlace {
  const { learner, ...rest } = model.value as Record<string, unknown>
  const named = { ...learner as object }
  for (const key of ['feature_names', 'feature_types']) {
    const given = booster.attr(key)
    if (!model.key('learner').key(key).isAbsent || given.isNone) continue
    const texts = given.texts()
    // The columns of an array got names that are none.
    if (key === 'feature_types' || texts.some((text, i) => text !== `f${i}`)) Object.assign(named, { [key]: texts })
  }
  return new JsonPlace({ ...rest, learner: named }, () => model.path)
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
