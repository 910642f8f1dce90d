/** Numbers that a person would write. */
import type { Span } from './pieces.js'

/** How much further than needed a nice number may be, of the distance that is needed. */
export const FURTHER = 0.1

/**
 * The number with the fewest digits that lies in a span, near the end that is nearer to another number.
 * @param end of the span, which is given back when no shorter number is near enough
 */
export function findNice(span: Span, end: number, from: number): number {
  const isUp = end === span.from
  const reach = Math.abs(end - from) * FURTHER
  const far = isUp ? Math.min(span.to, end + reach) : Math.max(span.from, end - reach)
  const size = Math.max(Math.abs(end), Math.abs(far))
  if (size === 0 || !Number.isFinite(size)) return end
  for (let exponent = Math.floor(Math.log10(size)), digits = 0; digits < 17; digits++, exponent--) {
    const units = isUp ? Math.ceil(scale(end, -exponent)) : Math.floor(scale(end, -exponent))
    // As written, it is the nearest number of so few digits.
    const nice = Number(`${units}e${exponent}`) + 0
    if (isUp ? nice >= end && nice <= far : nice <= end && nice >= far) return nice
  }
  return end
}

/** `x * 10 ** exponent`, rounded once. */
function scale(x: number, exponent: number): number {
  const [digits, own = '0'] = String(x).split('e')
  return Number(`${digits}e${Number(own) + exponent}`)
}
