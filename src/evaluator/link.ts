/** From what the trees add up to, to what scikit-learn answers: probabilities, values, scores. */
import { sumFloat32LikeNumpy, sumLikeNumpy } from '../arithmetic/numpy-sum.js'
import type { Link } from '../dump/dump.js'
import { exp, exp2, expit, log, log1p } from '../arithmetic/libm.js'
import { expf } from '../arithmetic/libm32.js'
import { expOfFmath } from '../arithmetic/fmath-exp.js'
import { expNumpy32 } from '../arithmetic/numpy-float32.js'

/** A compiled link. */
export interface CompiledLink {
  /** Numbers that come out for `nOutputs` numbers that go in. */
  readonly nValues: number
  /**
   * @param raw [nOutputs]
   * @param values [nValues] overwritten; may not be `raw`
   */
  apply(raw: Float64Array, values: Float64Array): void
  /** Of the last row: the decision function, where that is not what went in. */
  readonly scores?: Float64Array
  /** Index of the predicted class from both of them; undefined when that is the first maximum of the values. */
  readonly decide: ((raw: Float64Array, values: Float64Array) => number) | undefined
}

/** The link of so many sums, of a forest's trees or of a linear model. */
export function compileLink(
  { link, nOutputs }: { readonly link?: Link | undefined, readonly nOutputs: number }
): CompiledLink {
  switch (link?.kind) {
    case undefined: return { nValues: nOutputs, apply: (raw, values) => values.set(raw), decide: undefined }
    case 'expit': return compileExpit(link)
    case 'softmax': return compileSoftmax(link, nOutputs)
    case 'one-vs-rest': return compileShares(nOutputs, expit)
    case 'modified-huber': return compileShares(nOutputs, raw => (Math.min(Math.max(raw, -1), 1) + 1) / 2)
    case 'decision': return compileDecision(nOutputs)
    case 'exp': return compileEach(nOutputs, link.exp === undefined ? exp : raw => expOfFmath(raw))
    case 'mean-variance': return compileMeanVariance()
    case 'expit-each': return {
      ...compileEach(nOutputs, raw => expit(link.factor * raw)),
      decide: link.decide === undefined ? undefined : raw => firstMaximum(raw)
    }
    case 'softplus': return compileEach(nOutputs, raw => log1p(exp(raw)))
    case 'signed-square': return compileEach(nOutputs, raw => (raw < 0 ? -raw : raw) * raw)
    case 'float32': return compileFloat32(link, nOutputs)
    case 'onnx': return compileOnnx(link, nOutputs)
    case 'isolation': return compileIsolation(link)
    case 'adaboost': return compileAdaBoost(link, nOutputs)
    case 'weighted-median': return compileWeightedMedian(link)
    case 'first-mode': return compileFirstMode(link)
  }
}

type LinkOf<K extends Link['kind']> = Extract<Link, { kind: K }>

function mapInto(raw: Float64Array, values: Float64Array, f: (x: number) => number): void {
  for (let i = 0; i < raw.length; i++) values[i] = f(raw[i])
}

/** The same function of each number. */
function compileEach(nOutputs: number, f: (raw: number) => number): CompiledLink {
  return { nValues: nOutputs, apply: (raw, values) => mapInto(raw, values, f), decide: undefined }
}

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

