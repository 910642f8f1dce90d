/** Calibration: a classifier's scores to probabilities. */
import type { CompiledEstimator } from './compiled-estimator.js'
import { DumpError } from '../dump/dump-error.js'
import type { Calibrated, Calibrator } from '../dump/dump.js'
import { expit } from '../arithmetic/libm.js'
import { log } from '../arithmetic/libm-log.js'
import { expf } from '../arithmetic/libm32.js'
import { compileSoftmax } from './common-links.js'
import { sumLikeNumpy } from '../arithmetic/numpy-sum.js'

/** One calibrator for two classes, else one per class, whose probabilities are then divided by their sum. */
export function compileCalibrated({ score, calibrators }: Calibrated, member: CompiledEstimator): CompiledEstimator {
  const own = new Float64Array(member.nValues)
  if (calibrators[0].method === 'temperature') return compileTemperature(score, calibrators[0].beta, member)
  const nClasses = calibrators.length === 1 ? 2 : calibrators.length
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

/** softmax(beta * logits): of a decision function (-d, d) for two classes, of probabilities log(p + 1e-12). */
function compileTemperature(score: Calibrated['score'], beta: number, member: CompiledEstimator): CompiledEstimator {
  const own = new Float64Array(member.nValues)
  const fromRaw = score === 'raw'
  const nClasses = fromRaw && member.nRaw > 1 ? member.nRaw : fromRaw ? 2 : member.nValues
  if (fromRaw && member.nRaw === 0) throw new DumpError('model.calibrators', 'the member has no scores to calibrate')
  const link = compileSoftmax({ sum: 'pairwise', decide: 'probability' }, nClasses)
  const logits = new Float64Array(nClasses)
  return {
    nValues: nClasses,
    nRaw: 0,
    raw: new Float64Array(0),
    evaluate(columns, values) {
      member.evaluate(columns, own)
      if (!fromRaw) own.forEach((p, c) => { logits[c] = log((nClasses === 2 && c === 0 ? 1 - own[1] : p) + 1e-12) })
      else if (member.nRaw === 1) logits.set([-member.raw[0], member.raw[0]])
      else logits.set(member.raw)
      for (let c = 0; c < nClasses; c++) logits[c] *= beta
      link.apply(logits, values)
      for (let c = 0; c < nClasses; c++) values[c] = capAtOne(values[c])
    },
    decide: undefined
  }
}

/** As scikit-learn does with what rounding carries above 1. */
function capAtOne(p: number): number {
  return p > 1 && p <= 1 + 1e-5 ? 1 : p
}

const { fround } = Math

function compileCalibrator(calibrator: Calibrator): (score: number) => number {
  switch (calibrator.method) {
    case 'sigmoid': return compileSigmoid(calibrator)
    case 'isotonic': return compileIsotonic(calibrator)
    case 'temperature': throw new DumpError('model.calibrators', 'a temperature is the only calibrator')
  }
}

type CalibratorOf<M extends Calibrator['method']> = Extract<Calibrator, { method: M }>

function compileSigmoid({ a, b, precision }: CalibratorOf<'sigmoid'>): (score: number) => number {
  if (precision === undefined) return score => expit(-(a * score + b))
  const slope = fround(a)
  const intercept = fround(b)
  return score => fround(1 / fround(1 + expf(fround(fround(slope * score) + intercept))))
}

/** As numpy.interp: on a threshold its own value, between two the line from the lower one. */
function compileIsotonic({ x, y, precision }: CalibratorOf<'isotonic'>): (score: number) => number {
  const last = x.length - 1
  if (y.length !== x.length) throw new DumpError('model.calibrators', `${x.length} thresholds x, but ${y.length} of y`)
  if (precision === 'float32') return compileIsotonicFloat32(x, y)
  return score => {
    const clipped = Math.min(Math.max(score, x[0]), x[last])
    let i = last
    while (i > 0 && x[i] > clipped) i--
    if (i === last || x[i] === clipped) return y[i]
    return (y[i + 1] - y[i]) / (x[i + 1] - x[i]) * (clipped - x[i]) + y[i]
  }
}

/** scipy's own interpolation, which takes numpy's place for float32: a threshold is the end of the line below it. */
function compileIsotonicFloat32(x: readonly number[], y: readonly number[]): (score: number) => number {
  const last = x.length - 1
  if (last === 0) return () => y[0]
  return score => {
    const clipped = Math.min(Math.max(fround(score), x[0]), x[last])
    let high = 1
    while (high < last && x[high] < clipped) high++
    const slope = fround(fround(y[high] - y[high - 1]) / fround(x[high] - x[high - 1]))
    return fround(fround(slope * fround(clipped - x[high - 1])) + y[high - 1])
  }
}
