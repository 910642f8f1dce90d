/** How the answers are distributed. */
import { categorize } from '../../../page/logic/read-answer.js'
import type { Histogram } from '../../../page/logic/summary.js'
import type { RiskLimits } from '../../../src/http/page/page-settings.js'
import type { ColumnCounts, Findings } from '../data/collect.js'
import { drawBars, drawHistogram } from './charts.js'
import type { Context } from './context.js'
import { html, type Markup } from './markup.js'
import { drawFigure, drawTable } from './table.js'

/** Labels that have a bar. */
const MOST_BARS = 30

/** Columns that are drawn. */
const MOST_COLUMNS = 24

const RISKS = ['HIGH', 'MEDIUM', 'LOW'] as const

export function drawAnswers(context: Context, { rows, columns }: Findings, limits: RiskLimits): Markup {
  const { texts: { own, page }, format } = context
  const more = columns.slice(MOST_COLUMNS).map(({ name }) => name)
  return html`<section id="answers"><h2>${own.answersTitle}</h2>
${rows === 0 ? html`<p>${own.noRows}</p>` : html`<p class="lead">${own.answersText}</p>
<div class="balanced">${columns.slice(0, MOST_COLUMNS).map(column => html`<div>${column.kind === 'label' ? drawLabels(context, column, rows) : drawNumbers(context, column, limits)}</div>`)}</div>
${more.length > 0 ? html`<p class="note">${page.others(format.count(more.length))}: ${more.slice(0, MOST_BARS).join(', ')}</p>` : undefined}`}
</section>`
}

/** The columns of the model of risk, as its route calls them. */
const RISK = { score: 'risk_score', category: 'risk_category' }

function drawLabels(
  { texts: { own, page }, format }: Context, { name, labels }: Extract<ColumnCounts, { kind: 'label' }>, rows: number
): Markup {
  const title = own.labels(name)
  const isRisk = name === RISK.category
  const ranked = isRisk ? RISKS.map(risk => [risk, labels.get(risk) ?? 0] as const)
    : [...labels].sort(([, a], [, b]) => b - a)
  const others = ranked.slice(MOST_BARS).reduce((sum, [, count]) => sum + count, 0)
  const shown = [...ranked.slice(0, MOST_BARS), ...others > 0 ? [[own.otherValues, others] as const] : []]
  return html`<h3>${title}</h3>${drawBars({
    caption: title, header: [name, page.rowsAxis, own.share],
    bars: shown.map(([label, count]) => ({
      label: isRisk ? page.categories[label as typeof RISKS[number]] : label, value: count,
      colour: isRisk ? label.toLowerCase() : 'series',
      cells: [format.count(count), format.percent(count / rows)]
    }))
  })}`
}

function drawNumbers(
  context: Context, { name, kind, numbers }: Exclude<ColumnCounts, { kind: 'label' }>, limits: RiskLimits
): Markup {
  const { texts: { own, page }, format } = context
  const isShare = kind === 'share'
  const histogram = numbers.histogram(isShare)
  const isRisk = name === RISK.score
  const show = isShare ? format.percent : context.numbersOf(histogram?.edges ?? [])
  const showTick = (share: number) => format.percent(share).replace(/[.,]0/, '')
  const title = own.histogram(name)
  const limit = (at: number, category: 'MEDIUM' | 'HIGH') =>
    ({ at, label: own.from(showTick(at), page.categories[category]) })
  return html`<h3>${title}</h3><p class="note">${own.summary(show(numbers.mean), show(numbers.minimum), show(numbers.maximum))}</p>
${histogram === undefined ? undefined : drawFigure(context, drawHistogram({
    label: title, histogram, count: format.count,
    colour: middle => isRisk ? categorize(middle, limits).toLowerCase() : 'series',
    limits: isRisk ? [limit(limits.mediumFrom, 'MEDIUM'), limit(limits.highFrom, 'HIGH')] : [],
    show: isShare ? () => showTick : context.numbersOf
  }), drawTable(title, [page.value, page.rowsAxis], listBins(histogram, show, format.count)))}`
}

function listBins(
  { edges, counts }: Histogram, show: (value: number) => string, count: (value: number) => string
): Array<[string, string]> {
  return counts.flatMap((rows, i): Array<[string, string]> => rows === 0 ? [] : [[`${show(edges[i])} – ${show(edges[i + 1])}`, count(rows)]])
}
