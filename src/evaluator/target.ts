/** From a transformed target back to the target: scikit-learn's TransformedTargetRegressor. */
import type { CompiledEstimator } from './compiled-estimator.js'
import { DumpError } from '../dump/dump-error.js'
import type { Inverse, Transformed } from '../dump/dump.js'
import { interpolate } from '../arithmetic/interpolate.js'
import { exp } from '../arithmetic/libm.js'
import { expm1f } from '../arithmetic/libm32.js'
import { normalProbability } from '../arithmetic/normal-probability.js'
import { NUMPY_FUNCTIONS } from '../arithmetic/numpy-functions.js'
import { pow } from '../arithmetic/pow.js'

type InverseOf<Op extends Inverse['op']> = Extract<Inverse, { op: Op }>

/** Changes values in place. */
type Change = (values: Float64Array) => void

/** @throws DumpError when the numbers do not fit the member's outputs, or an operation is not known in float32 */
export function compileTransformed(
  { inverse, precision }: Transformed, member: CompiledEstimator
): CompiledEstimator {
  const changes = inverse.map((step, i) => compileInverse(step, member.nValues, precision === 'float32', `model.inverse[${i}]`))
  return {
    nValues: member.nValues,
    nRaw: 0,
    raw: new Float64Array(0),
    evaluate(columns, values) {
      member.evaluate(columns, values)
      for (const change of changes) change(values)
    },
    decide: undefined
  }
}

function compileInverse(step: Inverse, nValues: number, float32: boolean, path: string): Change {
  const round = float32 ? Math.fround : (x: number) => x
  const numbers = (list: readonly number[], name: string) => {
    if (list.length !== nValues) throw new DumpError(`${path}.${name}`, `expected ${nValues} numbers, received ${list.length}`)
    return Float64Array.from(list)
  }
  switch (step.op) {
    case 'apply': return each(float32 ? float32Function(step.function, path) : NUMPY_FUNCTIONS[step.function])
    case 'multiply': {
      const factor = step.factor && numbers(step.factor, 'factor')
      const offset = step.offset && numbers(step.offset, 'offset')
      return each((x, i) => {
        const product = factor === undefined ? x : round(x * factor[i])
        return offset === undefined ? product : round(product + offset[i])
      })
    }
    case 'scale': {
      const mean = numbers(step.mean, 'mean')
      const scale = numbers(step.scale, 'scale')
      return each((x, i) => round(round(x - mean[i]) / scale[i]))
    }
    case 'quantile':
      assertFloat64(float32, path)
      return compileQuantile(step, nValues, path)
    case 'yeo-johnson': {
      assertFloat64(float32, path)
      const lambdas = numbers(step.lambdas, 'lambdas')
      return each((x, i) => inverseYeoJohnson(x, lambdas[i]))
    }
  }
}

function each(f: (x: number, i: number) => number): Change {
  return values => {
    for (let i = 0; i < values.length; i++) values[i] = f(values[i], i)
  }
}

/** numpy's functions of float32 that have the C library's bits, or those of one IEEE operation. */
const FLOAT32_FUNCTIONS: Readonly<Partial<Record<keyof typeof NUMPY_FUNCTIONS, (x: number) => number>>> = {
  absolute: Math.abs,
  expm1: expm1f,
  negative: x => -x,
  reciprocal: x => Math.fround(1 / x),
  sqrt: x => Math.fround(Math.sqrt(x)),
  square: x => Math.fround(x * x)
}

function float32Function(name: keyof typeof NUMPY_FUNCTIONS, path: string): (x: number) => number {
  const known = FLOAT32_FUNCTIONS[name]
  if (known === undefined) throw new DumpError(path, `${name} is not known in float32`)
  return known
}

function assertFloat64(float32: boolean, path: string): void {
  if (float32) throw new DumpError(path, 'is not known in float32')
}

/** Ranks nearer to 0 or 1 than this count as them where the distribution is normal: scikit-learn's BOUNDS_THRESHOLD. */
const BOUND = 1e-7

function compileQuantile({ quantiles, references, distribution }: InverseOf<'quantile'>, nValues: number, path: string): Change {
  if (quantiles.length !== nValues || quantiles.some(list => list.length !== references.length)) {
    throw new DumpError(`${path}.quantiles`, `expected ${nValues} lists of ${references.length} numbers`)
  }
  const ranks = Float64Array.from(references)
  const tables = quantiles.map(list => Float64Array.from(list))
  const normal = distribution === 'normal'
  return each((x, i) => {
    const table = tables[i]
    const rank = normal ? normalProbability(x) : x
    if (normal ? rank - BOUND < 0 : rank === 0) return table[0]
    if (normal ? rank + BOUND > 1 : rank === 1) return table[table.length - 1]
    return interpolate(rank, ranks, table)
  })
}

/** Source: scikit-learn's `PowerTransformer._yeo_johnson_inverse_transform`. */
function inverseYeoJohnson(x: number, lambda: number): number {
  if (x >= 0) return Math.abs(lambda) < Number.EPSILON ? exp(x) - 1 : pow(x * lambda + 1, 1 / lambda) - 1
  return Math.abs(lambda - 2) > Number.EPSILON
    ? 1 - pow(-(2 - lambda) * x + 1, 1 / (2 - lambda))
    : 1 - exp(-x)
}
