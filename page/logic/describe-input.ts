/** Inputs of a model, in words. */
import type { Input } from '../../library/core.js'
import { humanize } from './format.js'

/** What is said in the reader's language. */
interface InputTexts {
  /** Of the demonstration's fields, by name. */
  readonly fields: Readonly<Record<string, string>>
  /** Of the demonstration's units. */
  readonly units: Readonly<Record<string, string>>
  readonly required: string
  readonly missingOwn: string
}

/** What a field is called: its description where that is short, else its name. */
export function labelOf({ fields }: Pick<InputTexts, 'fields'>, name: string, description: string | undefined): string {
  const label = Object.hasOwn(fields, name) ? fields[name] : description
  return label !== undefined && label.length <= 60 ? label : humanize(name)
}

/** A unit beside a label that does not have it already. */
export function unitOf({ units }: Pick<InputTexts, 'units'>, unit = '', label = ''): string | undefined {
  const text = Object.hasOwn(units, unit) ? units[unit] : unit
  return text === '' || label.toLowerCase().includes(text.toLowerCase()) ? undefined : text
}

/** Categories that are listed. */
const LISTED = 12

/** What a field may hold: categories, or the ends of a range and the unit. */
export function describeRange(input: Input, texts: Pick<InputTexts, 'units'>, show: (value: number) => string): string {
  if (input.type === 'category') {
    const more = input.categories.length > LISTED ? ', …' : ''
    return input.categories.slice(0, LISTED).join(', ') + more
  }
  if (input.type !== 'number') return ''
  const { minimum, maximum, unit, values } = input
  const range = values !== undefined ? values.map(show).join(', ')
    : minimum !== undefined && maximum !== undefined ? `${show(minimum)} – ${show(maximum)}`
    : minimum !== undefined ? `≥ ${show(minimum)}` : maximum !== undefined ? `≤ ${show(maximum)}` : ''
  return [range, unitOf(texts, unit)].filter(text => text !== undefined && text !== '').join(' · ')
}

/** What a missing value counts as; empty where nothing is known of that. */
export function describeMissing(
  input: Input, texts: InputTexts, show: (value: unknown) => string
): string {
  if (input.type !== 'number' && input.type !== 'category') return ''
  const missing = input.fallback?.missing
  if (missing === undefined) return texts.required
  return missing === null || missing === 'NaN' ? texts.missingOwn : show(missing)
}
