/**
 * XGBoost writes the words NaN, Infinity and -Infinity where JSON has no numbers, as Python's json does.
 * @param text what JSON.parse may refuse for their sake alone
 * @returns the same with null for NaN, and numbers beyond float64 for the infinities
 */
export function replaceNonFinite(text: string): string {
  const parts: string[] = []
  let from = 0
  const interesting = /["NI]/g
  for (let match = interesting.exec(text); match !== null; match = interesting.exec(text)) {
    const { index } = match
    if (match[0] === '"') {
      interesting.lastIndex = findStringEnd(text, index + 1)
      continue
    }
    const word = match[0] === 'N' ? 'NaN' : 'Infinity'
    if (!text.startsWith(word, index)) continue
    parts.push(text.slice(from, index), word === 'NaN' ? 'null' : '1e999')
    from = index + word.length
    interesting.lastIndex = from
  }
  return parts.join('') + text.slice(from)
}

/** @returns the place after the quote that ends the string, or the end of the text */
function findStringEnd(text: string, start: number): number {
  for (let end = text.indexOf('"', start); end >= 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0
    while (text[end - 1 - backslashes] === '\\' && end - 1 - backslashes >= start) backslashes++
    if (backslashes % 2 === 0) return end + 1
  }
  return text.length
}
