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

/** A message names no more parameters that there are not: a caller may send thousands. */
const NAMED = 5

/** Of a name that there is not. */
const SHOWN = 40

/**
 * @param query as Fastify gives it: a list where a parameter is repeated
 * @returns a value of each parameter that is there
 * @throws InputError naming each that is not taken, and each value that cannot be used
 */
export function readQuery<Values extends object>(query: unknown, parameters: Parameters<Values>): Partial<Values> {
  const values: Record<string, unknown> = {}
  const problems: FieldProblem[] = []
  const known: Readonly<Record<string, Parameter<unknown>>> = parameters
  let unknown = 0
  for (const [name, given] of Object.entries(query as Record<string, unknown>)) {
    if (!Object.hasOwn(known, name)) {
      if (unknown++ < NAMED) problems.push(describeUnknown(name, Object.keys(known)))
      continue
    }
    const value = typeof given === 'string' ? known[name].read(given) : undefined
    if (value !== undefined) values[name] = value
    else problems.push({ field: name, expected: known[name].expected, received: describeGiven(given) })
  }
  if (problems.length > 0) throw new InputError(problems)
  return values as Partial<Values>
}

function describeUnknown(name: string, known: readonly string[]): FieldProblem {
  const near = findNearName(name, known)
  const expected = known.length === 0 ? 'no parameters in the query'
    : `${known.join(' or ')} in the query${near === undefined ? '' : `; is ${near} meant?`}`
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
