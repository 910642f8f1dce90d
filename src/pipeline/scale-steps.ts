/** Scalers and what else treats each column by itself with comparisons and one or two operations. */
import type { Unit } from './column-table.js'
import { checkCount, numbersFor } from './column-table.js'
import type { CompileStep, StepContext } from './compile-step.js'

/** A unit that changes the columns in place, each by itself. */
export function inPlace(names: readonly string[], context: StepContext, change: (slots: number[]) => Unit['apply']): Unit {
  const slots = names.map(name => context.table.slot(name, context.path))
  return { reads: slots, writes: slots, apply: change(slots) }
}

/** `(x - mean) / scale`, either of them optional, one rounding each. */
export const compileScale: CompileStep<'scale'> = (step, context) => inPlace(step.columns, context, slots => {
  const mean = step.mean && numbersFor(step.mean, slots.length, `${context.path}.mean`)
  const scale = step.scale && numbersFor(step.scale, slots.length, `${context.path}.scale`)
  return columns => {
    for (let i = 0; i < slots.length; i++) {
      let value = columns[slots[i]]
      if (mean !== undefined) value -= mean[i]
      if (scale !== undefined) value /= scale[i]
      columns[slots[i]] = value
    }
  }
})

/** `x * factor + offset`, the offset optional, one rounding each. */
export const compileMultiply: CompileStep<'multiply'> = (step, context) => inPlace(step.columns, context, slots => {
  const factor = numbersFor(step.factor, slots.length, `${context.path}.factor`)
  const offset = step.offset && numbersFor(step.offset, slots.length, `${context.path}.offset`)
  return columns => {
    for (let i = 0; i < slots.length; i++) {
      const value = columns[slots[i]] * factor[i]
      columns[slots[i]] = offset === undefined ? value : value + offset[i]
    }
  }
})

/** `numpy.clip`: NaN stays. */
export const compileClip: CompileStep<'clip'> = ({ columns: names, minimum = -Infinity, maximum = Infinity }, context) =>
  inPlace(names, context, slots => columns => {
    for (let i = 0; i < slots.length; i++) {
      const value = columns[slots[i]]
      if (value < minimum) columns[slots[i]] = minimum
      else if (value > maximum) columns[slots[i]] = maximum
    }
  })

/** 1 above the threshold, else 0. */
export const compileThreshold: CompileStep<'threshold'> = ({ columns: names, threshold }, context) =>
  inPlace(names, context, slots => columns => {
    for (let i = 0; i < slots.length; i++) columns[slots[i]] = columns[slots[i]] > threshold ? 1 : 0
  })

/** How many of the column's edges are at or below the value: `numpy.searchsorted(edges, x, side="right")`. */
export const compileBin: CompileStep<'bin'> = ({ columns: names, edges, slack }, context) =>
  inPlace(names, context, slots => {
    checkCount(edges, slots.length, `${context.path}.edges`)
    return columns => {
      for (let i = 0; i < slots.length; i++) {
        const value = columns[slots[i]]
        const compared = slack === undefined ? value : value + (1e-8 + 1e-5 * Math.abs(value))
        columns[slots[i]] = countAtMost(edges[i], compared)
      }
    }
  })

/** Number of ascending `edges` that are <= value. */
function countAtMost(edges: readonly number[], value: number): number {
  let low = 0
  let high = edges.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (edges[middle] <= value) low = middle + 1
    else high = middle
  }
  return low
}
