/** Estimators that most models consist of. The others are in estimators.ts. */
import { sumLikeNumpy } from '../arithmetic/numpy-sum.js'
import { DumpError } from '../dump/dump-error.js'
import type { Average, ForestDump } from '../dump/dump.js'
import type { EstimatorContext, EstimatorTable } from './compile-estimator.js'
import type { CompiledEstimator } from './compiled-estimator.js'
import { compileLink } from './link.js'
import { selectColumns } from './select-columns.js'

export const COMMON_ESTIMATORS = {
  average: (estimator, { member }) => compileAverage(estimator, estimator.members.map(member)),
  forest: (forest, context) => compileForestNode(forest, context)
} satisfies EstimatorTable

/** @param baseOf where the sums start for a row's columns, if that is not the forest's own base */
export function compileForestNode(
  forest: ForestDump, { columns, links, forest: compile }: EstimatorContext,
  baseOf?: (all: Float64Array) => Float64Array
): CompiledEstimator {
  const link = compileLink(forest, links)
  const evaluate = compile(forest, baseOf !== undefined)
  const raw = new Float64Array(forest.nOutputs)
  const { decide, scores = raw } = link
  const select = selectColumns(forest.features, columns)
  return {
    nValues: link.nValues,
    // Without a link the values are the sums, and there is nothing else to calibrate.
    nRaw: forest.link === undefined ? 0 : scores.length,
    raw: scores,
    evaluate: forest.link === undefined
      ? (all, values) => evaluate(select(all), values, baseOf?.(all))
      : (all, values) => {
        evaluate(select(all), raw, baseOf?.(all))
        link.apply(raw, values)
      },
    decide: decide === undefined ? undefined : values => decide(raw, values)
  }
}

/**
 * Members' values added in order, then divided once: by their number, or weighted by the sum of the weights. The mean
 * of decision functions, which a bag of classifiers that have them has as well, is computed in the same way.
 */
function compileAverage({ weights, accumulate }: Average, members: readonly CompiledEstimator[]): CompiledEstimator {
  const nValues = sameWidth(members)
  const [{ nRaw: width }] = members
  const nRaw = weights === undefined && members.every(member => member.nRaw === width) ? width : 0
  const own = new Float64Array(nValues)
  const raw = new Float64Array(nRaw)
  const round = accumulate === 'float32' ? Math.fround : (value: number) => value
  const divisor = weights === undefined ? members.length : sumLikeNumpy(Float64Array.from(weights), 0, weights.length)
  return {
    nValues,
    nRaw,
    raw,
    evaluate(columns, values) {
      values.fill(0)
      raw.fill(0)
      members.forEach((member, m) => {
        member.evaluate(columns, own)
        for (let i = 0; i < nValues; i++) {
          values[i] = round(values[i] + (weights === undefined ? own[i] : round(own[i] * weights[m])))
        }
        for (let i = 0; i < nRaw; i++) raw[i] += member.raw[i]
      })
      for (let i = 0; i < nValues; i++) values[i] = round(values[i] / divisor)
      for (let i = 0; i < nRaw; i++) raw[i] /= divisor
    },
    decide: undefined
  }
}

/** @throws DumpError when members do not give as many numbers each */
export function sameWidth(members: readonly CompiledEstimator[]): number {
  const [{ nValues }] = members
  if (members.some(member => member.nValues !== nValues)) {
    throw new DumpError('model.members', `expected members that give as many numbers each, received ${
      members.map(member => member.nValues).join(', ')}`)
  }
  return nValues
}
