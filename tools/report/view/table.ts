import type { Context } from './context.js'
import { html, type Markup, type Part } from './markup.js'

/**
 * @param label what the table is called for those who cannot see it
 * @param rows cells, of which the first names the row and all after it are numbers
 */
export function drawTable(label: string, header: readonly string[], rows: ReadonlyArray<readonly Part[]>): Markup {
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0"><table class="plain">
<thead><tr>${header.map((title, i) => html`<th scope="col"${i > 0 ? html` class="number"` : undefined}>${title}</th>`)}</tr></thead>
<tbody>${rows.map(([first, ...cells]) => html`<tr><th scope="row">${first}</th>${cells.map(cell => html`<td class="number">${cell}</td>`)}</tr>`)}</tbody>
</table></div>`
}

/** A chart, and the same as a table for those who cannot see it. */
export function drawFigure({ texts }: Context, chart: Part, table: Markup): Markup {
  return html`<figure>${chart}<details><summary>${texts.page.asTable}</summary>${table}</details></figure>`
}
