/** Where a text stops being JSON: `JSON.parse` says so in some cases only, and repeats what the caller sent. */

/** Words that other languages write for what JSON does not have. They are no customer's data. */
const FOREIGN_WORD = /-?(?:NaN|nan|Infinity|inf|undefined|None|True|False)(?!\w)/y

const BLANKS = /[ \t\n\r]*/y
const SCALAR = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y
const ESCAPE = /\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4})/y

/**
 * @param text that `JSON.parse` refuses
 * @returns where it stops being JSON, in words that repeat nothing but a word of another language
 */
export function describeJsonFault(text: string): string {
  const at = findFault(text.trimEnd())
  const before = text.slice(0, at)
  const place = `line ${before.split('\n').length}, column ${at - before.lastIndexOf('\n')}`
  FOREIGN_WORD.lastIndex = at
  const word = FOREIGN_WORD.exec(text)?.[0]
  if (word !== undefined) return `${word} at ${place}, which JSON does not have: ${adviseFor(word)}`
  if (at >= text.trimEnd().length) return `it ends too early, at ${place}`
  if (text[at] === "'") return `a single quote at ${place}: write double quotes`
  return `something unexpected at ${place}`
}

function adviseFor(word: string): string {
  if (word === 'True' || word === 'False') return `write ${word.toLowerCase()}`
  return 'send null for a missing value'
}

/** What may come next, outside of strings. */
type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | ':' | ', or bracket' | 'end'

/** Offset of the first thing that JSON cannot have there; the text's length where it ends too early. */
function findFault(text: string): number {
  /** The brackets that are still to close, the innermost last. */
  const open: string[] = []
  const afterValue = (): Expected => open.length === 0 ? 'end' : ', or bracket'
  let expected: Expected = 'value'
  let at = skip(BLANKS, text, 0)
  while (at < text.length) {
    const char = text[at]
    let end = at + 1
    if (char === '"' && (expected.startsWith('value') || expected.startsWith('key'))) {
      const string = readString(text, at)
      if (!string.whole) return string.end
      end = string.end
      expected = expected.startsWith('key') ? ':' : afterValue()
    } else if (expected.startsWith('value') && (char === '{' || char === '[')) {
      open.push(char === '{' ? '}' : ']')
      expected = char === '{' ? 'key or }' : 'value or ]'
    } else if (char === open.at(-1) && (expected === ', or bracket' || expected.endsWith(` or ${char}`))) {
      open.pop()
      expected = afterValue()
    } else if (expected.startsWith('value')) {
      end = skip(SCALAR, text, at)
      if (end === at) return at
      expected = afterValue()
    } else if (char === ',' && expected === ', or bracket') {
      expected = open.at(-1) === '}' ? 'key' : 'value'
    } else if (char === ':' && expected === ':') {
      expected = 'value'
    } else {
      return at
    }
    at = skip(BLANKS, text, end)
  }
  return at
}

/** Where a string ends, or where it cannot go on. */
function readString(text: string, start: number): { end: number, whole: boolean } {
  let at = start + 1
  while (at < text.length && text[at] !== '"') {
    const next = text[at] === '\\' ? skip(ESCAPE, text, at) : text.charCodeAt(at) < 0x20 ? at : at + 1
    if (next === at) return { end: at, whole: false }
    at = next
  }
  return at < text.length ? { end: at + 1, whole: true } : { end: at, whole: false }
}

/** Where a sticky pattern's match at `start` ends; `start` when there is none. */
function skip(pattern: RegExp, text: string, start: number): number {
  pattern.lastIndex = start
  return pattern.test(text) ? pattern.lastIndex : start
}
