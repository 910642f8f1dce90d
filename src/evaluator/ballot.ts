/** AdaBoost over predictors that are no single trees: their votes, added up in order. */
import type { CompiledEstimator } from './compiled-estimator.js'
import { DumpError } from '../dump/dump-error.js'
import type { Ballot } from '../dump/dump.js'
import { log } from '../arithmetic/libm-log.js'
import { compileLink, firstMaximum, type LinkTable } from './link.js'
import { sumLikeNumpy } from '../arithmetic/numpy-sum.js'

/** Adds one member's votes to the sums. */
type Vote = (member: CompiledEstimator, own: Float64Array, index: number, sums: Float64Array) => void

/**
 * @param members compiled, in order
 * @throws DumpError when they do not give as many numbers each
 */
export function compileBallot(
  { votes, weights, link }: Ballot, members: readonly CompiledEstimator[], links: LinkTable
): CompiledEstimator {
  const [{ nValues: width }] = members
  const counted = votes === 'label' || votes === 'centred-label'
  if (members.some(member => member.nValues !== width) || (counted && weights?.length !== members.length)) {
    throw new DumpError('model.members', 'expected members that give as many numbers each, and a weight for each label')
  }
  const raw = new Float64Array(votes === 'value' ? members.length : width)
  const own = new Float64Array(width)
  const compiled = compileLink({ nOutputs: raw.length, link }, links)
  const { decide, scores = raw } = compiled
  const vote = VOTES[votes](weights ?? [])
  return {
    nValues: compiled.nValues,
    nRaw: scores.length,
    raw: scores,
    evaluate(columns, values) {
      raw.fill(0)
      members.forEach((member, m) => {
        member.evaluate(columns, own)
        vote(member, own, m, raw)
      })
      compiled.apply(raw, values)
    },
    decide: decide === undefined ? undefined : values => decide(raw, values)
  }
}

const VOTES: Readonly<Record<Ballot['votes'], (weights: readonly number[]) => Vote>> = {
  label: weights => (member, own, m, sums) => {
    sums[member.decide?.(own) ?? firstMaximum(own)] += weights[m]
  },
  'centred-label': weights => (member, own, m, sums) => {
    const best = member.decide?.(own) ?? firstMaximum(own)
    const others = -1 / (own.length - 1) * weights[m]
    for (let c = 0; c < sums.length; c++) sums[c] += c === best ? weights[m] : others
  },
  logarithm: () => (_, own, __, sums) => {
    const n = own.length
    for (let c = 0; c < n; c++) own[c] = log(Math.max(own[c], 2 ** -52))
    const sum = sumLikeNumpy(own, 0, n)
    for (let c = 0; c < n; c++) sums[c] += (n - 1) * (own[c] - 1 / n * sum)
  },
  value: () => (_, own, m, sums) => {
    sums[m] = own[0]
  }
}
