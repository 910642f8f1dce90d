import { checkCount } from './column-table.js'
import { createFailure } from './create-failure.js'
import type { CompileStep } from './compile-step.js'
import { DumpError } from '../dump/dump-error.js'

/**
 * The B-splines of a value, by de Boor's recurrence in the order of scipy's `_deBoor_D`: those that are not 0 are
 * `degree + 1` in a row.
 */
export const compileSpline: CompileStep<'spline'> = ({ column, knots: t, degree, outside, as }, { table, path }) => {
  const last = t.length - degree - 2
  if (last < degree) throw new DumpError(`${path}.knots`, `expected at least ${2 * degree + 2} numbers for degree ${degree}`)
  if (as.length !== last) checkCount(as, last + 1, `${path}.as`)
  const source = table.slot(column, path)
  const sources = table.sources(source)
  const targets = as.map(name => table.add(name, sources, path))
  const [least, most] = [t[degree], t[last + 1]]
  const fail = createFailure(sources, `a number from ${least} to ${most}`)
  const h = new Float64Array(degree + 1)
  const before = new Float64Array(degree + 1)
  return {
    reads: [source],
    writes: targets,
    ...(outside === 'error' && { refuses: sources }),
    apply: (columns, row) => {
      const value = columns[source]
      if (outside === 'error' && !(value >= least && value <= most)) fail(row)
      const x = outside === 'constant' ? Math.min(Math.max(value, least), most) : value
      let at = degree
      while (at < last && x >= t[at + 1]) at++
      h.fill(0)
      h[0] = 1
      for (let j = 1; j <= degree; j++) {
        before.set(h)
        h[0] = 0
        for (let n = 1; n <= j; n++) {
          const [above, below] = [t[at + n], t[at + n - j]]
          h[n] = 0
          if (above === below) continue
          const w = before[n - 1] / (above - below)
          h[n - 1] += w * (above - x)
          h[n] = w * (x - below)
        }
      }
      for (let k = 0; k < targets.length; k++) {
        // As scipy adds up: one that overflows makes NaN of all others.
        let sum = 0
        for (let n = 0; n <= degree; n++) sum += n === k - at + degree ? h[n] : 0 * h[n]
        columns[targets[k]] = sum
      }
    }
  }
}
