/** Numbers and names for people. */
export type Language = 'en' | 'id'

export const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', id: 'id-ID' }

export interface Format {
  /** A value of a field: all digits that matter. */
  readonly number: (value: number) => string
  /** A share as a percentage with one decimal. */
  readonly percent: (share: number) => string
  /** A contribution, with its sign. */
  readonly signed: (value: number) => string
  /** A contribution to a share, in percentage points, with its sign. */
  readonly signedPercent: (share: number) => string
  /** A whole number. */
  readonly count: (value: number) => string
  /** Any value of a row. */
  readonly value: (value: unknown) => string
  readonly bytes: (value: number) => string
}

export function createFormat(language: Language): Format {
  const locale = LOCALES[language]
  const plain = new Intl.NumberFormat(locale, { maximumSignificantDigits: 6 })
  const share = new Intl.NumberFormat(locale, { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 })
  const signed = new Intl.NumberFormat(locale, { maximumSignificantDigits: 3, signDisplay: 'exceptZero' })
  const points = new Intl.NumberFormat(
    locale, { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 2, signDisplay: 'exceptZero' })
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 })
  const size = new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 })
  const number = (value: number) => plain.format(value)
  return {
    number,
    percent: value => share.format(value),
    signed: value => signed.format(value),
    signedPercent: value => points.format(value),
    count: value => whole.format(value),
    value: value => typeof value === 'number' ? number(value) : writeValue(value) || '–',
    bytes: value => value < 1e3 ? `${whole.format(value)} B` : value < 1e6 ? `${size.format(value / 1e3)} kB` : `${size.format(value / 1e6)} MB`
  }
}

/** A value of a row as a text that keeps all of it; nothing of one that is missing. */
export function writeValue(value: unknown): string {
  return typeof value === 'string' ? value : value === null || value === undefined ? '' : JSON.stringify(value)
}

/** A column's name as a person would write it: `avg_data_usage_gb` is "Avg data usage gb". */
export function humanize(name: string): string {
  const words = name.replaceAll(/[_.\s]+/g, ' ').trim()
  return words === '' ? name : words[0].toUpperCase() + words.slice(1)
}
