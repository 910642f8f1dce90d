/** What XGBoost's objectives make of margins: the only part of them that a fitted model needs. */
import type { Link } from '../../../src/dump/dump.js'
import { logf } from '../../../src/arithmetic/libm32.js'
import type { JsonPlace } from '../common/json-place.js'

export interface Objective {
  readonly name: string
  /** What the numbers are: one for each class of one output, the second of two classes, or values of their own. */
  readonly kind: 'classes' | 'binary' | 'values'
  readonly link: Link | undefined
  /** From the file's base_score, which is in the space of the answers, to where the sums start. Float32. */
  readonly toMargin: (score: number) => number
}

/** Major and minor version of XGBoost. */
export type Version = readonly [major: number, minor: number]

type Entry = Pick<Objective, 'kind'> & {
  readonly toMargin: (score: number, version: Version) => number
  readonly link: (version: Version) => Link | undefined
}

const { fround } = Math

export function isSince([major, minor]: Version, sinceMajor: number, sinceMinor: number): boolean {
  return major > sinceMajor || (major === sinceMajor && minor >= sinceMinor)
}

const same = (score: number) => score

function logit(score: number, version: Version): number {
  // Since 3.2 models of a single class have a margin as well.
  const bounded = isSince(version, 3, 2) ? Math.min(Math.max(score, SMALLEST_SCORE), fround(1 - SMALLEST_SCORE)) : score
  return -logf(fround(fround(1 / bounded) - 1))
}

const SMALLEST_SCORE = fround(1e-6)

function sigmoid(version: Version): Link & { kind: 'float32' } {
  return { kind: 'float32', function: isSince(version, 1, 6) ? 'sigmoid' : 'sigmoid-unbounded' }
}

const RAW: Entry = { kind: 'values', toMargin: same, link: () => undefined }
const EXPONENTIAL: Entry = { kind: 'values', toMargin: logf, link: () => ({ kind: 'float32', function: 'exp' }) }

const OBJECTIVES: Readonly<Record<string, Entry>> = {
  'binary:hinge': { kind: 'binary', toMargin: same, link: () => ({ kind: 'float32', function: 'step', binary: true }) },
  'binary:logistic': { kind: 'binary', toMargin: logit, link: version => ({ ...sigmoid(version), binary: true }) },
  'binary:logitraw': RAW,
  'count:poisson': EXPONENTIAL,
  'multi:softmax': {
    kind: 'classes', toMargin: same, link: () => ({ kind: 'float32', function: 'softmax', decide: 'raw' })
  },
  'multi:softprob': { kind: 'classes', toMargin: same, link: () => ({ kind: 'float32', function: 'softmax' }) },
  'rank:map': RAW,
  'rank:ndcg': RAW,
  'rank:pairwise': RAW,
  'reg:absoluteerror': RAW,
  'reg:gamma': EXPONENTIAL,
  'reg:linear': RAW,
  'reg:logistic': { kind: 'values', toMargin: logit, link: sigmoid },
  'reg:pseudohubererror': RAW,
  'reg:quantileerror': {
    ...RAW,
    // Quantiles that cross are put in order.
    link: version => isSince(version, 3, 4) ? { kind: 'float32', function: 'ascending' } : undefined
  },
  'reg:squarederror': RAW,
  'reg:squaredlogerror': RAW,
  'reg:tweedie': EXPONENTIAL,
  'survival:aft': {
    kind: 'values',
    toMargin: logf,
    link: version => ({ kind: 'float32', function: isSince(version, 3, 2) ? 'exp-rounded' : 'exp' })
  },
  'survival:cox': EXPONENTIAL
}

/**
 * @param place `learner.objective`
 * @throws ConvertError for an objective that is not known
 */
export function readObjective(place: JsonPlace, version: Version): Objective {
  const name = place.key('name').value
  if (typeof name !== 'string' || !Object.hasOwn(OBJECTIVES, name)) {
    return place.key('name').fail(`an objective of XGBoost (${Object.keys(OBJECTIVES).join(', ')})`)
  }
  const { kind, link, toMargin } = OBJECTIVES[name]
  const isEarlyRaw = name === 'binary:logitraw' && !isSince(version, 1, 3)
  return { name, kind, link: link(version), toMargin: score => (isEarlyRaw ? logit : toMargin)(score, version) }
}
