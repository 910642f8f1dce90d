/** Links whose every operation is rounded to float32: those of XGBoost and onnxruntime. */
import { sumFloat32LikeNumpy } from '../arithmetic/numpy-sum.js'
import { exp } from '../arithmetic/libm.js'
import { expf } from '../arithmetic/libm32.js'
import { expNumpy32 } from '../arithmetic/numpy-float32.js'
import { firstMaximum, mapInto, maximum, type CompiledLink, type LinkOf } from './link.js'

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

export function compileFloat32({ function: name, binary, decide }: LinkOf<'float32'>, nOutputs: number): CompiledLink {
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
export function compileOnnx({ function: name }: LinkOf<'onnx'>, nOutputs: number): CompiledLink {
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

