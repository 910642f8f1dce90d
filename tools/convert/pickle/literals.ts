/** The text forms that protocol 0 gives numbers and strings, and the binary long. */
import { ConvertError } from '../errors/convert-error.js'

/** INT: decimal, where the exact texts 00 and 01 are False and True. */
export function parseInt0(line: string): number | bigint | boolean {
  if (line === '00') return false
  if (line === '01') return true
  return parseLong(line)
}

/** LONG: decimal with an optional trailing L. */
export function parseLong(line: string): number | bigint {
  const digits = line.trim().replace(/L$/, '')
  if (!/^[+-]?\d{1,5000}$/.test(digits)) throw new ConvertError(`${JSON.stringify(line.slice(0, 40))} is not an integer`)
  return toSafe(BigInt(digits.replace(/^\+/, '')))
}

/** FLOAT: Python's repr of a float. */
export function parseFloat0(line: string): number {
  const special = { nan: NaN, '-nan': NaN, inf: Infinity, '-inf': -Infinity }[line]
  if (special !== undefined) return special
  // A repr has at most 24 characters.
  if (line.length > 100 || !/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(line)) {
    throw new ConvertError(`${JSON.stringify(line.slice(0, 40))} is not a float`)
  }
  return Number(line)
}

/** LONG1 and LONG4: two's complement, little-endian; no bytes are 0. */
export function decodeLong(bytes: Uint8Array): number | bigint {
  if (bytes.length > 4096) throw new ConvertError(`an integer of ${bytes.length} bytes is not supported`)
  let hex = ''
  for (const byte of bytes) hex = byte.toString(16).padStart(2, '0') + hex
  return hex === '' ? 0 : toSafe(BigInt.asIntN(bytes.length * 8, BigInt(`0x${hex}`)))
}

function toSafe(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

/** UNICODE: Latin-1 with the escapes \uXXXX and \UXXXXXXXX and no others ("raw-unicode-escape"). */
export function decodeRawUnicodeEscape(line: string): string {
  return line.replace(/\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})/g, (_, short: string | undefined, long: string) => {
    const codePoint = parseInt(short ?? long, 16)
    if (codePoint > 0x10ffff) throw new ConvertError('text with an impossible code point')
    return short === undefined ? String.fromCodePoint(codePoint) : String.fromCharCode(codePoint)
  })
}

/** STRING: the repr of a Python 2 str, as Latin-1 text. */
export function decodeStringRepr(line: string): string {
  if (!/^(['"]).*\1$/s.test(line)) {
    throw new ConvertError('a string that is not quoted')
  }
  const simple: Record<string, string> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' }
  return line.slice(1, -1).replace(/\\(x[0-9a-fA-F]{2}|[0-7]{1,3}|.)/g, (_, escape: string) => {
    if (/^x./.test(escape)) return String.fromCharCode(parseInt(escape.slice(1), 16))
    if (/^[0-7]+$/.test(escape)) return String.fromCharCode(parseInt(escape, 8) & 0xff)
    return simple[escape] ?? (/[\\'"]/.test(escape) ? escape : `\\${escape}`)
  })
}
