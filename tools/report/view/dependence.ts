/** The contribution of a field against its value. */
import type { Input } from '../../../src/model/types.js'
import type { Player } from '../data/explain-sample.js'
import { drawScatter, drawSwarms } from './charts.js'
import type { Context } from './context.js'
import { html, type Markup } from './markup.js'
import { drawFigure, drawTable } from './table.js'
import { meanOf, spaced, toNumber } from './values.js'

/** Fields that are drawn, the strongest first. */
const FIELDS = 8

/** Different numbers that are still drawn like categories, each on a line of its own. */
const FEW = 6

/** Categories that have a line of their own, the most frequent ones. */
const CATEGORIES = 10

/** Dots of a curve, and of one line. */
const DOTS = 500
const DOTS_OF_LINE = 150

/** Places of a curve's line. */
const STEPS = 16

interface DependenceOptions {
  /** Strongest first. */
  readonly players: readonly Player[]
  readonly inputs: readonly Input[]
  readonly axis: string
  readonly show: (value: number) => string
}

/** The rows of one value, or of a range of values. */
interface Group {
  readonly label: string
  readonly contributions: readonly number[]
}

export function drawDependence(context: Context, { players, inputs, axis, show }: DependenceOptions): Markup {
  const { texts: { own } } = context
  // What contributes nothing to any row has no curve.
  const drawn = players
    .filter(({ values, ownImportance }) => values !== undefined && ownImportance > 0)
    .slice(0, FIELDS)
  if (drawn.length === 0) return html``
  return html`<h3>${own.dependence}</h3><p class="note">${own.dependenceText}</p>
<div class="pair">${drawn.map(player => {
    const [field] = player.fields
    const input = inputs.find(({ name }) => name === field)
    return html`<div><h4>${context.nameOf([field])}</h4>${drawField(context, player, input, axis, show)}</div>`
  })}</div>`
}

function drawField(
  context: Context, { fields, contributions, values = [] }: Player, input: Input | undefined, axis: string,
  show: (value: number) => string
): Markup {
  const { texts: { own }, format } = context
  const label = own.dependenceOf(context.nameOf(fields))
  const points = values.map((value, i) => [toNumber(value), contributions[i]] as const)
  const numeric = points.filter((point): point is readonly [number, number] => point[0] !== undefined)
  if (new Set(numeric.map(([value]) => value)).size > FEW) {
    const groups = groupNumbers(numeric, format.number)
    const unit = input?.type === 'number' && input.unit !== undefined ? ` (${input.unit})` : ''
    const left = points.length - numeric.length
    return html`${drawFigure(context, drawScatter({
      label, points: spaced(numeric, DOTS), axis: `${context.nameOf(fields)}${unit}`,
      line: groups.map(({ middle, contributions: own }) => [middle, meanOf(own)]), showX: format.number, showY: show
    }), tabulate(context, label, groups, show))}${left > 0 ? html`<p class="note">${own.withoutValue(format.count(left))}</p>` : undefined}`
  }
  const groups = groupCategories(context, values, contributions, input)
  return drawFigure(context, drawSwarms({
    label, isWide: false, axis, show,
    swarms: groups.map(({ label, contributions }) => {
      const dots = spaced(contributions, DOTS_OF_LINE)
      return { label, values: dots, colours: dots.map(() => 'series'), mean: meanOf(contributions) }
    })
  }), tabulate(context, label, groups, show))
}

function tabulate(
  { texts: { own, page }, format }: Context, label: string, groups: readonly Group[], show: (value: number) => string
): Markup {
  const header = [page.value, page.rowsAxis, own.mean, own.lowest, own.highest]
  return drawTable(label, header, groups.map(({ label, contributions }) => {
    const numbers = [meanOf(contributions), Math.min(...contributions), Math.max(...contributions)]
    return [label, format.count(contributions.length), ...numbers.map(show)]
  }))
}

/** Ranges of about equally many rows; equal numbers stay together. */
function groupNumbers(
  points: ReadonlyArray<readonly [number, number]>, show: (value: number) => string
): Array<Group & { readonly middle: number }> {
  const sorted = [...points].sort(([a], [b]) => a - b)
  const groups: Array<Group & { readonly middle: number }> = []
  for (let start = 0; start < sorted.length;) {
    let end = Math.min(sorted.length, start + Math.ceil(sorted.length / STEPS))
    while (end < sorted.length && sorted[end][0] === sorted[end - 1][0]) end++
    const part = sorted.slice(start, end)
    const [first, last] = [part[0][0], part[part.length - 1][0]]
    groups.push({
      label: first === last ? show(first) : `${show(first)} – ${show(last)}`,
      contributions: part.map(([, contribution]) => contribution), middle: meanOf(part.map(([value]) => value))
    })
    start = end
  }
  return groups
}

/** Numbers by size, categories by how many rows have them, missing values last. */
function groupCategories(
  { texts: { own, page }, format }: Context, values: readonly unknown[], contributions: Float64Array,
  input: Input | undefined
): Group[] {
  const known = input?.type === 'category' && input.hashed !== true ? new Set(input.categories) : undefined
  const nameOf = (value: unknown) => {
    if (value === null || value === undefined) return own.missingValue
    if (typeof value === 'boolean') return value ? page.yes : page.no
    return typeof value === 'string' && known?.has(value) === false ? own.unknown : format.value(value)
  }
  const groups = new Map<string, { readonly sample: unknown, readonly contributions: number[] }>()
  values.forEach((value, i) => {
    const name = nameOf(value)
    const group = groups.get(name)
    if (group === undefined) groups.set(name, { sample: value, contributions: [contributions[i]] })
    else group.contributions.push(contributions[i])
  })
  const isMissing = (value: unknown) => value === null || value === undefined
  const ranked = [...groups].sort(([, a], [, b]) => {
    const order = Number(isMissing(a.sample)) - Number(isMissing(b.sample))
    if (order !== 0) return order
    if (typeof a.sample === 'number' && typeof b.sample === 'number') return a.sample - b.sample
    return b.contributions.length - a.contributions.length
  })
  const rest = ranked.slice(CATEGORIES).flatMap(([, group]) => group.contributions)
  return [
    ...ranked.slice(0, CATEGORIES).map(([label, group]) => ({ label, contributions: group.contributions })),
    ...rest.length > 0 ? [{ label: own.otherValues, contributions: rest }] : []
  ]
}
