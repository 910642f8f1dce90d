/**
 * The value, which goes into an answer.
 * @throws Error when it is not a finite number: JSON would have it null, and the caller would never know
 */
export function finite(value: number, what: string): number {
  if (!Number.isFinite(value)) throw new Error(`${what} is not a finite number`)
  return value
}
