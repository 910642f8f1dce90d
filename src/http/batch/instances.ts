/** The rows of a body with many: `{"instances":[row, ...]}`. */
import { InputError } from '../../model/types.js'
import { describeValue } from '../../errors/describe-value.js'
import { BODY, unreadable } from '../shared/problems.js'

/** Name of the list. */
export const INSTANCES = 'instances'

/** With a byte order mark or without. */
const OPENING = /^\ufeff?[ \t\r\n]*\{/
const BLANKS = /[ \t\r\n]*/y
const TAIL = /^[ \t\r\n]*\}[ \t\r\n]*$/

/**
 * Gives the rows one by one. A body is cut between the rows and each is parsed when its turn comes, since to parse a
 * large one at once would hold up all other requests. So that no row does, it may be as long as a request of one.
 * @param parse JSON text to its value, or InputError
 * @param limit longest row, and most that may stand beside the list, in bytes
 * @returns rows as they were sent, whatever they are; those that are too long throw InputError
 * @throws InputError when the body is no JSON or has no such list; after the rows when that shows only at the end
 */
export function* readInstances(
  text: string, parse: (text: string) => unknown, limit: number
): Generator<() => unknown> {
  const list = findList(text)
  if (list === undefined || isLonger(text.slice(0, list.property), limit)) {
    if (isLonger(text, limit)) fail(BODY, `a JSON object with a list "${INSTANCES}", and not much before it`, 'another text')
    for (const row of listOf(parse(text))) yield () => row
    return
  }
  checkOthers(`${text.slice(0, list.property)}"":null}`, parse)
  let at = skipBlanks(text, list.value + 1)
  if (text[at] === ']') {
    at++
  } else {
    let index = 0
    for (let closed = false; !closed; index++) {
      const end = endOfValue(text, at)
      if (end === -1) throw unreadable(`text that is not JSON: it ends within ${INSTANCES}[${index}]`)
      if (text[end] === '}') throw unreadable(`text that is not JSON: a "}" after ${INSTANCES}[${index}], where "]" is due`)
      yield readRow(text.slice(at, end), index, parse, limit)
      closed = text[end] === ']'
      at = end + 1
    }
  }
  const rest = text.slice(at)
  if (TAIL.test(rest)) return
  if (isLonger(rest, limit)) fail(BODY, `at most ${limit} bytes beside the list`, 'more')
  checkOthers(`{"":null${rest}`, parse)
}

function readRow(text: string, index: number, parse: (text: string) => unknown, limit: number): () => unknown {
  if (isLonger(text, limit)) return () => fail(BODY, `a JSON object of at most ${limit} bytes`, 'a longer one')
  // Lines and columns in a message are counted from the row's start.
  const row = explain(() => parse(text), received => `${received} (in ${INSTANCES}[${index}])`)
  return () => row
}

/** @param words what a problem's `received` becomes, given what it was */
function explain<T>(read: () => T, words: (received: string) => string): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    throw new InputError(error.problems.map(problem => ({ ...problem, received: words(problem.received) })))
  }
}

/** Properties beside the list are ignored; a second list of the name would replace the first. */
function checkOthers(text: string, parse: (text: string) => unknown): void {
  // Not where: this is not the text that came.
  const others = explain(() => parse(text), () => `text that is not JSON, beside the list "${INSTANCES}"`)
  if (Object.hasOwn(others as object, INSTANCES)) fail(INSTANCES, 'one list of this name', 'several')
}

function fail(field: string, expected: string, received: string): never {
  throw new InputError([{ field, expected, received }])
}

/** A UTF-16 unit is three bytes at most. */
function isLonger(text: string, limit: number): boolean {
  return text.length * 3 > limit && Buffer.byteLength(text) > limit
}

function listOf(body: unknown): readonly unknown[] {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return fail(BODY, `a JSON object with a list "${INSTANCES}"`, describeValue(body))
  }
  const list = Object.hasOwn(body, INSTANCES) ? (body as Record<string, unknown>)[INSTANCES] : undefined
  return Array.isArray(list) ? list : fail(INSTANCES, 'a list of rows', describeValue(list))
}

/** Where the list is, and the property that it is the value of; undefined when it is not found. */
function findList(text: string): { property: number, value: number } | undefined {
  let at = (OPENING.exec(text)?.[0].length ?? 0) - 1
  while (at >= 0 && text[at] !== '}' && text[at] !== ']') {
    const property = skipBlanks(text, at + 1)
    const end = text[property] === '"' ? endOfText(text, property) : -1
    const colon = end === -1 ? -1 : skipBlanks(text, end + 1)
    if (text[colon] !== ':') return undefined
    const value = skipBlanks(text, colon + 1)
    if (text[value] === '[' && text.slice(property + 1, end) === INSTANCES) return { property, value }
    at = endOfValue(text, value)
  }
  return undefined
}

function skipBlanks(text: string, start: number): number {
  BLANKS.lastIndex = start
  BLANKS.test(text)
  return BLANKS.lastIndex
}

/**
 * Where a value in a list or an object ends: index of the comma or bracket after it, -1 when there is none. Brackets
 * are only counted: in valid JSON that is right, and what it cuts out of other text does not parse.
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
