/**
 * How far the answers of a model with sums of products may be from scikit-learn's, whose BLAS adds in an order of its
 * own: each sum is moved to either end of what another order can make of it, and the answers are computed again. Trees
 * that read no sums stay where they are, and so must their answers.
 */
import { boundSum, type CompileSums } from '../../../src/arithmetic/sums.js'
import type { Dump } from '../../../src/dump/dump.js'
import { listReaders } from '../../../src/dump/list-forests.js'
import { sumReference } from '../../../src/evaluator/reference.js'
import { createModel } from '../../../src/model/create-model.js'
import type { Model, Row } from '../../../src/model/types.js'

/** Units in the last place that several sums together may add to what each does alone, by the rounding after them. */
const ROUNDING = 4

export interface BoundedAnswer {
  /** [nValues] */
  readonly values: Float64Array
  /** [nValues] By how much scikit-learn's may be off; 0: the bits are the same. */
  readonly bounds: Float64Array
  /** [nOutputs] Classes that may be predicted: one, but where a bound reaches over the decision. */
  readonly classIndexes: ReadonlyArray<ReadonlySet<number>>
}

/** Whether a number is scikit-learn's, or as near to it as another order of sums can bring it. */
export function isWithin(computed: number, expected: number, bound: number): boolean {
  return Object.is(computed, expected) || Math.abs(computed - expected) <= bound
}

/** Sums of a step or a predictor. */
interface Part {
  /** [nSums] */
  readonly shifts: Float64Array
  readonly radii: Float64Array
}

export class SumBounds {
  private readonly parts: Part[] = []
  private readonly model: Model
  /** Whether what is predicted is computed of sums, and not by trees that may stand behind some. */
  private readonly isSmooth: boolean

  constructor(dump: Dump) {
    const compile: CompileSums = sums => {
      const { coef, intercept, centre } = sums
      const evaluate = sumReference(sums)
      const part = { shifts: new Float64Array(coef.length), radii: new Float64Array(coef.length) }
      this.parts.push(part)
      return (row, out) => {
        evaluate(row, out)
        for (let k = 0; k < coef.length; k++) {
          part.radii[k] = boundSum(row, coef[k], intercept?.[k])
          if (centre !== undefined) {
            part.radii[k] += boundSum(centre, coef[k]) + Number.EPSILON * (part.radii[k] + Math.abs(out[k]))
          }
          out[k] += part.shifts[k]
        }
      }
    }
    this.model = createModel({ ...dump, golden: [] }, undefined, compile)
    this.isSmooth = listReaders(dump.model).some(({ kind }) => kind !== 'forest')
  }

  /** @throws InputError as the model does */
  predict(row: Row): BoundedAnswer {
    const { model, parts } = this
    const first = model.predict(row)
    const values = first.values.slice()
    const bounds = new Float64Array(values.length)
    const classIndexes = Array.from(first.classIndexes, index => new Set([index]))
    const radii = parts.map(part => part.radii.slice())
    parts.forEach(({ shifts }, p) => {
      radii[p].forEach((radius, k) => {
        if (radius === 0) return
        const moved = new Float64Array(values.length)
        for (const shift of [-radius, radius]) {
          shifts[k] = shift
          const other = model.predict(row)
          other.values.forEach((value, i) => { moved[i] = Math.max(moved[i], Math.abs(value - values[i])) })
          other.classIndexes.forEach((index, o) => classIndexes[o].add(index))
        }
        shifts[k] = 0
        moved.forEach((distance, i) => { bounds[i] += distance })
      })
    })
    const nMoved = radii.reduce((sum, list) => sum + list.filter(radius => radius > 0).length, 0)
    if (this.isSmooth && nMoved > 1) bounds.forEach((bound, i) => { bounds[i] = bound + ROUNDING * ulp(values[i]) })
    return { values, bounds, classIndexes }
  }
}

/** The distance from a number to the next one. */
function ulp(value: number): number {
  const size = Math.abs(value)
  return size < 2 ** -1022 ? 2 ** -1074 : 2 ** (Math.floor(Math.log2(size)) - 52)
}
