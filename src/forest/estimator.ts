/** Forests and what combines them, compiled into one evaluation of a row. */
import { compileForest, type CompiledForest } from './compile.js'
import { DumpError } from './dump-error.js'
import type { Average, Calibrated, Calibrator, Estimator, ForestDump, Vote } from './dump.js'
import { expit } from './libm.js'
import { compileLink, firstMaximum } from './link.js'
import { sumLikeNumpy } from './numpy-sum.js'
import { validateForest } from './validate.js'
import { predictRow } from './walk.js'

/** Gives the sums of a forest for a row: the fast evaluator, or the plain one that it is held against. */
export type EvaluateForest = (row: Float64Array, sums: Float64Array) => void

export type CompileForest = (forest: ForestDump) => EvaluateForest

/**
 * An estimator, ready to evaluate. It holds its own scratch: one row at a time.
 */
export interface CompiledEstimator {
  /** Numbers that `evaluate` gives. */
  readonly nValues: number
  /** Numbers that go into the link, for whoever calibrates them. */
  readonly nRaw: number
  /**
   * @param columns the row's columns, as compileEstimator was told their order
   * @param values [nValues] overwritten
   */
  evaluate(columns: Float64Array, values: Float64Array): void
  /** [nRaw] Of the last row: what went into the link. */
  readonly raw: Float64Array
  /** Of the last row: index of the predicted class, where that is not the first maximum of the values. */
  readonly decide: ((values: Float64Array) => number) | undefined
}

/** The columns that an estimator and all its members read, each once. */
export function listFeatures(estimator: Estimator): string[] {
  if (estimator.kind === 'forest') return estimator.features
  const members = estimator.kind === 'calibrated' ? [estimator.member] : estimator.members
  return [...new Set(members.flatMap(listFeatures))]
}

/** Every forest of an estimator, in order. */
export function listForests(estimator: Estimator): ForestDump[] {
  if (estimator.kind === 'forest') return [estimator]
  return (estimator.kind === 'calibrated' ? [estimator.member] : estimator.members).flatMap(listForests)
}

/**
 * Checks every forest and that members fit together.
 * @throws DumpError naming the place
 */
export function validateEstimator(estimator: Estimator, where = 'model'): void {
  if (estimator.kind === 'forest') return validateForest(estimator, where)
  if (estimator.kind === 'calibrated') return validateEstimator(estimator.member, `${where}.member`)
  const { members, weights } = estimator
  members.forEach((member, i) => validateEstimator(member, `${where}.members[${i}]`))
  if (weights !== undefined && weights.length !== members.length) {
    throw new DumpError(`${where}.weights`, `expected ${members.length} numbers, received ${weights.length}`)
  }
}

/**
 * @param estimator validated
 * @param columns names of the columns of a row, in order
 * @param compile how a forest becomes an evaluation; the fast evaluator when left out
 * @throws DumpError when members do not fit together
 */
export function compileEstimator(
  estimator: Estimator, columns: readonly string[], compile: CompileForest = compileFast
): CompiledEstimator {
  const compileMember = (member: Estimator) => compileEstimator(member, columns, compile)
  switch (estimator.kind) {
    case 'forest': return compileForestNode(estimator, columns, compile)
    case 'average': return compileAverage(estimator, estimator.members.map(compileMember))
    case 'vote': return compileVote(estimator, estimator.members.map(compileMember))
    case 'calibrated': return compileCalibrated(estimator, compileMember(estimator.member))
  }
}

function compileFast(forest: ForestDump): EvaluateForest {
  const compiled: CompiledForest = compileForest(forest)
  return (row, sums) => predictRow(compiled, row, sums)
}

function compileForestNode(forest: ForestDump, columns: readonly string[], compile: CompileForest): CompiledEstimator {
  const link = compileLink(forest)
  const evaluateForest = compile(forest)
  const raw = new Float64Array(forest.nOutputs)
  const places = Int32Array.from(forest.features, name => columns.indexOf(name))
  const inOrder = places.every((place, i) => place === i)
  const row = new Float64Array(places.length)
  const { decide } = link
  const select = (all: Float64Array) => {
    if (inOrder) return all
    for (let i = 0; i < places.length; i++) row[i] = all[places[i]]
    return row
  }
  return {
    nValues: link.nValues,
    // Without a link the values are the sums, and there is nothing else to calibrate.
    nRaw: forest.link === undefined ? 0 : forest.nOutputs,
    raw,
    evaluate: forest.link === undefined
      ? (all, values) => evaluateForest(select(all), values)
      : (all, values) => {
        evaluateForest(select(all), raw)
        link.apply(raw, values)
      },
    decide: decide === undefined ? undefined : values => decide(raw, values)
  }
}

/** Members' values added in order, then divided once: by their number, or weighted by the sum of the weights. */
function compileAverage({ weights }: Average, members: readonly CompiledEstimator[]): CompiledEstimator {
  const nValues = sameWidth(members)
  const own = new Float64Array(nValues)
  const divisor = weights === undefined ? members.length : weights.reduce((sum, weight) => sum + weight, 0)
  return {
    nValues,
    nRaw: 0,
    raw: new Float64Array(0),
    evaluate(columns, values) {
      values.fill(0)
      members.forEach((member, m) => {
        member.evaluate(columns, own)
        for (let i = 0; i < nValues; i++) values[i] += weights === undefined ? own[i] : own[i] * weights[m]
      })
      for (let i = 0; i < nValues; i++) values[i] /= divisor
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

/** One calibrator for two classes, else one a class, whose probabilities are then divided by their sum. */
function compileCalibrated({ score, calibrators }: Calibrated, member: CompiledEstimator): CompiledEstimator {
  const nClasses = calibrators.length === 1 ? 2 : calibrators.length
  const own = new Float64Array(member.nValues)
  const curves = calibrators.map(compileCalibrator)
  if (score === 'raw' ? member.nRaw !== curves.length : member.nValues !== nClasses) {
    throw new DumpError('model.calibrators', `${curves.length} calibrators do not fit the scores of the member`)
  }
  return {
    nValues: nClasses,
    nRaw: 0,
    raw: new Float64Array(0),
    evaluate(columns, values) {
      member.evaluate(columns, own)
      const scores = score === 'raw' ? member.raw : own
      if (curves.length === 1) {
        const p = curves[0](score === 'raw' ? scores[0] : scores[1])
        values[0] = capAtOne(1 - p)
        values[1] = capAtOne(p)
        return
      }
      for (let c = 0; c < nClasses; c++) values[c] = curves[c](scores[c])
      const sum = sumLikeNumpy(values, 0, nClasses)
      for (let c = 0; c < nClasses; c++) values[c] = capAtOne(sum === 0 ? 1 / nClasses : values[c] / sum)
    },
    decide: undefined
  }
}

/** As scikit-learn does with what rounding carries above 1. */
function capAtOne(p: number): number {
  return p > 1 && p <= 1 + 1e-5 ? 1 : p
}

function compileCalibrator(calibrator: Calibrator): (score: number) => number {
  if (calibrator.method === 'sigmoid') {
    const { a, b } = calibrator
    return score => expit(-(a * score + b))
  }
  const { x, y } = calibrator
  const last = x.length - 1
  // As numpy.interp: on a threshold its own value, between two the line from the lower one.
  return score => {
    const clipped = Math.min(Math.max(score, x[0]), x[last])
    let i = last
    while (i > 0 && x[i] > clipped) i--
    if (i === last || x[i] === clipped) return y[i]
    return (y[i + 1] - y[i]) / (x[i + 1] - x[i]) * (clipped - x[i]) + y[i]
  }
}
