/** Whether a label is an integer that float64 does not hold, and so is text in a dump and in answers. */
export function isLargeInteger(label: unknown): boolean {
  return typeof label === 'string' && /^-?\d{16,}$/.test(label) && !Number.isSafeInteger(Number(label))
}
