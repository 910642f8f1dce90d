/** What a report says, beside what the page says too. */
import type { Language } from '../../../page/logic/format.js'
import { en as pageEn, type Texts as PageTexts } from '../../../page/texts/en.js'
import { id as pageId } from '../../../page/texts/id.js'
import { en, type ReportTexts } from './en.js'
import { id } from './id.js'

export const LANGUAGES: readonly Language[] = ['en', 'id']

export interface Texts {
  readonly own: ReportTexts
  readonly page: PageTexts
}

const TEXTS: Readonly<Record<Language, Texts>> = { en: { own: en, page: pageEn }, id: { own: id, page: pageId } }

export function textsOf(language: Language): Texts {
  return TEXTS[language]
}
