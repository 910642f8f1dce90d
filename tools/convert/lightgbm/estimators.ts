/** LightGBM's estimators for scikit-learn, as pickles hold them: their Booster keeps the text of the model. */
import { toLabels, type ConvertEstimator } from '../common/estimator.js'
import { Dict, Global, Instance } from '../pickle/values.js'
import type { Located } from '../common/located.js'
import { convertBooster } from './forest.js'
import { readFeatureNames } from './features.js'
import { readBoosterText, type BoosterText } from './read-text.js'
import { readTree } from './tree.js'

/** Instances that pickles hold, of which the estimators are predictors. */
export const LIGHTGBM_NAMES: ReadonlySet<string> = new Set([
  'lightgbm.sklearn.LGBMClassifier', 'lightgbm.sklearn.LGBMRegressor', 'lightgbm.sklearn.LGBMRanker', 'lightgbm.basic.Booster',
  // What a continued training began with: its trees are in the Booster too.
  'lightgbm.basic._InnerPredictor'
])

/** A Booster whose model has a file of its own. */
export function lightgbmOf(text: Uint8Array): Instance {
  const booster = new Instance(new Global('lightgbm.basic', 'Booster'), [])
  booster.state = new Dict()
  booster.state.entries.set('handle', Buffer.from(text).toString())
  return booster
}

/** Whether this is one of LightGBM's predictors, or a Booster. */
export function isLightgbm({ value }: Located): boolean {
  return value instanceof Instance && value.type.module.startsWith('lightgbm.')
}

/**
 * The answers are those of `predict_proba` and `predict`, with the labels that it was fitted with. After an early
 * stopping they stop at the best iteration. Of a classifier with a function of the user's own as its objective they are
 * raw scores, as LightGBM's are.
 */
export const convertLightgbm: ConvertEstimator = (estimator, columns, { frame, progress, claim }) => {
  const booster = estimator.attr('_Booster')
  claim(booster)
  const text = readText(booster)
  const { objective, ...converted } = convertBooster(text, frame, progress, {
    columns, at: estimator, bestIteration: readBestIteration(booster)
  })
  assertNoEarlyStop(estimator, text)
  const isClassifier = estimator.className === 'LGBMClassifier'
  if (!isClassifier && converted.task === 'classifier') return estimator.fail(`a classifier for ${objective}`)
  if (!isClassifier || (objective === 'none' && isOwnFunction(estimator))) return converted
  const labels = toLabels(estimator.attr('_classes'))
  const [{ classes }] = converted.outputs
  if (classes?.length !== labels.length) {
    return estimator.attr('_classes').fail(
      classes === undefined ? `an objective that gives probabilities, and not ${objective}` : `${classes.length} classes`
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

/** A pickled Booster of its own: the answers are those of `Booster.predict`. */
export const convertLightgbmBooster: ConvertEstimator = (booster, columns, { frame, progress }) => {
  const { task, outputs, model, featureImportances } = convertBooster(readText(booster), frame, progress, {
    columns, at: booster, bestIteration: readBestIteration(booster)
  })
  return { task, outputs, model, ...(featureImportances !== undefined && { featureImportances }) }
}

/** Names of the columns that a fitted estimator, or a Booster, takes. */
export function lightgbmColumns(estimator: Located): string[] {
  const booster = estimator.className === 'Booster' ? estimator : estimator.attr('_Booster')
  return readFeatureNames(readText(booster))
}

/** Whether the objective is a function, which LightGBM leaves out of the text of the model. */
function isOwnFunction(estimator: Located): boolean {
  const objective = estimator.anyAttr('_objective', 'objective')
  return objective.isOpaque || typeof objective.value !== 'string'
}

/** LightGBM has -1, or 0, where no early stopping chose one. */
function readBestIteration(booster: Located): number | undefined {
  const { value } = booster.attr('best_iteration')
  return typeof value === 'number' && value > 0 ? value : undefined
}

/** Objectives whose answers need not be exact to LightGBM. */
const STOPPING = /^(binary|multiclass|multiclassova|lambdarank|rank_xendcg)\b/

/** The iterations after which prediction may stop, when nothing else was said. */
const STOP_EVERY = 10

/**
 * Since 4.0 parameters of the constructor are those of the prediction too, and `pred_early_stop` makes it stop at the
 * first trees whose sum is clear enough.
 */
function assertNoEarlyStop(estimator: Located, { head, trees }: BoosterText): void {
  const options = estimator.attr('_other_params')
  const stop = options.key('pred_early_stop')
  if (stop.isNone || stop.value === false || head.text('version') !== 'v4') return
  const every = options.key('pred_early_stop_freq')
  const period = every.isAbsent ? STOP_EVERY : every.number()
  const iterations = trees.length / head.integer('num_tree_per_iteration', 1, trees.length)
  const canStop = head.has('objective') && STOPPING.test(head.text('objective')) && !head.has('average_output')
  if (!canStop || iterations <= period) return
  stop.fail(
    'no early stopping of predictions', 'With pred_early_stop=True LightGBM leaves out trees where others are clear ' +
    'enough: model.set_params(pred_early_stop=False) before saving the model has the whole answers.'
  )
}

function readText(booster: Located): BoosterText {
  const handle = booster.anyAttr('_handle', 'handle')
  if (handle.isNone) {
    handle.fail("the text of a fitted LightGBM model", 'Fit the model before saving it.')
  }
  return readBoosterText(Buffer.from(handle.text()))
}
