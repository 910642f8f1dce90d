/** What the answers depend on: importances, and the contributions row by row. */
import type { Input } from '../../../src/model/types.js'
import type { Explained, Player } from '../data/explain-sample.js'
import { SEED } from '../data/sample.js'
import { drawBars, drawSwarms, type Layout } from './charts.js'
import type { Context } from './context.js'
import { drawDependence } from './dependence.js'
import { html, type Markup } from './markup.js'
import { drawFigure, drawTable } from './table.js'
import { meanOf, rankValues, spaced, toNumber } from './values.js'

/** Fields that are drawn, the strongest first. */
const SWARMS = 14
const BARS = 25

/** Dots of a swarm. */
const DOTS = 400

/** Steps of the colour of a value. */
const SHADES = 6

interface WhyOptions {
  readonly explained: Explained | { readonly reason: string } | undefined
  /** Rows that have an answer. */
  readonly rows: number
  readonly inputs: readonly Input[]
  /** Name of the output that is explained, where there are several. */
  readonly outputName: string | undefined
}

export function drawWhy(context: Context, { explained, rows, inputs, outputName }: WhyOptions): Markup {
  const { texts: { own, page }, format } = context
  const section = (content: Markup) => html`<section id="why"><h2>${own.whyTitle}</h2>${content}</section>`
  if (explained === undefined) return section(html`<p>${own.noRows}</p>`)
  if ('reason' in explained) return section(html`<p>${own.noReason(explained.reason)}</p>`)
  const { space, base, label, instead, refused, players, isOverClasses } = explained
  if (explained.rows === 0) return section(html`<p>${own.refused(format.count(refused))}</p>`)
  const isShare = space === 'probability'
  const write = isShare ? context.signedShare : format.signed
  const largest = Math.max(...players.map(({ importance }) => importance))
  // What roundings leave of sums that ought to be 0 is 0.
  const show = (value: number) => write(Math.abs(value) < largest * 1e-12 ? 0 : value)
  const plain = (value: number) => show(value).replace(/^\+/, '')
  const done = explained.rows + refused
  const notes = [
    own.exact,
    done < rows ? own.sampled(format.count(done), format.count(rows), String(SEED)) : own.all(format.count(done)),
    ...refused > 0 ? [own.refused(format.count(refused))] : [],
    ...outputName === undefined ? [] : [own.explainedOutput(outputName)],
    ...label === undefined ? [] : [own.explainedClass(String(label))],
    ...instead === undefined ? [] : [own.instead(instead)],
    own.baseIs(isShare ? format.percent(base) : format.number(base))
  ]
  const unit = own.units[space] ?? space
  const axis = `${own.contribution} (${unit})`
  const ranked = [...players].sort((a, b) => b.importance - a.importance)
  return section(html`<p class="lead">${notes.join(' ')}</p>
<h3>${own.importances}</h3><p class="note">${isOverClasses ? own.importancesOver(unit) : own.importancesText(unit)}</p>
${drawBars({
    caption: own.importances, header: [page.field, own.meanAbsolute],
    bars: ranked.slice(0, BARS).map(({ fields, importance }) =>
      ({ label: context.nameOf(fields), value: importance, cells: [plain(importance)] }))
  })}
<h3>${own.beeswarm}</h3><p class="note">${own.beeswarmText} ${explained.rows > DOTS ? own.beeswarmDrawn(format.count(DOTS)) : undefined}</p>
${drawBeeswarm(context, players.slice(0, SWARMS), { axis, show, plain })}
${drawDependence(context, { players, inputs, axis, show })}`)
}

interface Shown {
  readonly axis: string
  readonly show: (value: number) => string
  /** Without a sign. */
  readonly plain: (value: number) => string
}

function drawBeeswarm(context: Context, players: readonly Player[], { axis, show, plain }: Shown): Markup {
  const { texts: { own, page }, nameOf } = context
  const swarms = players.map(({ fields, contributions, values }) => {
    const colours = colourValues(values, contributions.length)
    return { label: nameOf(fields), values: spaced(contributions, DOTS), colours: spaced(colours, DOTS) }
  })
  const header = [page.field, own.meanAbsolute, own.lowest, own.highest, own.atLow, own.atHigh]
  const chart = (layout: Layout) => html`<div class="${layout}">${drawSwarms({ label: own.beeswarm, swarms, axis, show, layout })}</div>`
  const legend = html`<p class="legend"><span>${own.low} ${Array.from({ length: SHADES }, (_, i) => html`<span class="key key-v${i}"></span>`)} ${own.high}</span> <span><span class="key key-none"></span> ${own.uncoloured}</span></p>`
  return html`${legend}${drawFigure(context, [chart('wide'), chart('stacked')],
    drawTable(own.beeswarm, header, players.map(player =>
      [nameOf(player.fields), plain(player.ownImportance), ...summarize(player).map(value => value === undefined ? '–' : show(value))])))}`
}

/** The lowest and the highest contribution, and the means where the field's value is low and high. */
function summarize({ contributions, values }: Player): Array<number | undefined> {
  const sorted = [...contributions.keys()].filter(i => toNumber(values?.[i]) !== undefined)
    .sort((a, b) => (toNumber(values?.[a]) ?? 0) - (toNumber(values?.[b]) ?? 0))
  const quarter = Math.floor(sorted.length / 4)
  const meanAt = (places: readonly number[]) => quarter === 0 ? undefined : meanOf(places.map(i => contributions[i]))
  return [
    Math.min(...contributions), Math.max(...contributions),
    meanAt(sorted.slice(0, quarter)), meanAt(sorted.slice(sorted.length - quarter))
  ]
}

function colourValues(values: readonly unknown[] | undefined, length: number): string[] {
  if (values === undefined) return Array.from({ length }, () => 'none')
  return rankValues(values).map(rank => rank === undefined ? 'none' : `v${Math.min(SHADES - 1, Math.floor(rank * SHADES))}`)
}