function compileSoftmax(link: LinkOf<'softmax'>, nOutputs: number): CompiledLink {
  const { normalize, sum, decide, binary, exp: library } = link
  if (binary === true) return compileBinarySoftmax(link)
  return {
    nValues: nOutputs,
    apply(raw, values) {
      const max = maximum(raw)
      if (library === undefined) for (let i = 0; i < nOutputs; i++) values[i] = exp(raw[i] - max)
      // Four at a time, and the rest one by one.
      else for (let i = 0; i < nOutputs; i++) values[i] = expOfFmath(raw[i] - max, i < (nOutputs & ~3))
      const total = sumInOrder(values, sum)
      if (normalize === 'quotient') {
        for (let i = 0; i < nOutputs; i++) values[i] /= total
      } else {
        const logSumExp = log(total) + max
        for (let i = 0; i < nOutputs; i++) values[i] = exp(raw[i] - logSumExp)
      }
    },
    decide: decide === 'raw' ? raw => firstMaximum(raw) : undefined
  }
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

/** As of the two numbers -d and d. */
function compileBinarySoftmax({ kind, normalize, sum, decide }: LinkOf<'softmax'>): CompiledLink {
  const softmax = compileSoftmax({ kind, normalize, sum, decide }, 2)
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

const { fround } = Math

/** What XGBoost makes of one margin. A constant that it adds in the sigmoid, 1e-16, is lost beside 1. */
const FLOAT32_FUNCTIONS: Readonly<
  Record<Exclude<LinkOf<'float32'>['function'], 'softmax' | 'softmax-numpy' | 'ascending'>, (raw: number) => number>
> = {
  identity: raw => raw,
  sigmoid: raw => fround(1 / fround(expf(Math.min(-raw, LARGEST_EXPONENT)) + 1)),
  'sigmoid-unbounded': raw => fround(1 / fround(expf(-raw) + 1)),
  exp: expf,
  'exp-rounded': raw => fround(exp(raw)),
  step: raw => raw > 0 ? 1 : 0
}

/** Where XGBoost cuts off what it exponentiates, just below the largest float32. */
const LARGEST_EXPONENT = fround(88.7)

function compileFloat32({ function: name, binary, decide }: LinkOf<'float32'>, nOutputs: number): CompiledLink {
  const decideRaw = decide === undefined ? undefined : (raw: Float64Array) => firstMaximum(raw)
  if (name === 'softmax') return { nValues: nOutputs, apply: softmaxFloat32, decide: decideRaw }
  if (name === 'softmax-numpy') return { nValues: nOutputs, apply: softmaxNumpy32, decide: decideRaw }
  if (name === 'ascending') return { nValues: nOutputs, apply: sortAscending, decide: decideRaw }
  const f = FLOAT32_FUNCTIONS[name]
  if (binary === undefined) {
    return { nValues: nOutputs, apply: (raw, values) => mapInto(raw, values, f), decide: decideRaw }
  }
  return {
    nValues: 2 * nOutputs,
    apply(raw, values) {
      for (let i = 0; i < raw.length; i++) {
        const p = f(raw[i])
        values[2 * i] = fround(1 - p)
        values[2 * i + 1] = p
      }
    },
    decide: decideRaw
  }
}

function softmaxFloat32(raw: Float64Array, values: Float64Array): void {
  const max = maximum(raw)
  let sum = 0
  for (let i = 0; i < raw.length; i++) {
    values[i] = expf(fround(raw[i] - max))
    sum += values[i]
  }
  sum = fround(sum)
  for (let i = 0; i < raw.length; i++) values[i] = fround(values[i] / sum)
}

/** As XGBoost inserts each number, since a typed array's own order puts -0 before 0. */
function sortAscending(raw: Float64Array, values: Float64Array): void {
  for (let i = 0; i < raw.length; i++) {
    let place = i
    for (; place > 0 && values[place - 1] > raw[i]; place--) values[place] = values[place - 1]
    values[place] = raw[i]
  }
}

/** `scipy.special.softmax` of float32s. */
function softmaxNumpy32(raw: Float64Array, values: Float64Array): void {
  const max = maximum(raw)
  for (let i = 0; i < raw.length; i++) values[i] = expNumpy32(fround(raw[i] - max))
  const sum = sumFloat32LikeNumpy(values, 0, values.length)
  for (let i = 0; i < raw.length; i++) values[i] = fround(values[i] / sum)
}

/** What onnxruntime's kernels make of the sums of trees, which are of float32 or float64. */
function compileOnnx({ function: name }: LinkOf<'onnx'>, nOutputs: number): CompiledLink {
  const decide = (raw: Float64Array) => firstMaximum(raw)
  switch (name) {
    case 'identity': return { nValues: nOutputs, apply: (raw, values) => mapInto(raw, values, fround), decide }
    case 'logistic': return { nValues: nOutputs, apply: (raw, values) => mapInto(raw, values, logistic32), decide }
    case 'softmax': return { nValues: nOutputs, apply: softmaxOnnx, decide }
    case 'complement': return compilePair(0.5, (raw, values) => { values[0] = fround(1 - raw); values[1] = fround(raw) })
    case 'logistic-pair':
      return compilePair(0, (raw, values) => { values[0] = logistic32(-raw); values[1] = logistic32(raw) })
  }
}

function compilePair(limit: number, write: (raw: number, values: Float64Array) => void): CompiledLink {
  return { nValues: 2, apply: ([raw], values) => write(raw, values), decide: ([raw]) => raw > limit ? 1 : 0 }
}

function logistic32(number: number): number {
  const x = fround(number)
  const v = fround(1 / fround(1 + expf(-Math.abs(x))))
  return x < 0 ? fround(1 - v) : v
}

function softmaxOnnx(raw: Float64Array, values: Float64Array): void {
  const largest = fround(maximum(raw))
  mapInto(raw, values, x => expf(fround(fround(x) - largest)))
  const sum = values.reduce((total, x) => fround(total + x), 0)
  mapInto(values, values, x => fround(x / sum))
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

function maximum(values: Float64Array): number {
  return values[firstMaximum(values)]
}

function sumInOrder(values: Float64Array, order: 'pairwise' | 'sequential'): number {
  if (order === 'pairwise') return sumLikeNumpy(values, 0, values.length)
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]
  return sum
}

/** Index of the first maximum, as `numpy.argmax` has it. */
export function firstMaximum(values: Float64Array, start = 0, end = values.length): number {
  let best = start
  for (let i = start + 1; i < end; i++) if (values[i] > values[best]) best = i
  return best - start
}
