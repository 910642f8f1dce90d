/** What of an estimator is a sum over trees, and so has exact Shapley values. */
import type { Estimator, ForestDump, Link } from '../dump/dump.js'
import { hasLinearLeaves } from '../evaluator/linear-leaves.js'
import { computeStart } from '../evaluator/start.js'
import { NotAdditiveError } from './not-additive-error.js'

/**
 * What contributions add up to: class probabilities; the raw score that a link makes the answer of, such as log-odds;
 * the value itself; or the mean depth at which an isolation forest's trees end. Compared with a reference row it may
 * also be a decision function, whether a class wins a vote (1 or 0), or an outlier detector's score.
 */
export type Space = 'probability' | 'raw score' | 'value' | 'mean path length' | 'decision' | 'vote' | 'score'

/** A forest whose sums, times a factor, are a part of what is explained. */
export interface Term {
  readonly forest: ForestDump
  readonly factor: number
  /** The explained number that is the forest's first. */
  readonly first: number
}

export interface Additive {
  readonly space: Space
  readonly terms: readonly Term[]
  /** [nNumbers] What is added to the forests' sums. */
  readonly start: readonly number[]
  /** Numbers of each estimator for an output of its own: several outputs of one forest are not told apart. */
  readonly widths: readonly number[]
  /** What is explained instead of the answer, where that itself is not a sum; undefined when it is. */
  readonly instead: string | undefined
}

/** @throws NotAdditiveError with the reason for which there is no exact explanation */
export function findAdditive(estimator: Estimator, isClassifier: boolean): Additive {
  const findMember = (member: Estimator) => findAdditive(member, isClassifier)
  switch (estimator.kind) {
    case 'forest': return additiveForest(estimator, isClassifier)
    case 'constant': return {
      space: isClassifier ? 'probability' : 'value', terms: [], start: estimator.values,
      widths: [estimator.values.length], instead: undefined
    }
    case 'average': return additiveAverage(estimator.members.map(findMember), estimator.weights)
    case 'multi-output': return joinOutputs(estimator.members.map(findMember))
    case 'boosted': {
      const { init, forest, start } = estimator
      if (init.kind !== 'constant') {
        throw new NotAdditiveError('its trees start at what another predictor answers, which is not a sum over trees')
      }
      const boosted = additiveForest(forest, isClassifier)
      return { ...boosted, start: [...computeStart(start, Float64Array.from(init.values))] }
    }
    case 'calibrated': return { ...findMember(estimator.member), instead: 'the score before its calibration' }
    case 'thresholded':
      return { ...findMember(estimator.member), instead: 'the score that its threshold is compared with' }
    case 'transformed':
      return { ...findMember(estimator.member), instead: 'the value before the inverse of its transformer' }
    case 'linear':
      throw new NotAdditiveError('a linear model is explained by comparison with its training data, which its file lacks')
    default: throw new NotAdditiveError(`what a model of the kind "${estimator.kind}" answers is not a sum over trees`)
  }
}

/** Links of raw values that are votes of trees, and no sums. */
const NO_SUMS: ReadonlySet<Link['kind']> = new Set(['weighted-median', 'first-mode', 'quantiles'])

/** Half of the largest float64. */
const MOST_WEIGHT = Number.MAX_VALUE / 2

function additiveForest(forest: ForestDump, isClassifier: boolean): Additive {
  const { link, nOutputs, base, aggregate, divisor, trees, scale } = forest
  if (hasLinearLeaves(forest)) {
    throw new NotAdditiveError('its leaves hold linear models, not numbers')
  }
  if (link !== undefined && NO_SUMS.has(link.kind)) {
    const what = link.kind === 'first-mode' ? 'mode' : link.kind === 'quantiles' ? 'quantiles' : 'median'
    throw new NotAdditiveError(`${forest.estimator} takes the ${what} of its trees, which is not a sum over them`)
  }
  if (trees.some(tree => tree.weightedNNodeSamples === undefined)) {
    throw new NotAdditiveError('its file does not say how many training rows reached each node')
  }
  // Those of siblings are added, and an infinite sum would share out nothing.
  if (trees.some(tree => tree.weightedNNodeSamples?.some(weight => weight > MOST_WEIGHT))) {
    throw new NotAdditiveError(`the training rows of a node weigh more than ${MOST_WEIGHT}`)
  }
  const isolation = link?.kind === 'isolation'
  const mean = aggregate === 'mean' ? 1 / (divisor ?? trees.length) : 1
  // What scikit-learn's decision functions are made of.
  const divided = isolation ? mean / trees.length : link?.kind === 'adaboost' ? mean / link.totalWeight : mean
  const factor = divided * (scale?.factor ?? 1)
  const plain: Space = isClassifier ? 'probability' : 'value'
  return {
    space: isolation ? 'mean path length' : link === undefined ? plain : 'raw score',
    terms: [{ forest, factor, first: 0 }],
    start: Array.from({ length: nOutputs }, (_, o) => (base?.[o] ?? 0) * factor + (scale?.offset[o] ?? 0)),
    widths: [nOutputs],
    instead: undefined
  }
}

/** Members' sums, each times its share of the weights. */
function additiveAverage(members: readonly Additive[], weights: readonly number[] = members.map(() => 1)): Additive {
  const [{ space, start }] = members
  if (members.some(member => member.space !== space || member.start.length !== start.length)) {
    throw new NotAdditiveError('its members answer in different spaces: one with probabilities, another with raw scores')
  }
  if (space === 'raw score') {
    throw new NotAdditiveError('it averages what its members make of their raw scores, which is not a sum over trees')
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const shares = weights.map(weight => weight / total)
  return {
    space,
    terms: members.flatMap(({ terms }, m) => terms.map(term => ({ ...term, factor: term.factor * shares[m] }))),
    start: start.map((_, o) => members.reduce((sum, member, m) => sum + member.start[o] * shares[m], 0)),
    widths: members[0].widths,
    instead: members.find(member => member.instead !== undefined)?.instead
  }
}

function joinOutputs(members: readonly Additive[]): Additive {
  const [{ space }] = members
  if (members.some(member => member.space !== space)) {
    throw new NotAdditiveError('its outputs are explained in different spaces')
  }
  const terms: Term[] = []
  const start: number[] = []
  for (const member of members) {
    for (const term of member.terms) terms.push({ ...term, first: term.first + start.length })
    start.push(...member.start)
  }
  return {
    space, terms, start,
    widths: members.flatMap(({ widths }) => widths),
    instead: members.find(member => member.instead !== undefined)?.instead
  }
}
