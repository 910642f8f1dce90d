/** The literals of Python that the header of a .npy file is made of. Nothing else is understood, and nothing is run. */
import { ConvertError } from '../errors/convert-error.js'

export type Literal = null | boolean | number | string | LiteralList | ReadonlyMap<string, Literal>

export class LiteralList {
  constructor(readonly items: readonly Literal[], readonly isTuple: boolean) {}
}

const MAX_DEPTH = 20
const TOKEN = /[ \t\r\n]*(?:([0-9]{1,15})(?![0-9A-Za-z_.])|('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")|(True|False|None)\b|([{}[\](),:]))/y
const CONSTANTS: Readonly<Record<string, null | boolean>> = { True: true, False: false, None: null }
const ESCAPES = /\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[\\'"])/g

/** @throws ConvertError for anything else than numbers, strs, bools, None, tuples, lists and dicts of these */
export function parseLiteral(text: string): Literal {
  const reader = new LiteralReader(text)
  const value = reader.value(0)
  reader.end()
  return value
}

class LiteralReader {
  private at = 0
  private token = ''
  private literal: Literal | undefined

  constructor(private readonly text: string) {
    this.next()
  }

  value(depth: number): Literal {
    if (depth > MAX_DEPTH) throw new ConvertError(`a header nested more than ${MAX_DEPTH} deep`)
    const { literal } = this
    if (literal !== undefined) {
      this.next()
      return literal
    }
    if (this.take('{')) return this.dict(depth)
    if (this.take('[')) return new LiteralList(this.items(']', depth), false)
    if (!this.take('(')) return this.fail()
    const items = this.items(')', depth)
    return new LiteralList(items, true)
  }

  end(): void {
    if (this.token !== '' || this.literal !== undefined) this.fail()
  }

  private items(close: string, depth: number): Literal[] {
    const items: Literal[] = []
    while (!this.take(close)) {
      items.push(this.value(depth + 1))
      if (this.take(close)) break
      if (!this.take(',')) this.fail()
    }
    return items
  }

  private dict(depth: number): ReadonlyMap<string, Literal> {
    const dict = new Map<string, Literal>()
    while (!this.take('}')) {
      const key = this.value(depth + 1)
      if (typeof key !== 'string' || dict.has(key) || !this.take(':')) return this.fail()
      dict.set(key, this.value(depth + 1))
      if (this.take('}')) break
      if (!this.take(',')) this.fail()
    }
    return dict
  }

  private take(token: string): boolean {
    if (this.literal !== undefined || this.token !== token) return false
    this.next()
    return true
  }

  private next(): void {
    this.token = ''
    this.literal = undefined
    if (this.text.slice(this.at).trim() === '') return
    TOKEN.lastIndex = this.at
    const [, number, quoted, constant, mark] = TOKEN.exec(this.text) ?? this.fail()
    this.at = TOKEN.lastIndex
    if (number !== undefined) this.literal = Number(number)
    else if (quoted !== undefined) this.literal = unquote(quoted)
    else if (constant !== undefined) this.literal = CONSTANTS[constant]
    else this.token = mark
  }

  private fail(): never {
    const rest = this.text.slice(this.at).trim().slice(0, 40)
    throw new ConvertError(`its header is not one that numpy writes, near ${JSON.stringify(rest)} (nothing was executed)`)
  }
}

function unquote(quoted: string): string {
  return quoted.slice(1, -1).replace(ESCAPES, (_, escape: string) =>
    /^[xu]./.test(escape) ? String.fromCharCode(parseInt(escape.slice(1), 16)) : escape)
}
