/** One table of what each kind of link does. */
import { expOfFmath } from '../arithmetic/fmath-exp.js'
import { exp, expit } from '../arithmetic/libm.js'
import { log, log1p } from '../arithmetic/libm-log.js'
import { sumLikeNumpy } from '../arithmetic/numpy-sum.js'
import { COMMON_LINKS, compileSoftmax, PLAIN_SOFTMAX } from './common-links.js'
import { compileFloat32, compileOnnx } from './float32-links.js'
import { compileEach, firstMaximum, mapInto, type CompiledLink, type LinkOf, type LinkTable } from './link.js'
import { compileQuantiles } from './quantiles.js'

export const LINKS: Required<LinkTable> = {
  ...COMMON_LINKS,
  /** Of CatBoost as well. */
  exp: ({ exp: library }, nOutputs) => compileEach(nOutputs, library === undefined ? exp : raw => expOfFmath(raw)),
  softmax: compileAnySoftmax,
  decision: (_, nOutputs) => compileDecision(nOutputs),
  'expit-each': ({ factor, decide }, nOutputs) => ({
    ...compileEach(nOutputs, raw => expit(factor * raw)),
    decide: decide === undefined ? undefined : raw => firstMaximum(raw)
  }),
  'first-mode': compileFirstMode,
  float32: compileFloat32,
  'mean-variance': compileMeanVariance,
  'modified-huber': (_, nOutputs) => compileShares(nOutputs, raw => (Math.min(Math.max(raw, -1), 1) + 1) / 2),
  'one-vs-rest': (_, nOutputs) => compileShares(nOutputs, expit),
  onnx: compileOnnx,
  quantiles: compileQuantiles,
  'signed-square': (_, nOutputs) => compileEach(nOutputs, raw => (raw < 0 ? -raw : raw) * raw),
  softplus: (_, nOutputs) => compileEach(nOutputs, raw => log1p(exp(raw))),
  'weighted-median': compileWeightedMedian
}

/** CatBoost's exponentials, and the other way to divide. */
function compileAnySoftmax(link: LinkOf<'softmax'>, nOutputs: number): CompiledLink {
  const arithmetic = {
    ...PLAIN_SOFTMAX,
    ...(link.exp === 'fmath' && { exponentiate: exponentiateLikeFmath }),
    ...(link.normalize === 'logsumexp' && { normalize: subtractLogSum })
  }
  return compileSoftmax(link, nOutputs, arithmetic)
}

/** Four at a time, and the rest one by one. */
function exponentiateLikeFmath(raw: Float64Array, max: number, values: Float64Array): void {
  for (let i = 0; i < raw.length; i++) values[i] = expOfFmath(raw[i] - max, i < (raw.length & ~3))
}

function subtractLogSum(raw: Float64Array, max: number, values: Float64Array, total: number): void {
  const logSumExp = log(total) + max
  for (let i = 0; i < raw.length; i++) values[i] = exp(raw[i] - logSumExp)
}

/** CatBoost's RMSEWithUncertainty. */
function compileMeanVariance(): CompiledLink {
  return {
    nValues: 2,
    apply([mean, logDeviation], values) {
      values[0] = mean
      values[1] = expOfFmath(2 * logDeviation)
    },
    decide: undefined
  }
}

/**
 * Scores of one class against the rest as probabilities: of two classes p and 1 - p, of more their shares of the sum,
 * which are equal when it is 0. The highest score is predicted, as scikit-learn's linear classifiers do.
 */
function compileShares(nOutputs: number, f: (raw: number) => number): CompiledLink {
  if (nOutputs === 1) {
    return {
      nValues: 2,
      apply([d], values) {
        values[1] = f(d)
        values[0] = 1 - values[1]
      },
      decide: ([d]) => d > 0 ? 1 : 0
    }
  }
  return {
    nValues: nOutputs,
    apply(raw, values) {
      mapInto(raw, values, f)
      const sum = sumLikeNumpy(values, 0, nOutputs)
      for (let c = 0; c < nOutputs; c++) values[c] = sum === 0 ? 1 / nOutputs : values[c] / sum
    },
    decide: raw => firstMaximum(raw)
  }
}

/** The decision function of a classifier that has no probabilities. */
function compileDecision(nOutputs: number): CompiledLink {
  if (nOutputs > 1) return { nValues: nOutputs, apply: (raw, values) => values.set(raw), decide: undefined }
  return {
    nValues: 2,
    apply([d], values) {
      values[0] = -d
      values[1] = d
    },
    decide: ([d]) => d > 0 ? 1 : 0
  }
}

/** Drucker, "Improving Regressors using Boosting Techniques" (1997). */
function compileWeightedMedian({ weights }: LinkOf<'weighted-median'>): CompiledLink {
  const order = Uint32Array.from(weights.keys())
  return {
    nValues: 1,
    apply(raw, values) {
      order.sort((a, b) => raw[a] - raw[b] || a - b)
      let total = 0
      for (const i of order) total += weights[i]
      let cumulated = 0
      for (const i of order) {
        cumulated += weights[i]
        if (cumulated >= 0.5 * total) {
          values[0] = raw[i]
          return
        }
      }
    },
    decide: undefined
  }
}

/** Of classes with as many votes, the first to have had them is the one whose last vote came first. */
function compileFirstMode({ nClasses }: LinkOf<'first-mode'>): CompiledLink {
  const lastVote = new Int32Array(nClasses)
  return {
    nValues: nClasses,
    apply(raw, values) {
      values.fill(0)
      for (let tree = 0; tree < raw.length; tree++) {
        values[raw[tree]] += 1
        lastVote[raw[tree]] = tree
      }
      for (let c = 0; c < nClasses; c++) values[c] /= raw.length
    },
    decide(_, values) {
      let best = firstMaximum(values)
      for (let c = best + 1; c < nClasses; c++) {
        if (values[c] === values[best] && lastVote[c] < lastVote[best]) best = c
      }
      return best
    }
  }
}

