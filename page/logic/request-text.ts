/** Requests that ask the service what the page shows, to be copied. */
import type { Row } from '../models/types.js'

/** @param url absolute */
export function writeCurl(url: string, row: Row): string {
  return `curl -s ${quoteShell(url)} -H 'content-type: application/json' -d ${quoteShell(JSON.stringify(row))}`
}

/** @param url absolute */
export function writeAxios(url: string, row: Row): string {
  return `const { data } = await axios.post(${JSON.stringify(url)}, ${writeLiteral(row)})`
}

/** A text in one argument of a POSIX shell. */
function quoteShell(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}

/** JSON is JavaScript, but for a key that would set the prototype. */
function writeLiteral(row: Row): string {
  const lines = Object.entries(row).map(([name, value]) =>
    `  ${name === '__proto__' ? '["__proto__"]' : JSON.stringify(name)}: ${JSON.stringify(value)}`)
  return lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}\n}`
}

/** What is sent of a row: nothing of what is missing. */
export function dropMissing(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null && value !== undefined))
}
