/** Text from a file that nobody vouches for, made fit for a terminal. */

/** Control, format and surrogate characters, line separators, and spaces that pass for others. */
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}]|[^\P{Zs} ]/gu

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** The same text on one line, with every character that a terminal could act on as a visible escape. */
export function escapeText(text: string): string {
  return text.replace(UNSAFE, character => SHORT[character] ?? escapeCodePoint(character.codePointAt(0) ?? 0))
}

/** As Python would write it: quoted, and escaped like {@link escapeText}. */
export function quoteText(text: string): string {
  return `'${escapeText(text.replace(/[\\']/g, '\\$&'))}'`
}

/** JSON text without the control and format characters that JSON itself leaves alone. */
export function escapeJson(json: string): string {
  return json.replace(UNSAFE, character => Array.from({ length: character.length }, (_, i) =>
    `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''))
}

/** The first `max` UTF-16 units, without half a character at the end. */
export function cutText(text: string, max: number): string {
  return text.length <= max ? text : text.slice(0, max).replace(/[\ud800-\udbff]$/, '')
}

function escapeCodePoint(code: number): string {
  const hex = code.toString(16)
  return code < 0x100 ? `\\x${hex.padStart(2, '0')}` : code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`
}
