/**
 * LightGBM does not keep the names of columns as they were: blanks become underscores, and columns of an array, which
 * scikit-learn calls x0, x1, ..., become Column_0, Column_1, ... To LightGBM itself names do not matter at prediction,
 * so that people send the ones they know.
 */
import type { Input } from '../dump/dump.js'
import type { Row } from '../errors/input-error.js'

function isRenamed(input: Input): boolean {
  return (input.type === 'number' || input.type === 'category') && input.renamed === true
}

/** What LightGBM makes of a name. */
function respell(name: string): string {
  return /^x\d+$/.test(name) ? `Column_${name.slice(1)}` : name.replaceAll(' ', '_')
}

/**
 * The field under which each renamed input stands among others, where it is not there under its own name. One that two
 * fields could be is none of them.
 * @returns the field by the input's name
 */
export function findOriginals(inputs: readonly Input[], fields: readonly string[]): Map<string, string> {
  const own = new Set(inputs.map(({ name }) => name))
  const lacking = new Set(inputs.filter(isRenamed).map(({ name }) => name))
  for (const field of fields) lacking.delete(field)
  const found = new Map<string, string>()
  if (lacking.size === 0) return found
  const twice = new Set<string>()
  for (const field of fields) {
    const name = respell(field)
    if (own.has(field) || !lacking.has(name)) continue
    if (found.has(name)) twice.add(name)
    found.set(name, field)
  }
  for (const name of twice) found.delete(name)
  return found
}

/** @returns a function that puts fields under the names of their inputs; undefined where none of these was renamed */
export function compileOriginals(inputs: readonly Input[]): ((row: Row) => Row) | undefined {
  const renamed = inputs.filter(isRenamed)
  if (renamed.length === 0) return undefined
  return row => {
    // Most rows have all of them, and need no search.
    if (renamed.every(({ name }) => Object.hasOwn(row, name))) return row
    const found = findOriginals(inputs, Object.keys(row))
    if (found.size === 0) return row
    const copy = { ...row }
    for (const [name, field] of found) {
      // What the check of the body says of other fields.
      if (typeof row[field] !== 'number' || Number.isFinite(row[field])) copy[name] = row[field]
    }
    return copy
  }
}
