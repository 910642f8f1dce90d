import { Global } from '../pickle/values.js'
import type { ConvertEstimator, ConvertedEstimator } from '../common/estimator.js'
import type { Located } from '../common/located.js'
import { hasDecisionFunction } from './decision-function.js'
import { hasProbabilities } from '../../../src/dump/probabilities.js'
import { givesFloat32 } from '../../../src/dump/precision.js'

/** `FixedThresholdClassifier`: the probabilities of its estimator, and a threshold of its own. */
export const convertFixedThreshold: ConvertEstimator = (estimator, columns, { unwrap }) => {
  // One that was fitted before is used as it is.
  const member = unwrap(estimator.anyAttr('estimator_', 'estimator'), columns)
  const score = scoreOf(estimator, member)
  const threshold = estimator.attr('threshold')
  const automatic = score === 'probability' ? 0.5 : 0
  return decideFrom(member, {
    score,
    positive: positiveClass(member, estimator.attr('pos_label')),
    threshold: threshold.value === 'auto' ? automatic : threshold.number()
  }, estimator)
}

/** `TunedThresholdClassifierCV`: the same with the threshold that its search found. */
export const convertTunedThreshold: ConvertEstimator = (estimator, columns, { unwrap }) => {
  const member = unwrap(estimator.attr('estimator_'), columns)
  return decideFrom(member, {
    score: scoreOf(estimator, member),
    positive: positiveClass(member, scorerLabel(estimator.attr('_curve_scorer'))),
    threshold: estimator.attr('best_threshold_').number()
  }, estimator)
}

interface Decision {
  readonly score: 'raw' | 'probability'
  readonly positive: 0 | 1
  readonly threshold: number
}

/**
 * A classifier of two classes with a threshold for its decision. numpy compares float32 probabilities with the
 * threshold in float32.
 * @param at what is to blame where the classifier has no two probabilities
 */
export function decideFrom(
  member: ConvertedEstimator, { threshold, ...decision }: Decision, at: Located
): ConvertedEstimator {
  const [{ classes }] = member.outputs
  const isScored = decision.score === 'raw' || hasProbabilities(member.model)
  if (member.task !== 'classifier' || member.outputs.length !== 1 || classes?.length !== 2 || !isScored) {
    at.fail('a threshold of a classifier that has probabilities of two classes')
  }
  const rounded = givesFloat32(member.model) ? Math.fround(threshold) : threshold
  return { ...member, model: { kind: 'thresholded', member: member.model, ...decision, threshold: rounded } }
}

function scoreOf(estimator: Located, { model }: ConvertedEstimator): Decision['score'] {
  const method = estimator.attr('response_method')
  if (method.value === 'predict_proba' || hasProbabilities(model) && (method.isAbsent || method.value === 'auto')) {
    return 'probability'
  }
  if (hasDecisionFunction(estimator.anyAttr('estimator_', 'estimator'))) return 'raw'
  return method.fail('"predict_proba" or "auto"', 'Fit it with response_method="predict_proba".')
}

/** Index of the class whose score is compared: the second one, unless it is named. */
function positiveClass({ outputs: [{ classes = [] }] }: ConvertedEstimator, label: Located): 0 | 1 {
  if (label.isNone) return 1
  const index = classes.findIndex(known => known === label.value || (typeof known !== 'string' && Number(known) === Number(label.value)))
  return index === 0 || index === 1 ? index : label.fail(`one of the two classes, ${classes.join(' and ')}`)
}

/** Scores whose functions take 1 for the positive class where nothing else is said; the others have none. */
const ONE_IS_POSITIVE = /^(f1|fbeta|precision|recall|jaccard|average_precision)_score$/
const NO_POSITIVE = /^(accuracy|balanced_accuracy|cohen_kappa|roc_auc)_score$|^(matthews_corrcoef|log_loss|brier_score_loss)$/

/** What the scorer of the search takes for the positive class; absent where it takes none. */
function scorerLabel(scorer: Located): Located {
  const label = scorer.attr('_kwargs').key('pos_label')
  if (!label.isAbsent) return label
  const score = scorer.attr('_score_func')
  const name = score.value instanceof Global ? score.value.name : ''
  if (ONE_IS_POSITIVE.test(name)) return score.instead(1)
  if (NO_POSITIVE.test(name)) return label
  return score.fail('a score that says which class is the positive one', 'Give its scorer a pos_label, and fit again.')
}
