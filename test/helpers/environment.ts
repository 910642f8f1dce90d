/**
 * A variable that says what a test may use, such as a folder or a program.
 * @returns undefined when it is not set or empty: the test is then skipped
 */
export function readVariable(name: string): string | undefined {
  const value = process.env[name]?.trim()
  return value === '' ? undefined : value
}
