/** The words of an expression. */

export interface Token {
  readonly kind: 'number' | 'text' | 'name' | 'sign' | 'end'
  /** A sign or a word as it is written; the content of a text or of a name in backticks. */
  readonly text: string
  /** Index of its first character. */
  readonly at: number
  /** Whether a name is in backticks, and so no word of the language. */
  readonly quoted?: boolean
}

/** What is wrong with an expression, and where in it. */
export class ExpressionError extends Error {
  constructor(readonly at: number, message: string) {
    super(message)
  }
}

const PATTERNS: ReadonlyArray<readonly [kind: Token['kind'] | 'space', pattern: RegExp]> = [
  ['space', /\s+/y],
  ['number', /(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y],
  ['name', /[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*/uy],
  ['sign', /\*\*|\/\/|<=|>=|==|!=|[-+*/%<>(),[\]]/y]
]

const QUOTES = ['"', "'", '`']

/** @throws ExpressionError for a character that begins no word */
export function readTokens(source: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < source.length) {
    const character = source[at]
    if (QUOTES.includes(character)) {
      const { text, end } = readQuoted(source, at)
      tokens.push({ kind: character === '`' ? 'name' : 'text', text, at, quoted: true })
      at = end
      continue
    }
    const found = PATTERNS.map(([kind, pattern]) => {
      pattern.lastIndex = at
      return { kind, text: pattern.exec(source)?.[0] ?? '' }
    }).find(({ text }) => text !== '')
    if (found === undefined) throw new ExpressionError(at, `${JSON.stringify(character)} has no meaning in an expression`)
    if (found.kind !== 'space') tokens.push({ kind: found.kind, text: found.text, at })
    at += found.text.length
  }
  return [...tokens, { kind: 'end', text: '', at }]
}

/** A backslash takes the next character for itself. */
function readQuoted(source: string, start: number): { text: string, end: number } {
  let text = ''
  for (let at = start + 1; at < source.length; at++) {
    if (source[at] === source[start]) return { text, end: at + 1 }
    if (source[at] === '\\' && at + 1 < source.length) at++
    text += source[at]
  }
  throw new ExpressionError(start, `the ${source[start]} has no end`)
}
