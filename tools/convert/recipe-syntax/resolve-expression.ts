/** From an expression's syntax to an expression of the dump: names become columns, texts codes. */
import type { Expression } from '../../../src/dump/dump.js'
import { MOST_DECIMALS } from '../../../src/dump/format.js'
import type { Syntax } from './parse-expression.js'
import { suggest } from './suggest.js'
import { ExpressionError } from './tokens.js'

/** What the names in an expression stand for. */
export interface Scope {
  /** The column with the numbers of a name; undefined where there is none. */
  number(name: string, at: number): Expression | undefined
  /** The same for `float(name)`, where that makes a difference. */
  float?(name: string): Expression | undefined
  /** The column that holds the code of a text, and that code; undefined where the name is none of texts. */
  text(name: string, value: string): { column: string, code: number } | undefined
  /** For suggestions. */
  readonly names: readonly string[]
}

/** Functions of one number, by Python's and numpy's names. */
const FUNCTIONS: Readonly<Record<string, Extract<Expression, readonly [unknown, unknown]>[0]>> = {
  abs: 'absolute', absolute: 'absolute', fabs: 'absolute', cbrt: 'cbrt', ceil: 'ceil', exp: 'exp', exp2: 'exp2', expm1: 'expm1',
  float32: 'float32', floor: 'floor', int: 'trunc', log: 'log', log10: 'log10', log1p: 'log1p', log2: 'log2', rint: 'rint',
  sign: 'sign', sqrt: 'sqrt', square: 'square', trunc: 'trunc'
}

const OTHERS = ['clip', 'float', 'max', 'min', 'round']
const KNOWN = [...Object.keys(FUNCTIONS), ...OTHERS].sort()

/** What people write before the functions of these modules. */
const MODULE = /^(np|numpy|math)\./

/** @throws ExpressionError for a name that stands for nothing, and for texts where numbers belong */
export function resolveExpression(syntax: Syntax, scope: Scope): Expression {
  const resolve = (part: Syntax) => resolveExpression(part, scope)
  switch (syntax.kind) {
    case 'number': return finite(syntax.value, syntax.at)
    case 'text':
    case 'list': throw new ExpressionError(syntax.at, 'a text or a list can only be compared: NAME == "text", NAME in ("a", "b")')
    case 'name': return resolveName(syntax.name, syntax.at, scope)
    case 'negative': return ['negative', resolve(syntax.value)]
    case 'not': return ['if', resolve(syntax.value), 0, 1]
    case 'if': return ['if', resolve(syntax.condition), resolve(syntax.then), resolve(syntax.otherwise)]
    case 'call': return resolveCall(syntax, scope)
    case 'binary': return resolveBinary(syntax, scope)
  }
}

/** Names in an expression, those included that are compared with texts. */
export function namesIn(syntax: Syntax): string[] {
  switch (syntax.kind) {
    case 'number':
    case 'text': return []
    case 'name': return [syntax.name]
    case 'list': return syntax.items.flatMap(namesIn)
    case 'call': return syntax.args.flatMap(namesIn)
    case 'negative':
    case 'not': return namesIn(syntax.value)
    case 'if': return [syntax.condition, syntax.then, syntax.otherwise].flatMap(namesIn)
    case 'binary': return [...namesIn(syntax.left), ...namesIn(syntax.right)]
  }
}

/** The texts that names are compared with. */
export function textsIn(syntax: Syntax): Array<{ name: string, text: string }> {
  switch (syntax.kind) {
    case 'number':
    case 'text':
    case 'name':
    case 'list': return []
    case 'call': return syntax.args.flatMap(textsIn)
    case 'negative':
    case 'not': return textsIn(syntax.value)
    case 'if': return [syntax.condition, syntax.then, syntax.otherwise].flatMap(textsIn)
    case 'binary': {
      const { left, right } = syntax
      const sides = [left, right]
      const name = sides.find(side => side.kind === 'name')
      const texts = sides.flatMap(side => side.kind === 'list' ? side.items : [side]).filter(side => side.kind === 'text')
      if (name === undefined || texts.length === 0) return [...textsIn(left), ...textsIn(right)]
      return texts.map(({ value }) => ({ name: name.name, text: value }))
    }
  }
}

function finite(value: number, at: number): number {
  if (!Number.isFinite(value)) throw new ExpressionError(at, 'the number is too large for 64 bits')
  return value
}

function resolveName(name: string, at: number, scope: Scope): Expression {
  const column = scope.number(name, at)
  if (column !== undefined) return column
  if (scope.names.includes(name)) {
    throw new ExpressionError(at, `${JSON.stringify(name)} is text: compare it, such as ${name} == "...", or give it an encoder`)
  }
  const hint = suggest(name, scope.names)
  throw new ExpressionError(at, `nothing is called ${JSON.stringify(name)}${hint || `, there are ${scope.names.slice(0, 12).join(', ') || 'no names'}`}`)
}

