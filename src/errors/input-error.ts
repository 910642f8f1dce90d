/** A customer's profile or any other row of named values, as the caller sent it. */
export type Row = Record<string, unknown>

/** One field of a request that cannot be used, as the 400 answer shows it. */
export interface FieldProblem {
  readonly field: string
  readonly expected: string
  readonly received: string
}

/** A row that cannot be predicted from; the HTTP layer answers 400 with its problems. */
export class InputError extends Error {
  override readonly name = 'InputError'

  /** Each file of the library has a class of its own; what one throws is an instance of the others' as well. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'InputError' && 'problems' in value
  }

  constructor(readonly problems: readonly FieldProblem[]) {
    super(problems.map(p => `${p.field}: expected ${p.expected}, received ${p.received}`).join('; '))
  }
}
