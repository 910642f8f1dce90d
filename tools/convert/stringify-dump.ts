/**
 * A dump as text: every number in its shortest form that reads back as the same float64, `-0` included. Objects have a
 * line for each key, arrays of numbers one line in all, so that a tree is a handful of lines.
 */
export function stringifyDump(value: unknown): string {
  return `${stringify(value, '')}\n`
}

function stringify(value: unknown, indent: string): string {
  if (isFlat(value)) return stringifyFlat(value)
  const inner = `${indent}  `
  if (Array.isArray(value)) {
    return `[\n${value.map(item => inner + stringify(item, inner)).join(',\n')}\n${indent}]`
  }
  const entries = Object.entries(value as object).filter(([, item]) => item !== undefined)
  if (entries.length === 0) return '{}'
  const lines = entries.map(([key, item]) => `${inner}${JSON.stringify(key)}: ${stringify(item, inner)}`)
  return `{\n${lines.join(',\n')}\n${indent}}`
}

/** Primitives, and arrays of nothing but flat values. */
function isFlat(value: unknown): boolean {
  return typeof value !== 'object' || value === null || (Array.isArray(value) && value.every(isFlat))
}

function stringifyFlat(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(stringifyFlat).join(',')}]`
  if (typeof value !== 'number') return JSON.stringify(value)
  if (!Number.isFinite(value)) throw new RangeError(`a dump cannot hold the number ${value}`)
  return Object.is(value, -0) ? '-0' : String(value)
}
