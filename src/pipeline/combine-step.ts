/** Categories of several columns together (CatBoost). */
import { combineHashes } from '../arithmetic/city-hash.js'
import type { CompileStep } from './compile-step.js'

/** Columns of categories are integers: their numbers, and 0 or 1. */
export const compileCombine: CompileStep<'combine'> = (step, { table, path }) => {
  const sources = step.columns.map(name => table.slot(name, path))
  const target = table.add(step.as, sources.flatMap(slot => [...table.sources(slot)]), path)
  const places = new Map(step.keys.map((key, i) => [BigInt(`0x${key}`), i]))
  return {
    reads: sources,
    writes: [target],
    apply: columns => {
      const numbers = sources.map(slot => columns[slot])
      columns[target] = numbers.every(Number.isInteger) ? places.get(combineHashes(numbers)) ?? -1 : -1
    }
  }
}
