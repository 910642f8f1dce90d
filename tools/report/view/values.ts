/** Values of a field over many rows. */

/** A number, or a flag as 1 or 0; undefined for everything else. */
export function toNumber(value: unknown): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0
  return typeof value === 'number' ? value : undefined
}

/** @returns [n] where each number stands among all, from 0 to 1, equal ones at the same place; undefined for others */
export function rankValues(values: readonly unknown[]): Array<number | undefined> {
  const numbers = values.map(toNumber)
  const sorted = numbers.filter(value => value !== undefined).sort((a, b) => a - b)
  const ends = new Map<number, { readonly first: number, last: number }>()
  sorted.forEach((value, i) => {
    const known = ends.get(value)
    if (known === undefined) ends.set(value, { first: i, last: i })
    else known.last = i
  })
  return numbers.map(value => {
    const end = value === undefined ? undefined : ends.get(value)
    return end && (end.first + end.last + 1) / 2 / sorted.length
  })
}

/** @returns at most so many of a list, evenly spaced */
export function spaced<T>(list: ArrayLike<T>, most: number): T[] {
  const count = Math.min(list.length, most)
  return Array.from({ length: count }, (_, i) => list[Math.floor(i * list.length / count)])
}

export function meanOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length
}
