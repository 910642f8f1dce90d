/** The language that a caller reads. */
import type { Language } from '../../threads/protocol.js'

/** `in` is what Indonesian was called once, and still is by some devices. */
const LANGUAGES: ReadonlyMap<string, Language> = new Map([['en', 'en'], ['id', 'id'], ['in', 'id']])

/** What those read who do not say, or read neither. */
const BY_DEFAULT: Language = 'en'

/** @param accepted the header Accept-Language, such as `id-ID,id;q=0.9,en;q=0.8` */
export function chooseLanguage(accepted: string | undefined): Language {
  let best = BY_DEFAULT
  let highest = 0
  for (const part of (accepted ?? '').split(',')) {
    const [range, ...parameters] = part.split(';').map(text => text.trim().toLowerCase())
    const language = LANGUAGES.get(range.split('-', 1)[0])
    const quality = parameters.find(text => text.startsWith('q='))
    const weight = quality === undefined ? 1 : Number(quality.slice(2))
    // Of two that are equally welcome the first one wins.
    if (language === undefined || !(weight > highest)) continue
    best = language
    highest = weight
  }
  return best
}
