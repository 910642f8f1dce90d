/** CatBoost's estimators, as pickles hold them: their parameters, and the model in its own format. */
import type { ConvertEstimator } from '../common/estimator.js'
import type { Located } from '../common/located.js'
import { JsonPlace } from '../common/json-place.js'
import { Global, Instance } from '../pickle/values.js'
import { convertCatboost, listNames } from './booster.js'
import type { CatboostModel } from './model.js'
import type { Role } from './objective.js'
import { isCbm, readCbm } from './read-cbm.js'
import { readCatboostJson } from './read-json.js'

/** Instances that pickles hold. */
export const CATBOOST_NAMES: ReadonlySet<string> = new Set(
  ['CatBoost', 'CatBoostClassifier', 'CatBoostRanker', 'CatBoostRegressor'].map(name => `catboost.core.${name}`)
)

/** A CatBoost whose model has a file of its own. */
class SavedCatboost extends Instance {
  constructor(readonly model: Uint8Array | JsonPlace) {
    super(new Global('catboost.core', 'CatBoost'), [])
  }
}

/** @param model the bytes of a .cbm, or JSON for which `isCatboostJson` holds */
export function catboostOf(model: Uint8Array | JsonPlace): Instance {
  return new SavedCatboost(model)
}

/** Whether this is one of CatBoost's predictors. */
export function isCatboost({ value }: Located): boolean {
  return value instanceof Instance && value.type.module.startsWith('catboost.')
}

/** The answers are those of `predict_proba` and `predict`; of a plain CatBoost as its objective has them. */
export const convertCatboostEstimator: ConvertEstimator = (estimator, columns, { frame, progress }) => {
  const given = { columns, at: estimator }
  const { task, outputs, model } = convertCatboost(readModel(estimator), frame, progress, roleOf(estimator), given)
  return { task, outputs, model }
}

function roleOf({ className }: Located): Role {
  if (className === 'CatBoostClassifier') return 'classifier'
  return className === 'CatBoost' ? undefined : 'regressor'
}

/** Names of the columns that a fitted estimator takes. */
export function catboostColumns(estimator: Located): string[] {
  return listNames(readModel(estimator))
}

function readModel(estimator: Located): CatboostModel {
  if (estimator.value instanceof SavedCatboost) {
    const { model } = estimator.value
    return model instanceof JsonPlace ? readCatboostJson(model) : readCbm(model)
  }
  const place = estimator.attr('__model')
  const { value } = place
  if (value instanceof Uint8Array && isCbm(value)) return readCbm(value)
  return place.fail('the bytes of a fitted CatBoost model', 'Fit the model before saving it.')
}
