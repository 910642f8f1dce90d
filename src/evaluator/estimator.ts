/** Forests, linear models and what combines them, compiled into one evaluation of a row. */
import { compileSums, type CompileSums } from '../arithmetic/sums.js'
import { compileBallot } from './ballot.js'
import { compileCalibrated } from './calibrated.js'
import { compileForest, type CompiledForest } from './compile.js'
import type { CompiledEstimator } from './compiled-estimator.js'
import { DumpError } from '../dump/dump-error.js'
import type { Average, Boosted, Columns, Dump, Estimator, ForestDump, Vote } from '../dump/dump.js'
import { compileLink, firstMaximum } from './link.js'
import { compileLinear, validateLinear } from './linear.js'
import { listReaders } from '../dump/list-forests.js'
import { sumLikeNumpy } from '../arithmetic/numpy-sum.js'
import { validateForest } from '../dump/validate.js'
import { compileMultiOutput, compileThresholded } from './decisions.js'
import { compileOneVsOne, compileOneVsRest, compileOutputCode } from './multiclass.js'
import { selectColumns } from './select-columns.js'
import { computeStart } from './start.js'
import { compileTransformed } from './target.js'
import { predictRow } from './walk.js'

/**
 * Gives the sums of a forest for a row: the fast evaluator, or the plain one that it is held against. They start at
 * `base`, [nOutputs], if that is given, else at the forest's own.
 */
export interface EvaluateForest {
  (row: Float64Array, sums: Float64Array, base?: Float64Array): void
  /** What the fast evaluator runs through. */
  readonly compiled?: CompiledForest
}

/** @param startsElsewhere whether each row comes with a base of its own */
export type CompileForest = (forest: ForestDump, startsElsewhere: boolean) => EvaluateForest

/** The columns that an estimator and all its members read, each once. */
export function listFeatures(estimator: Estimator): string[] {
  if (estimator.kind === 'forest') return estimator.features
  return [...new Set(listReaders(estimator).flatMap(reader =>
    reader.kind === 'columns' && reader.label !== undefined ? [...reader.features, reader.label] : reader.features))]
}

/**
 * Checks the model of a dump and the predictors among its steps.
 * @throws DumpError naming the place
 */
export function validatePredictors({ steps, model }: Pick<Dump, 'steps' | 'model'>): void {
  steps.forEach((step, i) => {
    if (step.op === 'predict') validateEstimator(step.model, `steps[${i}].model`)
  })
  validateEstimator(model)
}

/**
 * Checks every forest and that members fit together.
 * @throws DumpError naming the place
 */
export function validateEstimator(estimator: Estimator, where = 'model'): void {
  if (estimator.kind === 'forest') return validateForest(estimator, where)
  if (estimator.kind === 'linear') return validateLinear(estimator, where)
  if (estimator.kind === 'constant' || estimator.kind === 'columns') return
  if ('member' in estimator) return validateEstimator(estimator.member, `${where}.member`)
  if (estimator.kind === 'boosted') {
    validateEstimator(estimator.init, `${where}.init`)
    return validateForest(estimator.forest, `${where}.forest`)
  }
  const { members, weights } = { weights: undefined, ...estimator }
  if (members.length === 0) throw new DumpError(`${where}.members`, 'expected at least one member, received none')
  members.forEach((member, i) => validateEstimator(member, `${where}.members[${i}]`))
  if (weights !== undefined && weights.length !== members.length) {
    throw new DumpError(`${where}.weights`, `expected ${members.length} numbers, received ${weights.length}`)
  }
}

/**
 * @param estimator validated
 * @param columns names of the columns of a row, in order
 * @param compile how a forest becomes an evaluation; the fast evaluator when left out
 * @param sums the same for a linear model's sums
 * @throws DumpError when members do not fit together
 */
export function compileEstimator(
  estimator: Estimator, columns: readonly string[],
  compile: CompileForest = compileFast, sums: CompileSums = compileSums
): CompiledEstimator {
  const compileMember = (member: Estimator) => compileEstimator(member, columns, compile, sums)
  switch (estimator.kind) {
    case 'forest': return compileForestNode(estimator, columns, compile)
    case 'linear': return compileLinear(estimator, columns, sums)
    case 'columns': return compileColumns(estimator, columns)
    case 'constant': return compileConstant(estimator.values)
    case 'one-vs-rest': return compileOneVsRest(estimator, estimator.members.map(compileMember))
    case 'one-vs-one': return compileOneVsOne(estimator, estimator.members.map(compileMember))
    case 'output-code': return compileOutputCode(estimator, estimator.members.map(compileMember))
    case 'average': return compileAverage(estimator, estimator.members.map(compileMember))
    case 'vote': return compileVote(estimator, estimator.members.map(compileMember))
    case 'ballot': return compileBallot(estimator, estimator.members.map(compileMember))
    case 'boosted': return compileBoosted(estimator, compileMember(estimator.init), columns, compile)
    case 'calibrated': return compileCalibrated(estimator, compileMember(estimator.member))
    case 'thresholded': return compileThresholded(estimator, compileMember(estimator.member))
    case 'transformed': return compileTransformed(estimator, compileMember(estimator.member))
    case 'multi-output': return compileMultiOutput(estimator.members.map(compileMember))
  }
}

/** The fast evaluator. */
export function compileFast(forest: ForestDump): EvaluateForest {
  return evaluateForest(compileForest(forest))
}

/** The fast evaluator of a compiled forest. */
export function evaluateForest(compiled: CompiledForest): EvaluateForest {
  // Other threads may read the same leaves: a base that changes from row to row is this evaluation's own.
  let moving: CompiledForest | undefined
  const evaluate = (row: Float64Array, sums: Float64Array, base?: Float64Array) => {
    if (base === undefined) return predictRow(compiled, row, sums)
    moving ??= { ...compiled, leaves: { ...compiled.leaves, base: new Float64Array(compiled.nOutputs) } }
    moving.leaves.base.set(base)
    predictRow(moving, row, sums)
  }
  return Object.assign(evaluate, { compiled })
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
function compileBoosted(
  { forest, start }: Boosted, init: CompiledEstimator, columns: readonly string[], compile: CompileForest
): CompiledEstimator {
  const own = new Float64Array(init.nValues)
  if (computeStart(start, own).length !== forest.nOutputs) {
    throw new DumpError('model.init', `its ${init.nValues} numbers do not fit the ${forest.nOutputs} sums of the forest`)
  }
  const started = { ...forest, base: forest.base ?? new Array<number>(forest.nOutputs).fill(0) }
  return compileForestNode(started, columns, compile, all => {
    init.evaluate(all, own)
    return computeStart(start, own)
  })
}

/** @param baseOf where the sums start for a row's columns, if that is not the forest's own base */
function compileForestNode(
  forest: ForestDump, columns: readonly string[], compile: CompileForest, baseOf?: (all: Float64Array) => Float64Array
): CompiledEstimator {
  const link = compileLink(forest)
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

function sameWidth(members: readonly CompiledEstimator[]): number {
  const [{ nValues }] = members
  if (members.some(member => member.nValues !== nValues)) {
    throw new DumpError('model.members', `expected members that give as many numbers each, received ${
      members.map(member => member.nValues).join(', ')}`)
  }
  return nValues
}
