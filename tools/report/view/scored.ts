/** What was scored: rows, and why others were not. */
import type { Findings } from '../data/collect.js'
import type { Context } from './context.js'
import { html, type Markup } from './markup.js'
import { drawTable } from './table.js'

/** Reasons that are listed. */
const LISTED = 20

/** @param inputName undefined for standard input */
export function drawScored(context: Context, inputName: string | undefined, findings: Findings): Markup {
  const { texts: { own, page }, format } = context
  const { rows, rejected, defaulted, blank, absent, rejections } = findings
  const total = rows + rejected
  const tile = (name: string, value: number, kind = '') => html`<div class="tile ${kind}"><dt>${name}</dt><dd>${format.count(value)}${
    total > 0 && value !== total ? html`<span>${format.percent(value / total)}</span>` : undefined}</dd></div>`
  return html`<section id="scored"><h2>${own.scoredTitle}</h2>
<p class="lead">${own.file}: <code>${inputName ?? own.standardInput}</code> (${findings.format === 'csv' ? 'CSV' : 'NDJSON'})</p>
<dl class="tiles">${tile(own.rows, total)}${tile(own.answered, rows)}${tile(own.rejected, rejected, rejected > 0 ? 'bad' : '')}${tile(own.defaulted, defaulted)}</dl>
${defaulted > 0 ? html`<p class="note">${own.defaultedText}</p>` : undefined}
${absent.length > 0 ? html`<p class="warning">${page.absent(absent.join(', '))}</p>` : undefined}
${blank > 0 ? html`<p class="note">${own.blank(format.count(blank))}</p>` : undefined}
${rejections.length === 0 ? undefined : html`<h3>${own.rejections}</h3><p class="note">${own.rejectionsText}</p>
${drawTable(own.rejections, [own.reason, page.rowsAxis, own.firstLines], rejections.slice(0, LISTED).map(({ reason, count, lines }) =>
    [reason, format.count(count), lines.join(', ') + (count > lines.length ? ',\u00a0…' : '')]))}`}
</section>`
}
