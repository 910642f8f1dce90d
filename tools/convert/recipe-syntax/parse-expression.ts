/** Expressions of recipes: a part of Python's grammar, with its precedences. Nothing is ever evaluated as code. */
import { ExpressionError, readTokens, type Token } from './tokens.js'

/** A node, with the index of the character where it begins or where its operator is. */
export type Syntax = { readonly at: number } & (
  | { readonly kind: 'number', readonly value: number }
  | { readonly kind: 'text', readonly value: string }
  | { readonly kind: 'name', readonly name: string }
  | { readonly kind: 'list', readonly items: readonly Syntax[] }
  | { readonly kind: 'call', readonly name: string, readonly args: readonly Syntax[] }
  | { readonly kind: 'negative' | 'not', readonly value: Syntax }
  | { readonly kind: 'binary', readonly operator: string, readonly left: Syntax, readonly right: Syntax }
  | { readonly kind: 'if', readonly condition: Syntax, readonly then: Syntax, readonly otherwise: Syntax }
)

const MAX_DEPTH = 200
const MAX_LENGTH = 10_000
const WORDS = new Set(['and', 'or', 'not', 'in', 'if', 'else'])
const COMPARISONS = new Set(['<', '<=', '>', '>=', '==', '!='])

/** From the loosest to the tightest. */
const LEVELS: ReadonlyArray<readonly string[]> = [['+', '-'], ['*', '/', '//', '%']]

/** @throws ExpressionError for the first thing that is no expression */
export function parseExpression(source: string): Syntax {
  if (source.length > MAX_LENGTH) throw new ExpressionError(0, `${source.length} characters, expected at most ${MAX_LENGTH}`)
  const parser = new Parser(readTokens(source))
  return parser.parse()
}

class Parser {
  private index = 0
  private depth = 0

  constructor(private readonly tokens: readonly Token[]) {}

  parse(): Syntax {
    const expression = this.readChoice()
    return this.next.kind === 'end' ? expression : this.fail('an operator')
  }

  private get next(): Token {
    return this.tokens[this.index]
  }

  private isNext(...texts: string[]): boolean {
    const { kind, text, quoted } = this.next
    return (kind === 'sign' || kind === 'name') && quoted !== true && texts.includes(text)
  }

  private take(): Token {
    return this.tokens[this.index++]
  }

  private expect(text: string): void {
    if (!this.isNext(text)) this.fail(JSON.stringify(text))
    this.index++
  }

  private fail(expected: string): never {
    const { kind, text, at } = this.next
    throw new ExpressionError(at, `expected ${expected}, received ${kind === 'end' ? 'the end' : JSON.stringify(text)}`)
  }

  private nest<T>(read: () => T): T {
    if (++this.depth > MAX_DEPTH) throw new ExpressionError(this.next.at, `expected at most ${MAX_DEPTH} levels`)
    const result = read()
    this.depth--
    return result
  }

  /** `a if condition else b`. */
  private readChoice(): Syntax {
    return this.nest(() => {
      const then = this.readOr()
      if (!this.isNext('if')) return then
      const { at } = this.take()
      const condition = this.readOr()
      this.expect('else')
      return { kind: 'if', at, condition, then, otherwise: this.readChoice() }
    })
  }

  private readOr(): Syntax {
    return this.readLeft(['or'], () => this.readLeft(['and'], () => this.readNot()))
  }

  private readLeft(operators: readonly string[], readOperand: () => Syntax): Syntax {
    let left = readOperand()
    while (this.isNext(...operators)) {
      const { at, text: operator } = this.take()
      left = { kind: 'binary', at, operator, left, right: readOperand() }
    }
    return left
  }

  private readNot(): Syntax {
    if (!this.isNext('not')) return this.readComparison()
    const { at } = this.take()
    return { kind: 'not', at, value: this.nest(() => this.readNot()) }
  }

  /** `a < b < c` is `a < b and b < c`. */
  private readComparison(): Syntax {
    let left = this.readLevel(0)
    let all: Syntax | undefined
    for (;;) {
      const { at } = this.next
      const operator = this.readComparator()
      if (operator === undefined) return all ?? left
      // What is compared with both of its neighbours is there twice.
      if (all !== undefined && left.kind !== 'name' && left.kind !== 'number') {
        throw new ExpressionError(left.at, 'expected a name or a number between two comparisons: write a < b and b < c')
      }
      const right = this.readLevel(0)
      const one: Syntax = operator === 'not in'
        ? { kind: 'not', at, value: { kind: 'binary', at, operator: 'in', left, right } }
        : { kind: 'binary', at, operator, left, right }
      all = all === undefined ? one : { kind: 'binary', at, operator: 'and', left: all, right: one }
      left = right
    }
  }

  private readComparator(): string | undefined {
    if (this.next.kind === 'sign' && COMPARISONS.has(this.next.text)) return this.take().text
    if (this.isNext('in')) return this.take().text
    if (!this.isNext('not')) return undefined
    this.take()
    this.expect('in')
    return 'not in'
  }

  private readLevel(level: number): Syntax {
    return level === LEVELS.length ? this.readSigned() : this.readLeft(LEVELS[level], () => this.readLevel(level + 1))
  }

  private readSigned(): Syntax {
    if (!this.isNext('-', '+')) return this.readPower()
    const { at, text } = this.take()
    const value = this.nest(() => this.readSigned())
    if (text === '+') return value
    return value.kind === 'number' ? { ...value, at, value: -value.value } : { kind: 'negative', at, value }
  }

  /** `**` binds tighter than a sign before it, and looser than one after it. */
  private readPower(): Syntax {
    const left = this.readValue()
    if (!this.isNext('**')) return left
    const { at } = this.take()
    return { kind: 'binary', at, operator: '**', left, right: this.nest(() => this.readSigned()) }
  }

  private readValue(): Syntax {
    const { kind, text, at, quoted } = this.next
    if (kind === 'number') {
      this.take()
      return { kind: 'number', at, value: Number(text.replaceAll('_', '')) }
    }
    if (kind === 'text') {
      this.take()
      return { kind: 'text', at, value: text }
    }
    if (kind === 'name' && (quoted === true || !WORDS.has(text))) {
      this.take()
      if (quoted !== true && this.isNext('(')) return { kind: 'call', at, name: text, args: this.readList('(', ')') }
      return { kind: 'name', at, name: text }
    }
    if (this.isNext('[')) return { kind: 'list', at, items: this.readList('[', ']') }
    if (!this.isNext('(')) return this.fail('a number, a text, a name or (')
    const items = this.readList('(', ')')
    const isTuple = items.length !== 1 || this.tokens[this.index - 2].text === ','
    return isTuple ? { kind: 'list', at, items } : items[0]
  }

  /** What is between two brackets, with commas between, and one after the last if people like that. */
  private readList(open: string, close: string): Syntax[] {
    this.expect(open)
    const items: Syntax[] = []
    while (!this.isNext(close)) {
      items.push(this.readChoice())
      if (!this.isNext(close)) this.expect(',')
    }
    this.take()
    return items
  }
}
