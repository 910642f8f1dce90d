/**
 * Dicts of a predictor with what belongs to it, as people save them: {'model': ..., 'label_encoder': ...,
 * 'features': ...}. The rule: one predictor, under any key; at most one LabelEncoder, under a key of TARGET_KEY, which
 * is the target's; the names of the columns under a key of FEATURES_KEY. Numbers, texts and what is made of them is
 * left alone. Anything else that is fitted is refused, since the file does not say what it is for.
 */
import type { Output } from '../../../src/forest/dump.js'
import { ConvertError } from '../pickle/errors.js'
import { NdArray } from '../pickle/numpy.js'
import { Dict, Instance, PySet, Tuple, type Value } from '../pickle/values.js'
import { readLabels } from '../sklearn/estimator.js'
import type { Located } from '../sklearn/located.js'
import { isEstimator } from '../sklearn/registry.js'

const TARGET_KEY =
  /^((target|label|class|y|output)_?)?(le|enc|encoder|label_?enc(oder)?)(_?(target|labels?|class(es)?|y|output))?$/i

const FEATURES_KEY = new RegExp(
  '^((features?|columns?|cols)(_?(names?|list|columns?|cols|order))?|' +
  '(feature|input|x|train(ing)?)_?(features|columns|cols|names))$', 'i'
)

/** The parts of a file that holds a predictor. */
export interface Bundle {
  readonly model: Located
  /** The LabelEncoder of the target. */
  readonly encoder?: Located
  /** A list of names of columns. */
  readonly features?: Located
}

/** Whether a file is a dict with predictors in it. */
export function isBundle(root: Located): boolean {
  return entriesOf(root).some(entry => !entry.isOpaque && isEstimator(entry))
}

/**
 * @param root a predictor, or a dict with one
 * @throws ConvertError for a dict that can be understood in more than one way
 */
export function readBundle(root: Located): Bundle {
  if (isEstimator(root)) return { model: root }
  const entries = entriesOf(root)
  const models = entries.filter(entry => !entry.isOpaque && isEstimator(entry))
  if (models.length !== 1) {
    throw new ConvertError(`The dict holds ${models.length} predictors: ${list(models)}.`, {
      hint: 'Save the one to serve in a file of its own.'
    })
  }
  const encoders = entries.filter(entry => entry.className === 'LabelEncoder')
  const target = encoders.filter(entry => TARGET_KEY.test(entry.path))
  const fitted = entries.filter(entry => entry !== models[0] && !target.includes(entry) && holdsInstance(entry.value))
  if (fitted.length > 0 || target.length > 1) {
    const unclear = target.length > 1 ? target : fitted
    const verb = unclear.length > 1 ? 'are' : 'is'
    throw new ConvertError(`The dict does not say what ${list(unclear)} ${verb} for, beside ${list(models)}.`, {
      hint: 'A Pipeline holds what happens to the columns before the predictor: save one. The key of a LabelEncoder of ' +
        'the target is "label_encoder".'
    })
  }
  const features = entries.filter(entry => FEATURES_KEY.test(entry.path) && isSequence(entry.value))
  if (features.length > 1) {
    throw new ConvertError(`The dict names the columns more than once: ${features.map(quote).join(', ')}.`, {
      hint: 'Keep the names that the model was fitted with.'
    })
  }
  return {
    model: models[0],
    ...(target.length === 1 && { encoder: target[0] }),
    ...(features.length === 1 && { features: features[0] })
  }
}

/** The encoder's labels for a classifier's codes. */
export function decodeLabels(outputs: readonly Output[], encoder: Located): Output[] {
  const labels = readLabels(encoder)
  const { classes } = outputs.length === 1 ? outputs[0] : {}
  if (classes?.every(code => typeof code === 'number' && labels[code] !== undefined) !== true) {
    return encoder.fail(
      `the encoder of the classes ${classes?.join(', ') ?? 'of one output'}`,
      'If it is that of a column, put an OrdinalEncoder into a Pipeline with the predictor.'
    )
  }
  return [{ ...outputs[0], classes: classes.map(code => labels[Number(code)]) }]
}

function entriesOf(root: Located): Located[] {
  return root.value instanceof Dict ? root.keys().map(key => root.key(key)) : []
}

function isSequence(value: Value | undefined): boolean {
  return Array.isArray(value) || value instanceof Tuple || value instanceof NdArray
}

/** Whether an instance of any class is in a value, however deep: cycles are seen once. */
function holdsInstance(root: Value | undefined): boolean {
  const seen = new Set<Value | undefined>()
  const pending = [root]
  while (pending.length > 0) {
    const value = pending.pop()
    if (value instanceof Instance) return true
    if (typeof value !== 'object' || value === null || seen.has(value)) continue
    seen.add(value)
    if (value instanceof Dict) pending.push(...value.entries.values())
    else if (Array.isArray(value)) for (const item of value) pending.push(item)
    else if (value instanceof Tuple || value instanceof PySet) pending.push(...value.items)
    else if (value instanceof NdArray && !(value.data instanceof Uint8Array)) {
      for (const item of value.data) pending.push(item)
    }
  }
  return false
}

function list(entries: readonly Located[]): string {
  return entries.map(entry => `${quote(entry)} (${entry.className ?? 'a collection'})`).join(', ')
}

function quote({ path }: Located): string {
  return JSON.stringify(path)
}
