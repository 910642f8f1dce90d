/** LightGBM's estimators for scikit-learn, as pickles hold them: their Booster keeps the text of the model. */
import { toLabels, type ConvertEstimator } from '../sklearn/estimator.js'
import type { Located } from '../sklearn/located.js'
import { convertBooster } from './forest.js'
import { readFeatures } from './features.js'
import { readBoosterText, type BoosterText } from './read-text.js'
import { readTree } from './tree.js'

/** Instances that pickles hold, of which the estimators are predictors. */
export const LIGHTGBM_NAMES: ReadonlySet<string> = new Set([
  'lightgbm.sklearn.LGBMClassifier', 'lightgbm.sklearn.LGBMRegressor', 'lightgbm.sklearn.LGBMRanker', 'lightgbm.basic.Booster'
])

/**
 * The answers are those of `predict_proba` and `predict`, with the labels that it was fitted with. After an early
 * stopping LightGBM keeps no more than the best iterations.
 */
export const convertLightgbm: ConvertEstimator = (estimator, columns, { frame, progress, claim }) => {
  const booster = estimator.attr('_Booster')
  claim(booster)
  const given = { columns, at: estimator }
  const { objective, ...converted } = convertBooster(readText(booster), frame, progress, given)
  const isClassifier = estimator.className === 'LGBMClassifier'
  if (!isClassifier && converted.task === 'classifier') return estimator.fail(`a classifier for ${objective}`)
  if (!isClassifier) return converted
  const labels = toLabels(estimator.attr('_classes'))
  const [{ classes }] = converted.outputs
  if (classes?.length !== labels.length) {
    return estimator.attr('_classes').fail(
      classes === undefined ? `an objective that gives probabilities, and not ${objective}` : `${classes.length} classes`,
      'Of a classifier with a function of your own as its objective, LightGBM answers with raw scores.'
    )
  }
  return { ...converted, outputs: [{ classes: labels }] }
}

/** `feature_importances_` of a fitted estimator: how many of the splits that gained something, or their gains. */
export function lightgbmImportances(estimator: Located, nFeatures: number): Float64Array {
  const type = estimator.attr('importance_type')
  if (type.value !== 'split' && type.value !== 'gain') type.fail('"split" or "gain"')
  const { trees } = readText(estimator.attr('_Booster'))
  const importances = new Float64Array(nFeatures)
  for (const section of trees) {
    const { feature, gain } = readTree(section, nFeatures)
    gain.forEach((x, node) => {
      if (x > 0) importances[feature[node]] += type.value === 'gain' ? Math.fround(x) : 1
    })
  }
  return importances
}

/** Names of the columns that a fitted estimator takes. */
export function lightgbmColumns(estimator: Located): string[] {
  return readFeatures(readText(estimator.attr('_Booster'))).map(({ name }) => name)
}

function readText(booster: Located): BoosterText {
  const handle = booster.anyAttr('_handle', 'handle')
  if (handle.isNone) {
    handle.fail("the text of a fitted LightGBM model", 'Fit the model before saving it.')
  }
  return readBoosterText(Buffer.from(handle.text()))
}
