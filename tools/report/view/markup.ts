/** HTML from templates: whatever is put into one is text, unless a template made it. */

export class Markup {
  constructor(readonly text: string) {}
}

export type Part = string | number | Markup | undefined | readonly Part[]

/** What HTML does not take, and what turns the text around it about: to none of both is there a reference. */
const UNFIT = /[\p{Cs}\u202a-\u202e\u2066-\u2069]|(?![\t\n\r])\p{Cc}/gu

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Every value is escaped for text and for attributes in quotes; lists are joined, undefined is nothing. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.reduce((text, string, i) => text + toText(parts[i - 1]) + string))
}

function toText(part: Part): string {
  if (part === undefined) return ''
  if (part instanceof Markup) return part.text
  if (typeof part === 'object') return part.map(toText).join('')
  return String(part).replaceAll(UNFIT, '\ufffd').replaceAll(/[&<>"']/g, character => ESCAPES[character])
}
