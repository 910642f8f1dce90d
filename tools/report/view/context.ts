import { labelOf } from '../../../page/logic/describe-input.js'
import { createFormat, LOCALES, type Format, type Language } from '../../../page/logic/format.js'
import type { Input } from '../../../src/model/types.js'
import { textsOf, type Texts } from '../texts/texts.js'

/** What every part of a report has. */
export interface Context {
  readonly language: Language
  readonly texts: Texts
  readonly format: Format
  /** A contribution to a share, with its sign: as many digits for small ones. */
  readonly signedShare: (share: number) => string
  /** Numbers of one axis: with as many digits as tell them apart. */
  readonly numbersOf: (values: readonly number[]) => (value: number) => string
  /** What fields are called. */
  readonly nameOf: (fields: readonly string[]) => string
}

/** Digits of a number, and of a float64. */
const LEAST_DIGITS = 6
const MOST_DIGITS = 17

/** Numbers beyond these would be rows of zeros. */
const TINY = 1e-6
const HUGE = 1e15

function openWriter(locale: string, options: Intl.NumberFormatOptions): (value: number) => string {
  const plain = new Intl.NumberFormat(locale, options)
  const scientific = new Intl.NumberFormat(locale, { ...options, notation: 'scientific' })
  return value => {
    const size = Math.abs(value)
    return (size === 0 || (size >= TINY && size < HUGE) ? plain : scientific).format(value)
  }
}

export function openContext(language: Language, inputs: readonly Input[]): Context {
  const texts = textsOf(language)
  const descriptions = new Map(inputs.map(({ name, description }) => [name, description]))
  const locale = LOCALES[language]
  const format = createFormat(language)
  const number = openWriter(locale, { maximumSignificantDigits: LEAST_DIGITS })
  return {
    language, texts,
    format: {
      ...format, number, value: value => typeof value === 'number' ? number(value) : format.value(value),
      signed: openWriter(locale, { maximumSignificantDigits: 3, signDisplay: 'exceptZero' })
    },
    signedShare: openWriter(locale, { style: 'percent', maximumSignificantDigits: 3, signDisplay: 'exceptZero' }),
    numbersOf: values => {
      const different = new Set(values).size
      for (let digits = LEAST_DIGITS; ; digits++) {
        const write = openWriter(locale, { maximumSignificantDigits: digits })
        if (digits === MOST_DIGITS || new Set(values.map(write)).size === different) return write
      }
    },
    nameOf: fields => fields.map(name => labelOf(texts.page, name, descriptions.get(name))).join(' + ')
  }
}
