/** Quantiles of what the trees of a forest answer, or of the training values in their leaves (quantile-forest). */
import { DumpError } from '../dump/dump-error.js'
import { sumLikeNumpy } from '../arithmetic/numpy-sum.js'
import type { CompiledLink, LinkOf } from './link.js'

/** @throws DumpError when there are not as many training values as sums, or they do not ascend */
export function compileQuantiles({ quantiles, training }: LinkOf<'quantiles'>, nOutputs: number): CompiledLink {
  const isFit = training?.length === nOutputs && training.every((value, i) => i === 0 || value >= training[i - 1])
  if (training !== undefined && !isFit) {
    throw new DumpError('model.link.training', `expected ${nOutputs} ascending numbers, one per output`)
  }
  return {
    nValues: quantiles?.length ?? 1,
    apply: training === undefined ? quantilesOfTrees(quantiles, nOutputs) : quantilesOfTraining(quantiles, training),
    decide: undefined
  }
}

type Apply = CompiledLink['apply']

/** `numpy.quantile` and `numpy.mean`. */
function quantilesOfTrees(quantiles: readonly number[] | undefined, nTrees: number): Apply {
  if (quantiles === undefined) {
    return (raw, values) => {
      values[0] = sumLikeNumpy(raw, 0, raw.length) / raw.length
    }
  }
  const sorted = new Float64Array(nTrees)
  const last = nTrees - 1
  return (raw, values) => {
    sorted.set(raw)
    sorted.sort()
    quantiles.forEach((quantile, k) => {
      const place = last * quantile
      // Beyond the end numpy counts from -1.
      const before = place >= last ? -1 : Math.floor(place)
      const [from, to] = before < 0 ? [sorted[last], sorted[last]] : [sorted[before], sorted[before + 1]]
      const share = place - before
      values[k] = share >= 0.5 ? to - (to - from) * (1 - share) : from + (to - from) * share
    })
  }
}

/** quantile-forest's `calc_weighted_quantile` and `calc_weighted_mean`; raw are the weights of the training values. */
function quantilesOfTraining(quantiles: readonly number[] | undefined, training: readonly number[]): Apply {
  if (quantiles === undefined) {
    return (weights, values) => {
      let sum = 0
      let total = 0
      training.forEach((value, i) => {
        sum += value * weights[i]
        total += weights[i]
      })
      values[0] = sum / total
    }
  }
  // From the least to the greatest, so that each is looked for from where the one before was found.
  const order = [...quantiles.keys()].sort((a, b) => quantiles[a] - quantiles[b])
  const cumulated = new Float64Array(training.length)
  return (weights, values) => {
    let total = 0
    for (let i = 0; i < cumulated.length; i++) cumulated[i] = total += weights[i]
    let floor = 0
    for (const k of order) {
      floor = findFloor(quantiles[k], floor, weights, cumulated)
      values[k] = interpolate(quantiles[k], floor, weights, cumulated, training)
    }
  }
}

/** The last place with a weight whose share of all weights the quantile reaches; `start` when there is none. */
function findFloor(quantile: number, start: number, weights: Float64Array, cumulated: Float64Array): number {
  const total = cumulated[cumulated.length - 1]
  const reached = quantile * (total - 1) + 1
  let floor = start
  for (let i = start; i < cumulated.length && reached >= cumulated[i]; i++) if (weights[i] > 0) floor = i
  return floor
}

/** Between the values at `floor` and at the next place with a weight, in the library's order of operations. */
function interpolate(
  quantile: number, floor: number, weights: Float64Array, cumulated: Float64Array, training: readonly number[]
): number {
  const nSteps = cumulated[cumulated.length - 1] - 1
  let ceil = floor + 1
  while (ceil < training.length && weights[ceil] === 0) ceil++
  if (ceil >= training.length || training[ceil] === training[floor]) return training[floor]
  const shareOf = (place: number) => (cumulated[place] - 1) / nSteps
  const low = Math.min(quantile, shareOf(floor))
  // Where the first of several equal values would stand.
  const high = low + (Math.max(quantile, shareOf(ceil)) - low) / weights[ceil]
  const share = (quantile - low) / (high - low)
  if (quantile >= high || share >= 1) return training[ceil]
  return share <= 0 ? training[floor] : training[floor] + share * (training[ceil] - training[floor])
}
