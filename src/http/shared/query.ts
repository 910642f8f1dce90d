/** The queries of routes that take some. */
import { describeValue } from '../../errors/describe-value.js'
import { findNearName } from '../../model/near-names.js'
import { InputError, type FieldProblem } from '../../model/types.js'

/** One parameter of a query. */
export interface Parameter<T> {
  /** What it takes, in words. */
  readonly expected: string
  /** The value of a text; undefined when it is none. */
  readonly read: (text: string) => T | undefined
}

/** The parameters of a query, by name. */
export type Parameters<Values> = { readonly [Name in keyof Values]: Parameter<Values[Name]> }

/** No more other parameters are looked at: a caller may send thousands. */
const NAMED = 5

/** Of a name that there is not. */
const SHOWN = 40

/**
 * Other parameters than those that a route has are ignored where none of its own is there, unless one of them is nearly
 * one of its own: routes that had none were called with whatever callers and proxies add.
 * @param query as Fastify gives it: a list where a parameter is repeated
 * @param refusesOthers whether they are never ignored
 * @returns a value of each parameter that is there
 * @throws InputError naming each that is not taken, and each value that cannot be used
 */
export function readQuery<Values extends object>(
  query: unknown, parameters: Parameters<Values>, refusesOthers = false
): Partial<Values> {
  const values: Record<string, unknown> = {}
  const problems: FieldProblem[] = []
  const known: Readonly<Record<string, Parameter<unknown>>> = parameters
  const given = Object.entries(query as Record<string, unknown>)
  // Most requests have none.
  if (given.length === 0) return {}
  const others = given.filter(([name]) => !Object.hasOwn(known, name)).slice(0, NAMED)
  const ignoresOthers = !refusesOthers && given.every(([name]) => !Object.hasOwn(known, name))
  for (const [name] of others) {
    const near = findNearName(name, Object.keys(known))
    if (near !== undefined || !ignoresOthers) problems.push(describeOther(name, Object.keys(known), near))
  }
  for (const [name, value] of given) {
    if (!Object.hasOwn(known, name)) continue
    const read = typeof value === 'string' ? known[name].read(value) : undefined
    if (read !== undefined) values[name] = read
    else problems.push({ field: name, expected: known[name].expected, received: describeGiven(value) })
  }
  if (problems.length > 0) throw new InputError(problems)
  return values as Partial<Values>
}

function describeOther(name: string, known: readonly string[], near: string | undefined): FieldProblem {
  const expected = `${known.join(' or ')} in the query${near === undefined ? '' : `; is ${near} meant?`}`
  return { field: name.slice(0, SHOWN), expected, received: 'another parameter' }
}

function describeGiven(given: unknown): string {
  return Array.isArray(given) ? `the parameter ${given.length} times` : describeValue(given)
}

/** Decimal digits alone, and no more than a float64 keeps. */
export function wholeNumber(minimum: number, maximum: number): Parameter<number> {
  return {
    expected: `a whole number from ${minimum} to ${maximum}`,
    read: text => {
      const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN
      return value >= minimum && value <= maximum ? value : undefined
    }
  }
}

export function oneOf<T extends string>(...values: readonly T[]): Parameter<T> {
  return { expected: values.join(' or '), read: text => values.find(value => value === text) }
}
