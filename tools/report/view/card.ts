/** The model card: where a model comes from, what it takes, how good it is, and its proof. */
import { describeMissing, describeRange, labelOf } from '../../../page/logic/describe-input.js'
import type { Model } from '../../../src/model/types.js'
import { drawBars, shorten } from './charts.js'
import type { Context } from './context.js'
import { html, type Markup, type Part } from './markup.js'

/** Importances, inputs and classes that are listed. */
const IMPORTANCES = 20
const INPUTS = 500
const CLASSES = 30

/** Characters of a field's range or categories. */
const RANGE = 300

export interface CardOptions {
  readonly model: Model
  /** Size of the dump. */
  readonly bytes: number
  readonly goldenRows: number
}

export function drawCard(context: Context, options: CardOptions): Markup {
  const { texts: { own, page } } = context
  const { model, goldenRows } = options
  return html`<section id="card"><h2>${own.cardTitle}</h2>
<p class="lead">${model.description ?? model.name}. ${page.task[model.task]}.</p>
<div class="pair"><div><h3>${page.provenance}</h3>${drawProvenance(context, options)}
<h3>${page.proof}</h3><p>${goldenRows > 0 ? own.proven(context.format.count(goldenRows)) : own.noGolden}</p></div>
<div>${drawQuality(context, model)}${drawImportances(context, model)}</div></div>
<h3>${page.inputsTitle}</h3>${drawInputs(context, model)}</section>`
}

function drawList(facts: ReadonlyArray<readonly [string, Part]>): Markup {
  return html`<dl class="facts">${facts.filter(([, fact]) => fact !== undefined).map(([term, fact]) => html`<div><dt>${term}</dt><dd>${fact}</dd></div>`)}</dl>`
}

function drawProvenance({ texts: { own, page }, format }: Context, { model, bytes }: CardOptions): Markup {
  const { provenance: { estimator, recipe, converter, sklearnVersion, sources, golden }, outputs, digest } = model
  return drawList([
    [page.estimator, estimator],
    [page.size, page.sizeText(format.count(model.nTrees), format.count(model.nNodes), format.bytes(bytes))],
    ...outputs.flatMap(({ name, classes }, i): Array<readonly [string, Part]> => classes === undefined ? [] : [[
      outputs.length === 1 ? page.classes : `${page.classes}, ${name ?? i}`,
      classes.slice(0, CLASSES).map(String).join(', ') + (classes.length > CLASSES ? ', …' : '')
    ]]),
    [page.trainedWith, sklearnVersion], [page.recipe, recipe], [page.converter, converter], [page.goldenBy, golden],
    ...sources.map(({ file, bytes, sha256 }) =>
      [page.file, html`${file}, ${format.bytes(bytes)}<code class="digest">${sha256}</code>`] as const),
    [own.digest, digest === undefined ? undefined : html`<code class="digest">${digest}</code>`]
  ])
}

function drawQuality({ texts: { page }, format }: Context, { provenance: { quality } }: Model): Markup | undefined {
  if (quality === undefined) return undefined
  return html`<h3>${page.quality}</h3>${drawList(Object.entries(quality).map(([key, value]) =>
    [key, typeof value === 'string' && /^[0-9a-f]{64}$/.test(value) ? html`<code class="digest">${value}</code>` : format.value(value)]))}`
}

function drawImportances({ texts: { page }, format }: Context, { featureImportances = [], inputs }: Model): Markup {
  const descriptions = new Map(inputs.map(({ name, description }) => [name, description]))
  const ranked = [...featureImportances].sort((a, b) => b.importance - a.importance).slice(0, IMPORTANCES)
  return html`<h3>${page.importances}</h3>${ranked.length === 0 ? html`<p>${page.noImportances}</p>` : html`<p class="note">${page.importancesText}</p>${drawBars({
    caption: page.importances, header: [page.feature, page.importance],
    bars: ranked.map(({ feature, importance }) => ({
      label: labelOf(page, feature, descriptions.get(feature)), value: importance, cells: [format.percent(importance)]
    }))
  })}`}`
}

function drawInputs({ texts: { page, own }, format }: Context, { inputs, usedInputs }: Model): Markup {
  return html`<div class="scroll" role="region" aria-label="${page.inputsTitle}" tabindex="0"><table class="plain">
<thead><tr>${[page.field, page.type, page.range, page.whenMissing, page.used].map(title => html`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>${inputs.slice(0, INPUTS).map(input => html`<tr><th scope="row"><code>${input.name}</code></th><td>${page.types[input.type]}</td><td>${shorten(describeRange(input, page, format.number), RANGE)}</td><td>${describeMissing(input, page, format.value)}</td><td>${usedInputs.has(input.name) ? page.yes : page.no}</td></tr>`)}</tbody>
</table></div>${inputs.length > INPUTS ? html`<p class="note">${own.otherValues}: ${format.count(inputs.length - INPUTS)}</p>` : undefined}`
}
