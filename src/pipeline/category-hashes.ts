/** Hashes of categories. To compute one takes as long as a small forest, so those that came lately are kept. */
import { hashCategory } from '../arithmetic/city-hash.js'

/** Callers choose the texts: few are kept, and short ones only. With 64 characters each they take 3 MB. */
const MAX_KEPT = 2 ** 14
const MAX_LENGTH = 64

/** {@link hashCategory} that remembers. */
export function createCategoryHash(): (text: string) => number {
  const kept = new Map<string, number>()
  return text => {
    if (text.length > MAX_LENGTH) return hashCategory(text)
    let hash = kept.get(text)
    if (hash === undefined) {
      hash = hashCategory(text)
      if (kept.size >= MAX_KEPT) kept.clear()
      kept.set(copy(text), hash)
    }
    return hash
  }
}

/** A text that was cut out of a larger one, such as a file's line, would keep all of that in memory. */
function copy(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string
}
