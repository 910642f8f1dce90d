/** What CatBoost makes of the sums: probabilities and labels, or values. */
import { nextUp } from '../../../src/arithmetic/ulps.js'
import { log } from '../../../src/arithmetic/libm-log.js'
import type { Estimator, ForestDump, Label, Link, Output } from '../../../src/dump/dump.js'
import { JsonPlace } from '../common/json-place.js'
import type { CatboostModel } from './model.js'

/** Of whose trees there is a class each, or one number for two classes, or a label each. */
const CLASSIFIERS = ['Logloss', 'CrossEntropy', 'Focal', 'MultiClass', 'MultiClassOneVsAll', 'MultiLogloss', 'MultiCrossEntropy']
const LABELS_EACH = ['MultiLogloss', 'MultiCrossEntropy']
const EXPONENTIAL = ['Poisson', 'Tweedie']

/** Which of CatBoost's classes answers: a file does not say, and its objective does. */
export type Role = 'classifier' | 'regressor' | undefined

export interface Objective {
  readonly name: string
  readonly outputs: Output[]
  readonly link: Link | undefined
  /** Where the trees make several outputs of two classes each. */
  readonly each: boolean
  /** The probability above which the second of two classes is predicted, where it is not one half. */
  readonly threshold: number | undefined
}

/** @throws ConvertError naming the note in the file that does not fit */
export function readObjective(model: CatboostModel, role: Role): Objective {
  const info = new JsonPlace(Object.fromEntries(model.info), () => 'model_info')
  const { value } = parsed(info.key('params')).key('loss_function').key('type')
  const name = typeof value === 'string' ? value : ''
  const labels = info.key('class_params').isAbsent ? info.key('multiclass_params') : info.key('class_params')
  const isClassifier = role === undefined ? CLASSIFIERS.includes(name) || !labels.isAbsent : role === 'classifier'
  const { dimension } = model
  const plain = { name: name || 'no objective', each: false, threshold: undefined }
  if (!isClassifier) {
    const link = dimension === 2 && name === 'RMSEWithUncertainty' ? { kind: 'mean-variance' as const }
      : EXPONENTIAL.includes(name) && dimension === 1 ? { kind: 'exp' as const, exp: 'fmath' as const } : undefined
    return { ...plain, link, outputs: Array.from({ length: dimension }, () => ({})) }
  }
  if (LABELS_EACH.includes(name)) {
    return { ...plain, each: true, outputs: readNames(parsed(labels), dimension), link: EXPIT }
  }
  // Before 0.24 the labels of two classes are among the parameters, all of them as text.
  const options = labels.isAbsent ? parsed(info.key('params')).key('data_processing_options') : parsed(labels)
  const outputs = [{ classes: readClasses(options, dimension) }]
  if (dimension === 1) return { ...plain, outputs, link: EXPIT, threshold: readThreshold(info) }
  return { ...plain, outputs, link: name === 'MultiClassOneVsAll' ? ONE_VS_ALL : SOFTMAX }
}

const EXPIT: Link = { kind: 'expit', factor: 1, positive: 'raw > 0' }
const ONE_VS_ALL: Link = { kind: 'expit-each', factor: 1, decide: 'raw' }
const SOFTMAX: Link = { kind: 'softmax', normalize: 'quotient', sum: 'sequential', decide: 'raw', exp: 'fmath' }

/** Notes that some versions keep as text. */
function parsed(place: JsonPlace): JsonPlace {
  const { value } = place
  if (typeof value !== 'string') return place
  try {
    return new JsonPlace(JSON.parse(value), () => place.path)
  } catch {
    return place.fail('JSON as text')
  }
}

/** The labels in the order of the sums; 0, 1, ... where the training was told no more than their number. */
function readClasses(place: JsonPlace, dimension: number): Label[] {
  const count = dimension === 1 ? 2 : dimension
  const total = place.key('classes_count')
  if (!total.isAbsent && total.value !== 0 && total.value !== count) {
    total.fail(`${count} classes, as many as the trees know`, 'Train without classes_count, on rows of all of the classes.')
  }
  const order = place.key('class_to_label')
  const isOrdered = order.isAbsent || order.items().every(({ value }, i) => value === i)
  if (!isOrdered) order.fail('the classes in order', 'Train without classes_count, on rows of all of the classes.')
  const names = place.key('class_names')
  if (names.isAbsent || names.items().length === 0) return Array.from({ length: count }, (_, label) => label)
  const labels = names.items().map(item => {
    const { value } = item
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : item.fail('a label')
  })
  return labels.length === count ? labels : names.fail(`${count} labels, as many as the trees know`)
}

/** Labels of which each is there or not: 0 or 1. */
function readNames(place: JsonPlace, dimension: number): Output[] {
  const names = place.key('class_names')
  const texts = names.isAbsent ? [] : names.items().map(({ value }) => value)
  return Array.from({ length: dimension }, (_, i) => {
    const name = texts[i]
    return { ...(typeof name === 'string' && texts.length === dimension && { name }), classes: [0, 1] }
  })
}

/** What set_probability_threshold leaves in the file. */
function readThreshold(info: JsonPlace): number | undefined {
  const place = info.key('binclass_probability_threshold')
  if (place.isAbsent) return undefined
  const threshold = Number(place.value)
  if (!(threshold > 0 && threshold < 1)) place.fail('a probability between 0 and 1')
  return threshold === 0.5 ? undefined : threshold
}

/** The forest behind the objective. */
export function finishModel(forest: ForestDump, { link, each, threshold }: Objective): Estimator {
  const linked = link === undefined ? forest : { ...forest, link }
  if (each) return { kind: 'multi-output', members: Array.from({ length: forest.nOutputs }, (_, output) => takeOutput(linked, output)) }
  if (threshold === undefined) return linked
  // The raw sum has to be above, and what is at the next number is.
  return { kind: 'thresholded', member: linked, score: 'raw', positive: 1, threshold: nextUp(-log(1 / threshold - 1)) }
}

/** The forest of one of the outputs. */
function takeOutput(forest: ForestDump, output: number): ForestDump {
  const { scale } = forest
  const of = (value: number | number[]): number => {
    if (typeof value === 'number') return value
    const at = value.findIndex((number, i) => i % 2 === 0 && number === output)
    return at < 0 ? 0 : value[at + 1]
  }
  return {
    ...forest,
    nOutputs: 1,
    ...(scale !== undefined && { scale: { factor: scale.factor, offset: [scale.offset[output]] } }),
    trees: forest.trees.map(tree => ({ ...tree, value: tree.value.map(of) }))
  }
}
