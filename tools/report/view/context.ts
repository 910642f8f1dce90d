import { labelOf } from '../../../page/logic/describe-input.js'
import { createFormat, type Format, type Language } from '../../../page/logic/format.js'
import type { Input } from '../../../src/model/types.js'
import { textsOf, type Texts } from '../texts/texts.js'

/** What every part of a report has. */
export interface Context {
  readonly language: Language
  readonly texts: Texts
  readonly format: Format
  /** What fields are called. */
  readonly nameOf: (fields: readonly string[]) => string
}

export function openContext(language: Language, inputs: readonly Input[]): Context {
  const texts = textsOf(language)
  const descriptions = new Map(inputs.map(({ name, description }) => [name, description]))
  return {
    language, texts, format: createFormat(language),
    nameOf: fields => fields.map(name => labelOf(texts.page, name, descriptions.get(name))).join(' + ')
  }
}
