/** Longest piece of a caller's text that a message repeats, in UTF-16 units. */
const SHOWN = 40

const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`

/**
 * Type and a short rendering of a value that a caller gave: `the text "6.5"`, `the number 75`, `a list of 1 value`.
 * From a program it may be of a type that JSON does not have: `a value of type Date`.
 */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (typeof value === 'string') {
    if (value.length <= SHOWN) return `the text ${JSON.stringify(value)}`
    return `the text ${JSON.stringify(value.slice(0, SHOWN))}... (${value.length} characters)`
  }
  if (typeof value === 'number') {
    if (Number.isNaN(value)) return 'NaN'
    // JSON has no infinity, but 1e999 parses to one.
    return Number.isFinite(value) ? `the number ${value}` : 'a number too large for 64 bits'
  }
  if (Array.isArray(value)) return `a list of ${plural(value.length, 'value')}`
  if (typeof value === 'boolean') return String(value)
  if (typeof value !== 'object') return `a value of type ${typeof value}`
  const type = Object.prototype.toString.call(value).slice('[object '.length, -1)
  return type === 'Object' ? `an object with ${plural(Object.keys(value).length, 'key')}` : `a value of type ${type}`
}
