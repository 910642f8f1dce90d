/** A report, whole: one file that needs no other one, no script and no network. */
import { LOCALES, type Language } from '../../../page/logic/format.js'
import { PACKAGE_VERSION } from '../../../src/config.js'
import type { RiskLimits } from '../../../src/http/page/page-settings.js'
import { isDemonstration } from '../../../src/model/demonstration.js'
import type { Findings } from '../data/collect.js'
import type { Explained } from '../data/explain-sample.js'
import { drawAnswers } from './answers.js'
import { drawCard, type CardOptions } from './card.js'
import { openContext } from './context.js'
import { html, Markup } from './markup.js'
import { drawScored } from './scored.js'
import { STYLE } from './style.js'
import { drawWhy } from './why.js'

export interface ReportOptions extends CardOptions {
  readonly language: Language
  /** What the model is called where it is served. */
  readonly name: string
  /** Undefined for standard input. */
  readonly inputName: string | undefined
  readonly findings: Findings
  /** Undefined when there is no row to explain. */
  readonly explained: Explained | { readonly reason: string } | undefined
  readonly limits: RiskLimits
  readonly time: Date
}

/** @returns HTML that ends with a line break */
export function drawReport(options: ReportOptions): string {
  const { language, name, inputName, findings, explained, limits, time, model } = options
  const context = openContext(language, model.inputs)
  const { own } = context.texts
  const made = new Intl.DateTimeFormat(LOCALES[language], { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(time)
  const output = explained !== undefined && 'output' in explained && model.outputs.length > 1 ? explained.output : undefined
  const sections = [['scored', own.scoredTitle], ['answers', own.answersTitle], ['why', own.whyTitle], ['card', own.cardTitle]]
  return html`<!DOCTYPE html>
<html lang="${language}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">
<title>${own.title(name)}</title><style>${new Markup(STYLE)}</style></head><body><main>
<header><h1>${own.title(name)}</h1><p class="lead">${model.description}</p>
<p class="note">${own.made(`${made} UTC`, PACKAGE_VERSION)}</p>
${isDemonstration(model.provenance) ? html`<p class="warning">${own.demonstration}</p>` : undefined}
<nav aria-label="${own.contents}">${sections.map(([id, title]) => html`<a href="#${id}">${title}</a>`)}</nav></header>
${drawScored(context, inputName, findings)}
${drawAnswers(context, findings, limits)}
${drawWhy(context, {
    explained, rows: findings.rows, inputs: model.inputs,
    outputName: output === undefined ? undefined : String(model.outputs[output].name ?? output)
  })}
${drawCard(context, options)}
</main></body></html>
`.text
}
