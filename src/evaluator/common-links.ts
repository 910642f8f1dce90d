/** The links of most forests, computed as most do. The others are in links.ts. */
import { exp, exp2, expit } from '../arithmetic/libm.js'
import { sumLikeNumpy } from '../arithmetic/numpy-sum.js'
import { compileEach, firstMaximum, maximum, type CompiledLink, type LinkOf, type LinkTable } from './link.js'

export const COMMON_LINKS = {
  adaboost: compileAdaBoost,
  exp: (_, nOutputs) => compileEach(nOutputs, exp),
  expit: compileExpit,
  isolation: compileIsolation,
  softmax: (link, nOutputs) => compileSoftmax(link, nOutputs)
} satisfies LinkTable

function compileExpit({ factor, positive }: LinkOf<'expit'>): CompiledLink {
  return {
    nValues: 2,
    apply(raw, values) {
      values[1] = expit(factor * raw[0])
      values[0] = 1 - values[1]
    },
    decide: positive === 'argmax' ? undefined
      : positive === 'raw > 0' ? raw => raw[0] > 0 ? 1 : 0
        : raw => raw[0] >= 0 ? 1 : 0
  }
}

/** How a softmax computes: each changes `values`. */
export interface SoftmaxArithmetic {
  /** To exp(raw - max). */
  readonly exponentiate: (raw: Float64Array, max: number, values: Float64Array) => void
  /** From these, whose sum is `total`, to probabilities. */
  readonly normalize: (raw: Float64Array, max: number, values: Float64Array, total: number) => void
}

export const PLAIN_SOFTMAX: SoftmaxArithmetic = {
  exponentiate(raw, max, values) {
    for (let i = 0; i < raw.length; i++) values[i] = exp(raw[i] - max)
  },
  normalize(_raw, _max, values, total) {
    for (let i = 0; i < values.length; i++) values[i] /= total
  }
}

export function compileSoftmax(
  link: Pick<LinkOf<'softmax'>, 'sum' | 'decide' | 'binary'>, nOutputs: number, arithmetic = PLAIN_SOFTMAX
): CompiledLink {
  const { sum, decide, binary } = link
  if (binary === true) return compileBinarySoftmax(compileSoftmax({ sum, decide }, 2, arithmetic))
  const { exponentiate, normalize } = arithmetic
  return {
    nValues: nOutputs,
    apply(raw, values) {
      const max = maximum(raw)
      exponentiate(raw, max, values)
      normalize(raw, max, values, sumInOrder(values, sum))
    },
    decide: decide === 'raw' ? raw => firstMaximum(raw) : undefined
  }
}

/** @param softmax of two numbers: d stands for -d and d */
function compileBinarySoftmax(softmax: CompiledLink): CompiledLink {
  const pair = new Float64Array(2)
  const scores = new Float64Array(1)
  return {
    nValues: 2,
    scores,
    apply([d], values) {
      scores[0] = pair[1] = d
      pair[0] = -d
      softmax.apply(pair, values)
    },
    decide: ([d]) => d > 0 ? 1 : 0
  }
}

/** Liu, Ting and Zhou, "Isolation Forest" (2008), equation 2, negated as scikit-learn does. */
function compileIsolation({ denominator, offset }: LinkOf<'isolation'>): CompiledLink {
  return {
    nValues: 2,
    apply([depth], values) {
      values[0] = -exp2(-(denominator === 0 ? 1 : depth / denominator))
      values[1] = values[0] - offset
    },
    decide: (_, values) => values[1] < 0 ? 0 : 1
  }
}

/** Zhu et al., "Multi-class AdaBoost" (2009): the raw values are the classes' weighted votes. */
function compileAdaBoost({ totalWeight, sum: order }: LinkOf<'adaboost'>, nClasses: number): CompiledLink {
  const decision = new Float64Array(nClasses)
  const difference = (raw: Float64Array) => raw[1] / totalWeight - raw[0] / totalWeight
  const scores = new Float64Array(nClasses === 2 ? 1 : nClasses)
  return {
    nValues: nClasses,
    scores,
    apply(raw, values) {
      if (nClasses === 2) {
        const d = difference(raw)
        scores[0] = d
        decision[0] = -d / 2
        decision[1] = d / 2
      } else {
        for (let c = 0; c < nClasses; c++) {
          scores[c] = raw[c] / totalWeight
          decision[c] = scores[c] / (nClasses - 1)
        }
      }
      const max = maximum(decision)
      for (let c = 0; c < nClasses; c++) values[c] = exp(decision[c] - max)
      const sum = sumInOrder(values, order)
      for (let c = 0; c < nClasses; c++) values[c] /= sum
    },
    decide: nClasses === 2 ? raw => difference(raw) > 0 ? 1 : 0 : () => firstMaximum(decision)
  }
}

function sumInOrder(values: Float64Array, order: 'pairwise' | 'sequential'): number {
  if (order === 'pairwise') return sumLikeNumpy(values, 0, values.length)
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]
  return sum
}

