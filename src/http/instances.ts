/** The rows of a body with many: `{"instances":[row, ...]}`. */
import { InputError } from '../model/types.js'
import { describeValue } from '../pipeline/describe-value.js'
import { BODY, unreadable } from './problems.js'

/** Name of the list. */
export const INSTANCES = 'instances'

const HEAD = /^\ufeff?[ \t\r\n]*\{[ \t\r\n]*"instances"[ \t\r\n]*:[ \t\r\n]*\[/
const EMPTY = /[ \t\r\n]*\]/y
const TAIL = /^[ \t\r\n]*\}[ \t\r\n]*$/

/**
 * Gives the rows one by one. A body that begins with its list is cut between the rows and each is parsed when its turn
 * comes, since to parse a large one at once would hold up all other requests; another one is parsed as a whole.
 * @param parse JSON text to its value, or InputError
 * @returns rows as they were sent, whatever they are
 * @throws InputError when the body is no JSON or has no such list; after the rows when that shows only at the end
 */
export function* readInstances(text: string, parse: (text: string) => unknown): Generator<() => unknown> {
  const head = HEAD.exec(text)
  if (head === null) {
    for (const row of listOf(parse(text))) yield () => row
    return
  }
  let at = head[0].length
  EMPTY.lastIndex = at
  if (EMPTY.test(text)) {
    at = EMPTY.lastIndex
  } else {
    for (let closed = false; !closed;) {
      const end = endOfValue(text, at)
      if (end === -1) throw unreadable('text that is not JSON')
      const row = parse(text.slice(at, end))
      yield () => row
      closed = text[end] === ']'
      at = end + 1
    }
  }
  checkRest(text.slice(at), parse)
}

/** What follows the list: other properties are ignored, a second list of the name would replace the first. */
function checkRest(rest: string, parse: (text: string) => unknown): void {
  if (TAIL.test(rest)) return
  const others = parse(`{"${INSTANCES}":null${rest}`) as Record<string, unknown>
  if (others[INSTANCES] === null) return
  throw new InputError([{ field: INSTANCES, expected: 'one list of this name', received: 'several' }])
}

function listOf(body: unknown): readonly unknown[] {
  const expected = `a JSON object with a list "${INSTANCES}"`
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new InputError([{ field: BODY, expected, received: describeValue(body) }])
  }
  const list = Object.hasOwn(body, INSTANCES) ? (body as Record<string, unknown>)[INSTANCES] : undefined
  if (Array.isArray(list)) return list
  throw new InputError([{ field: INSTANCES, expected: 'a list of rows', received: describeValue(list) }])
}

/**
 * Where a value in a list ends: index of the comma or bracket after it, -1 when there is none. Brackets are only
 * counted: in valid JSON that is right, and what it cuts out of other text does not parse.
 */
function endOfValue(text: string, start: number): number {
  let depth = 0
  for (let i = start; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 0x22: // "
        i = endOfText(text, i)
        if (i === -1) return -1
        break
      case 0x7b: // {
      case 0x5b: // [
        depth++
        break
      case 0x7d: // }
        depth--
        break
      case 0x5d: // ]
        if (depth === 0) return i
        depth--
        break
      case 0x2c: // ,
        if (depth === 0) return i
    }
  }
  return -1
}

/** Index of the quote that ends a text: one with an even number of backslashes before it. */
function endOfText(text: string, start: number): number {
  for (let i = text.indexOf('"', start + 1); i !== -1; i = text.indexOf('"', i + 1)) {
    let escapes = i
    while (text.charCodeAt(escapes - 1) === 0x5c) escapes--
    if ((i - escapes) % 2 === 0) return i
  }
  return -1
}
