/** A text as the name of a test: what is not visible in ASCII is escaped, as a report of tests may hold no other. */
export function visible(text: string): string {
  return JSON.stringify(text).replaceAll(/[^ -~]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
