import type { Context } from './context.js'
import { html, type Markup, type Part } from './markup.js'

/** @param rows cells, of which the first names the row and all after it are numbers */
export function drawTable(header: readonly string[], rows: ReadonlyArray<readonly Part[]>): Markup {
  return html`<div class="scroll"><table class="plain">
<thead><tr>${header.map((title, i) => html`<th scope="col"${i > 0 ? html` class="number"` : undefined}>${title}</th>`)}</tr></thead>
<tbody>${rows.map(([first, ...cells]) => html`<tr><th scope="row">${first}</th>${cells.map(cell => html`<td class="number">${cell}</td>`)}</tr>`)}</tbody>
</table></div>`
}

/** A chart, and the same as a table for those who cannot see it. */
export function drawFigure({ texts }: Context, chart: Markup, table: Markup): Markup {
  return html`<figure>${chart}<details><summary>${texts.page.asTable}</summary>${table}</details></figure>`
}
