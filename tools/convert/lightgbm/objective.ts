/**
 * What an objective makes of the raw scores: `ConvertOutput` of the classes in
 * https://github.com/microsoft/LightGBM/tree/master/src/objective
 */
import type { Dump, Link, Output } from '../../../src/dump/dump.js'
import type { Section } from './section.js'

/** More is not a model that a service could answer with. */
const MAX_CLASSES = 10_000

export interface Objective {
  /** As the file has it, such as "binary sigmoid:1"; "none" where it has none. */
  readonly name: string
  readonly task: Dump['task']
  readonly outputs: readonly Output[]
  /** Trees of an iteration, and numbers that they add up to. */
  readonly nOutputs: number
  readonly link: Link | undefined
}

/** Objectives of one number, by what becomes of it. */
const REGRESSION: Readonly<Record<string, 'identity' | 'exp' | 'expit' | 'softplus'>> = {
  regression: 'identity',
  regression_l2: 'identity',
  regression_l1: 'identity',
  huber: 'identity',
  fair: 'identity',
  quantile: 'identity',
  mape: 'identity',
  lambdarank: 'identity',
  rank_xendcg: 'identity',
  poisson: 'exp',
  gamma: 'exp',
  tweedie: 'exp',
  cross_entropy: 'expit',
  xentropy: 'expit',
  cross_entropy_lambda: 'softplus',
  xentlambda: 'softplus'
}

const NAMES = ['binary', 'multiclass', 'multiclassova', ...Object.keys(REGRESSION)]

/**
 * @param head says the objective, the number of classes, and of trees an iteration
 * @throws ConvertError when they are unknown or contradict each other
 */
export function readObjective(head: Section): Objective {
  const nOutputs = readOutputCount(head)
  // One of the user's own is not saved, and LightGBM then answers with the raw scores.
  if (!head.has('objective')) return { name: 'none', ...numbers(nOutputs), link: undefined }
  const text = head.text('objective')
  const [name, ...options] = text.split(' ').filter(word => word !== '')
  const read = (key: string) => takeOption(options, key)
  const objective = { name: text, ...describe(head, name, nOutputs, read) }
  if (options.length > 0) head.fail('objective', `options of ${name} that are known`, JSON.stringify(options.join(' ').slice(0, 60)))
  return objective
}

function readOutputCount(head: Section): number {
  const nClasses = head.integer('num_class', 1, MAX_CLASSES)
  if (!head.has('num_tree_per_iteration')) return nClasses
  return head.integer('num_tree_per_iteration', 1, MAX_CLASSES)
}

function numbers(nOutputs: number): Pick<Objective, 'task' | 'outputs' | 'nOutputs'> {
  return { task: 'regressor', outputs: Array.from({ length: nOutputs }, () => ({})), nOutputs }
}

/** LightGBM's file knows classes by their codes alone. */
function classes(count: number): Pick<Objective, 'task' | 'outputs'> {
  return { task: 'classifier', outputs: [{ classes: Array.from({ length: count }, (_, i) => i) }] }
}

function describe(
  head: Section, name: string | undefined, nOutputs: number, read: (key: string) => string | undefined
): Omit<Objective, 'name'> {
  const sigmoid = () => {
    const text = read('sigmoid')
    const factor = text === undefined ? NaN : parseLikeLightgbm(text)
    return factor > 0 && Number.isFinite(factor) ? factor : head.fail('objective', `${name} with sigmoid:NUMBER above 0`)
  }
  if (name === 'binary') {
    expectOutputs(head, name, nOutputs, 1)
    // LGBMClassifier predicts the first maximum of [1 - p, p].
    return { ...classes(2), nOutputs, link: { kind: 'expit', factor: sigmoid(), positive: 'argmax' } }
  }
  if (name === 'multiclass' || name === 'multiclassova') {
    const count = Number(read('num_class') ?? NaN)
    if (count !== nOutputs || nOutputs < 2) head.fail('objective', `${name} with num_class:${Math.max(nOutputs, 2)}, as many as trees an iteration`)
    const link: Link = name === 'multiclass'
      ? { kind: 'softmax', normalize: 'quotient', sum: 'sequential', decide: 'probability' }
      : { kind: 'expit-each', factor: sigmoid() }
    return { ...classes(nOutputs), nOutputs, link }
  }
  const kind = name !== undefined && Object.hasOwn(REGRESSION, name) ? REGRESSION[name] : undefined
  if (kind === undefined) {
    return head.fail('objective', `one of ${NAMES.join(', ')}`, undefined, 'Of an objective that is not known nothing is guessed: ' +
      'it is left out of the file when a model is trained with a function of your own, and raw scores are then the answer.')
  }
  expectOutputs(head, String(name), nOutputs, 1)
  const isRoot = read('sqrt') !== undefined
  return { ...numbers(1), link: kind === 'identity' ? isRoot ? { kind: 'signed-square' } : undefined : LINKS[kind] }
}

const LINKS = {
  exp: { kind: 'exp' },
  expit: { kind: 'expit-each', factor: 1 },
  softplus: { kind: 'softplus' }
} as const satisfies Record<string, Link>

function expectOutputs(head: Section, name: string, found: number, expected: number): void {
  if (found !== expected) head.fail('num_tree_per_iteration', `${expected} for the objective ${name}`, String(found))
}

/** Takes `key:value` or `key` out of the options. @returns the value, '' for a key alone */
function takeOption(options: string[], key: string): string | undefined {
  const at = options.findIndex(option => option === key || option.startsWith(`${key}:`))
  return at < 0 ? undefined : options.splice(at, 1)[0].slice(key.length + 1)
}

/**
 * LightGBM's own reading of a decimal in the objective, which is not always the nearest float64: `Common::Atof` in
 * https://github.com/microsoft/LightGBM/blob/master/include/LightGBM/utils/common.h
 */
export function parseLikeLightgbm(text: string): number {
  const match = /^(\d{1,15})(?:\.(\d{1,15}))?(?:e([-+]?)(\d{1,3}))?$/.exec(text)
  if (match === null) return NaN
  const [, whole, fraction = '', sign = '', exponent = '0'] = match
  const value = Number(whole) + (fraction === '' ? 0 : Number(fraction) / 10 ** fraction.length)
  let scale = 1
  for (let left = Number(exponent); left > 0;) {
    const step = left >= 50 ? 50 : left >= 8 ? 8 : 1
    scale *= 10 ** step
    left -= step
  }
  return sign === '-' ? value / scale : value * scale
}
