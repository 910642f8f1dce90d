/** One table of what each kind of estimator does. */
import type { Boosted, Columns, Vote } from '../dump/dump.js'
import { DumpError } from '../dump/dump-error.js'
import { compileBallot } from './ballot.js'
import { compileCalibrated } from './calibrated.js'
import { COMMON_ESTIMATORS, compileForestNode, sameWidth } from './common-estimators.js'
import type { EstimatorContext, EstimatorTable } from './compile-estimator.js'
import type { CompiledEstimator } from './compiled-estimator.js'
import { compileMultiOutput, compileThresholded } from './decisions.js'
import { compileLinear } from './linear.js'
import { firstMaximum } from './link.js'
import { compileOneVsOne, compileOneVsRest, compileOutputCode } from './multiclass.js'
import { selectColumns } from './select-columns.js'
import { computeStart } from './start.js'
import { compileTransformed } from './target.js'

export const ESTIMATORS: Required<EstimatorTable> = {
  ...COMMON_ESTIMATORS,
  ballot: (estimator, { member, links }) => compileBallot(estimator, estimator.members.map(member), links),
  boosted: compileBoosted,
  calibrated: (estimator, { member }) => compileCalibrated(estimator, member(estimator.member)),
  columns: (estimator, { columns }) => compileColumns(estimator, columns),
  constant: ({ values }) => compileConstant(values),
  linear: compileLinear,
  'multi-output': (estimator, { member }) => compileMultiOutput(estimator.members.map(member)),
  'one-vs-one': (estimator, { member }) => compileOneVsOne(estimator, estimator.members.map(member)),
  'one-vs-rest': (estimator, { member }) => compileOneVsRest(estimator, estimator.members.map(member)),
  'output-code': (estimator, { member }) => compileOutputCode(estimator, estimator.members.map(member)),
  thresholded: (estimator, { member }) => compileThresholded(estimator, member(estimator.member)),
  transformed: (estimator, { member }) => compileTransformed(estimator, member(estimator.member)),
  vote: (estimator, { member }) => compileVote(estimator, estimator.members.map(member))
}

function compileColumns({ features, label }: Columns, columns: readonly string[]): CompiledEstimator {
  const select = selectColumns(features, columns)
  const place = label === undefined ? -1 : columns.indexOf(label)
  let index = 0
  return {
    nValues: features.length,
    nRaw: 0,
    raw: new Float64Array(0),
    evaluate(all, values) {
      const row = select(all)
      for (let i = 0; i < features.length; i++) values[i] = row[i]
      index = all[place]
    },
    // What is no index, which no converter writes, decides nothing.
    decide: label === undefined ? undefined : values => index in values ? index : firstMaximum(values)
  }
}

/** Of two classes the second one's probability is the score. */
function compileConstant(numbers: readonly number[]): CompiledEstimator {
  const raw = Float64Array.from(numbers.length === 2 ? [numbers[1]] : [])
  return {
    nValues: numbers.length,
    nRaw: raw.length,
    raw,
    evaluate: (_, values) => values.set(numbers),
    decide: undefined
  }
}

/** A forest whose sums start at what `init` answers. */
function compileBoosted({ forest, start, init: first }: Boosted, context: EstimatorContext): CompiledEstimator {
  const init = context.member(first)
  const own = new Float64Array(init.nValues)
  if (computeStart(start, own).length !== forest.nOutputs) {
    throw new DumpError('model.init', `its ${init.nValues} numbers do not fit the ${forest.nOutputs} sums of the forest`)
  }
  const started = { ...forest, base: forest.base ?? new Array<number>(forest.nOutputs).fill(0) }
  return compileForestNode(started, context, all => {
    init.evaluate(all, own)
    return computeStart(start, own)
  })
}

/** The values are the classes' votes. */
function compileVote({ weights }: Vote, members: readonly CompiledEstimator[]): CompiledEstimator {
  const nValues = sameWidth(members)
  const own = new Float64Array(nValues)
  return {
    nValues,
    nRaw: 0,
    raw: new Float64Array(0),
    evaluate(columns, values) {
      values.fill(0)
      members.forEach((member, m) => {
        member.evaluate(columns, own)
        values[member.decide?.(own) ?? firstMaximum(own)] += weights?.[m] ?? 1
      })
    },
    decide: undefined
  }
}
