/** Names that somebody may have meant. */

/** Longest name that is compared: the time to compare two grows with the product of their lengths. */
const MAX_LENGTH = 100

/**
 * The known name that a given one is nearest to.
 * @returns undefined when none is near: alike but for case and what separates words, or few characters away
 */
export function findNearName(given: string, known: Iterable<string>): string | undefined {
  if (given.length > MAX_LENGTH) return undefined
  const wanted = fold(given)
  let best: string | undefined
  // One character in four, at most two.
  let limit = Math.min(2, Math.floor(wanted.length / 4)) + 1
  for (const name of known) {
    if (name === given) return name
    const folded = fold(name)
    if (folded === wanted) return name
    if (Math.abs(folded.length - wanted.length) >= limit || folded.length > MAX_LENGTH) continue
    const distance = countEdits(wanted, folded)
    if (distance >= limit) continue
    limit = distance
    best = name
  }
  return best
}

/** LightGBM writes what is neither a letter nor a digit as an underscore; people write camel case. */
function fold(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '')
}

/** Characters to insert, delete, replace or swap with their neighbour (optimal string alignment). */
function countEdits(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1))
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) row[j] = Math.min(row[j], beforeLast[j - 2] + 1)
    }
    beforeLast = last
    last = row
  }
  return last[b.length]
}
