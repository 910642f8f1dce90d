/** Steps that compute with more than the four operations, or with a whole row. */
import { checkCount, numbersFor } from './column-table.js'
import { NUMPY_FUNCTIONS } from '../arithmetic/numpy-functions.js'
import { interpolate } from '../arithmetic/interpolate.js'
import { normalQuantile } from '../arithmetic/normal-quantile.js'
import { NORMS } from './norms.js'
import { boxCox, yeoJohnson } from './power-transform.js'
import { createFailure } from './create-failure.js'
import { inPlace } from './scale-steps.js'
import type { CompileStep } from './compile-step.js'

export const compileApply: CompileStep<'apply'> = (step, context) => inPlace(step.columns, context, slots => {
  const change = NUMPY_FUNCTIONS[step.function]
  return columns => {
    for (let i = 0; i < slots.length; i++) columns[slots[i]] = change(columns[slots[i]])
  }
})

export const compileNormalize: CompileStep<'normalize'> = (step, context) => inPlace(step.columns, context, slots => {
  context.table.mix(slots)
  const norm = NORMS[step.norm]
  const row = new Float64Array(slots.length)
  return columns => {
    for (let i = 0; i < slots.length; i++) row[i] = columns[slots[i]]
    const length = norm(row)
    if (length < step.smallest) return
    for (let i = 0; i < slots.length; i++) columns[slots[i]] /= length
  }
})

export const compilePower: CompileStep<'power'> = (step, context) =>
  step.method === 'yeo-johnson' ? compileYeoJohnson(step, context) : compileBoxCox(step, context)

const compileYeoJohnson: CompileStep<'power'> = (step, context) => inPlace(step.columns, context, slots => {
  const lambdas = numbersFor(step.lambdas, slots.length, `${context.path}.lambdas`)
  const mirrored = lambdas.map(lambda => step.float32 === true ? Math.fround(2 - lambda) : 2 - lambda)
  const { formula } = step
  return columns => {
    for (let i = 0; i < slots.length; i++) {
      columns[slots[i]] = yeoJohnson(columns[slots[i]], lambdas[i], mirrored[i], formula)
    }
  }
})

const compileBoxCox: CompileStep<'power'> = (step, context) => {
  const { columns: names, formula } = step
  const lambdas = numbersFor(step.lambdas, names.length, `${context.path}.lambdas`)
  const sources = names.map(name => context.table.sources(context.table.slot(name, context.path)))
  const fail = sources.map(fields => createFailure(fields, 'a number above 0'))
  const unit = inPlace(names, context, slots => (columns, row) => {
    for (let i = 0; i < slots.length; i++) {
      if (columns[slots[i]] <= 0) fail[i](row)
      columns[slots[i]] = boxCox(columns[slots[i]], lambdas[i], formula)
    }
  })
  return { ...unit, refuses: new Set(sources.flatMap(fields => [...fields])) }
}

/** scikit-learn's BOUNDS_THRESHOLD: ranks nearer to 0 or 1 than this count as them. */
const BOUND = 1e-7
const SMALLEST = normalQuantile(BOUND - Number.EPSILON)
const LARGEST = normalQuantile(1 - (BOUND - Number.EPSILON))

/** The mean of the interpolated ranks from below and from above, which differ where quantiles repeat. */
export const compileQuantile: CompileStep<'quantile'> = (step, context) => inPlace(step.columns, context, slots => {
  checkCount(step.quantiles, slots.length, `${context.path}.quantiles`)
  const references = Float64Array.from(step.references)
  const mirroredReferences = mirror(references)
  const all = step.quantiles.map((quantiles, i) => numbersFor(quantiles, references.length, `${context.path}.quantiles[${i}]`))
  const mirrored = all.map(mirror)
  const normal = step.distribution === 'normal'
  const rank = (x: number, i: number) => {
    const quantiles = all[i]
    if (normal ? x - BOUND < quantiles[0] : x === quantiles[0]) return 0
    const last = quantiles[quantiles.length - 1]
    if (normal ? x + BOUND > last : x === last) return 1
    return 0.5 * (interpolate(x, quantiles, references) - interpolate(-x, mirrored[i], mirroredReferences))
  }
  return columns => {
    for (let i = 0; i < slots.length; i++) {
      const x = columns[slots[i]]
      if (Number.isNaN(x)) continue
      const value = rank(x, i)
      // Adding 0, as scipy adds the distribution's mean, turns -0 into 0.
      columns[slots[i]] = normal ? Math.min(Math.max(normalQuantile(value) + 0, SMALLEST), LARGEST) : value
    }
  }
})

function mirror(values: Float64Array): Float64Array {
  return values.map(value => -value).reverse()
}
