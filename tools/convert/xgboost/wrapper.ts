/**
 * XGBoost's classes for scikit-learn, such as XGBClassifier, around a booster. What they answer is not always what
 * Booster.predict does: they stop at the best round of an early stopping, take a number of theirs for missing, have
 * labels, and compute some answers in another way.
 */
import type { Label } from '../../../src/dump/dump.js'
import { JsonPlace } from '../common/json-place.js'
import { toLabels } from '../common/estimator.js'
import type { Located } from '../common/located.js'
import { replaceNonFinite } from './non-finite.js'
import { isSince, type Objective, type Version } from './objective.js'

export interface Wrapper {
  readonly isClassifier: boolean
  /** The number that counts as missing, as NaN always does; undefined where there is none beside NaN. */
  readonly missing: number | undefined
  /** Of a classifier that kept them. */
  readonly labels: readonly Label[] | undefined
  /** Up to 1.5 and after an early stopping: how many trees of each output count. */
  readonly treeLimit: number | undefined
  /** Whether rows go to Booster.inplace_predict rather than to Booster.predict. */
  readonly inplace: boolean
}

/** The attributes of a pickled estimator. */
export function readPickledWrapper(estimator: Located): Wrapper {
  const missing = estimator.attr('missing')
  const labels = estimator.attr('classes_')
  return {
    isClassifier: estimator.className?.endsWith('Classifier') === true,
    missing: toMissing(missing.isNone ? NaN : missing.number()),
    labels: labels.isNone ? undefined : toLabels(labels),
    treeLimit: toLimit(estimator.attr('best_ntree_limit').value),
    inplace: isAutomatic(estimator.attr('predictor').value)
  }
}

/**
 * What the save_model of those classes writes beside the model: up to 1.7 all of their attributes, since 2.0 no more
 * than what kind of predictor it is.
 * @param attributes `learner.attributes`
 * @returns undefined for a file that Booster.save_model wrote
 */
export function readSavedWrapper(attributes: JsonPlace): Wrapper | undefined {
  const place = attributes.key('scikit_learn')
  if (place.isAbsent) return undefined
  const saved = parse(place)
  const missing = saved.key('missing')
  const labels = saved.key('classes_')
  return {
    // Up to 1.3 it is the name of the class.
    isClassifier: saved.key('_estimator_type').value === 'classifier' || String(saved.key('type').value).endsWith('Classifier'),
    missing: toMissing(missing.isAbsent || missing.value === null ? NaN : readNumber(missing)),
    labels: labels.isAbsent || labels.value === null ? undefined : labels.items().map(readLabel),
    treeLimit: toLimit(saved.key('best_ntree_limit').value),
    inplace: isAutomatic(saved.key('predictor').value)
  }
}

function parse(place: JsonPlace): JsonPlace {
  const { value } = place
  try {
    if (typeof value === 'string') return new JsonPlace(JSON.parse(replaceNonFinite(value)), () => place.path)
  } catch {
    // Told below.
  }
  return place.fail('JSON as text')
}

/** As JsonPlace's own, but for infinities. */
function readNumber(place: JsonPlace): number {
  return typeof place.value === 'number' ? place.value : place.number()
}

function readLabel(place: JsonPlace): Label {
  const { value } = place
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : place.fail('a label that is text, a number, true or false')
}

/** XGBoost compares float32s. No row has infinities. */
function toMissing(value: number): number | undefined {
  const missing = Math.fround(value)
  return Number.isFinite(missing) ? missing : undefined
}

function toLimit(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : undefined
}

/** Up to 1.7 a predictor could be chosen, and then had its rows as a DMatrix. */
function isAutomatic(predictor: unknown): boolean {
  return predictor === undefined || predictor === null || predictor === 'auto'
}

/**
 * What the wrapper makes of the margins.
 * @param place of the objective, for messages
 */
export function wrapObjective(
  objective: Objective, { isClassifier }: Wrapper, version: Version, place: JsonPlace
): Objective {
  const { name, kind, link } = objective
  if (name === 'multi:softmax') {
    if (!isClassifier || !isSince(version, 1, 7)) {
      place.key('name').fail('an objective whose answers are probabilities', 'Train with objective="multi:softprob".')
    }
    return { ...objective, link: { kind: 'float32', function: 'softmax-numpy', decide: 'raw' } }
  }
  if (isClassifier && kind === 'values') {
    // Whatever the number is, it counts as the probability of the second class.
    const answer = link?.kind === 'float32' ? link : { kind: 'float32' as const, function: 'identity' as const }
    return { ...objective, kind: 'binary', link: { ...answer, binary: true } }
  }
  if (isClassifier || kind === 'values') return objective
  if (link?.kind !== 'float32') return { ...objective, kind: 'values' }
  return { ...objective, kind: 'values', link: { kind: 'float32', function: link.function } }
}