function resolveCall({ name: written, args, at }: Extract<Syntax, { kind: 'call' }>, scope: Scope): Expression {
  const resolve = (part: Syntax) => resolveExpression(part, scope)
  const name = written.replace(MODULE, '')
  const count = (least: number, most = least) => {
    if (args.length >= least && args.length <= most) return
    const wanted = least === most ? String(least) : most === Infinity ? `at least ${least}` : `${least} or ${most}`
    throw new ExpressionError(at, `${name} takes ${wanted} values, received ${args.length}`)
  }
  if (Object.hasOwn(FUNCTIONS, name)) {
    count(1)
    return [FUNCTIONS[name], resolve(args[0])]
  }
  switch (name) {
    case 'float':
      count(1)
      return (args[0].kind === 'name' ? scope.float?.(args[0].name) : undefined) ?? resolve(args[0])
    case 'min':
    case 'max': {
      count(2, Infinity)
      const [first, ...others] = args.map(resolve)
      return others.reduce<Expression>((left, right) => [name, left, right], first)
    }
    case 'clip':
      count(3)
      return ['min', ['max', resolve(args[0]), resolve(args[1])], resolve(args[2])]
    case 'round': {
      count(1, 2)
      if (/^(np|numpy)\./.test(written)) throw new ExpressionError(at, `${written} rounds in another way than round: write rint(x * 100) / 100`)
      const value = resolve(args[0])
      // An integer has no -0.
      if (args.length === 1) return ['+', ['round', value, 0], 0]
      const [, decimals] = args
      if (decimals.kind !== 'number' || !Number.isInteger(decimals.value) || decimals.value < 0 || decimals.value > MOST_DECIMALS) {
        throw new ExpressionError(decimals.at, `round takes a number of decimals from 0 to ${MOST_DECIMALS}`)
      }
      return ['round', value, decimals.value]
    }
    default: throw new ExpressionError(at, `no function is called ${JSON.stringify(written)}${suggest(name, KNOWN) || `; there are ${KNOWN.join(', ')}`}`)
  }
}

function resolveBinary(syntax: Extract<Syntax, { kind: 'binary' }>, scope: Scope): Expression {
  const { operator, left, right, at } = syntax
  if (operator === 'and') return ['if', resolveExpression(left, scope), resolveExpression(right, scope), 0]
  if (operator === 'or') {
    const first = resolveExpression(left, scope)
    if (isCondition(left)) return ['if', first, 1, resolveExpression(right, scope)]
    // What is there twice must not be large.
    if (left.kind === 'name') return ['if', first, first, resolveExpression(right, scope)]
    throw new ExpressionError(left.at, 'expected a condition or a name before or: write A if A != 0 else B')
  }
  if (operator === 'in') {
    if (right.kind !== 'list' || right.items.length === 0) throw new ExpressionError(right.at, 'expected a list after in, such as ("a", "b")')
    const [first, ...others] = right.items.map(item => resolveBinary({ kind: 'binary', at, operator: '==', left, right: item }, scope))
    return others.reduce<Expression>((all, one) => ['if', all, 1, one], first)
  }
  if (left.kind === 'text' || right.kind === 'text') return compareText(syntax, scope)
  const operation: unknown = [operator, resolveExpression(left, scope), resolveExpression(right, scope)]
  return operation as Expression
}

/** Whether a value is 1 or 0. */
function isCondition(syntax: Syntax): boolean {
  if (syntax.kind === 'not') return true
  if (syntax.kind !== 'binary') return false
  const { operator, left, right } = syntax
  if (operator === 'and' || operator === 'or') return isCondition(left) && isCondition(right)
  return ['in', '<', '<=', '>', '>=', '==', '!='].includes(operator)
}

function compareText({ operator, left, right, at }: Extract<Syntax, { kind: 'binary' }>, scope: Scope): Expression {
  const [name, text] = left.kind === 'text' ? [right, left] : [left, right]
  if ((operator !== '==' && operator !== '!=') || name.kind !== 'name' || text.kind !== 'text') {
    throw new ExpressionError(at, 'a text can only be compared with a name: NAME == "text", NAME != "text", NAME in ("a", "b")')
  }
  const found = scope.text(name.name, text.value)
  if (found !== undefined) return [operator, found.column, found.code]
  // A name that stands for nothing has its own error.
  resolveName(name.name, name.at, scope)
  throw new ExpressionError(name.at, `${JSON.stringify(name.name)} is no text`)
}
