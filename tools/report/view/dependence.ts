/** The contribution of a field against its value. */
import { unitOf } from '../../../page/logic/describe-input.js'
import type { Input } from '../../../src/model/types.js'
import type { Player } from '../data/explain-sample.js'
import { drawScatter, drawSwarms, shorten } from './charts.js'
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

/** Characters of a category. */
const LABEL = 60

/** Places of a curve's line. */
const STEPS = 16

interface DependenceOptions {
  /** Strongest first. */
  readonly players: readonly Player[]
  readonly inputs: readonly Input[]
  readonly axis: string
  readonly show: (value: number) => string
}

/** The rows of one value, or of a range of values, by name. */
interface Group {
  readonly label: string
  readonly contributions: readonly number[]
}

/** The rows of a range of values. */
interface Range {
  readonly ends: readonly [first: number, last: number]
  /** Their mean value. */
  readonly middle: number
  readonly contributions: readonly number[]
}

export function drawDependence(context: Context, { players, inputs, axis, show }: DependenceOptions): Markup {
  const { own } = context.texts
  // What contributes nothing to any row has no curve, and what customers have written is not for a report.
  const texts = new Set(inputs.filter(({ type }) => type === 'text').map(({ name }) => name))
  const drawn = players
    .filter(({ fields, values, ownImportance }) => values !== undefined && ownImportance > 0 && !texts.has(fields[0]))
    .slice(0, FIELDS)
  if (drawn.length === 0) return html``
  return html`<h3>${own.dependence}</h3><p class="note">${own.dependenceText(context.format.count(DOTS))}</p>
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
  const { texts: { own, page }, format } = context
  const label = own.dependenceOf(context.nameOf(fields))
  const points = values.map((value, i) => [toNumber(value), contributions[i]] as const)
  const numeric = points.filter((point): point is readonly [number, number] => point[0] !== undefined)
  if (new Set(numeric.map(([value]) => value)).size > FEW) {
    const groups = groupNumbers(numeric)
    const showX = context.numbersOf(groups.map(({ middle }) => middle))
    const name = context.nameOf(fields)
    const unit = input?.type === 'number' ? unitOf(page, input.unit, name) : undefined
    const left = points.length - numeric.length
    return html`${drawFigure(context, drawScatter({
      label, points: spaced(numeric, DOTS), axis: unit === undefined ? name : `${name} (${unit})`,
      line: groups.map(({ middle, contributions: own }) => [middle, meanOf(own)]), showX, showY: show
    }), tabulate(context, label, groups.map(({ ends: [first, last], contributions }) =>
      ({ label: first === last ? showX(first) : `${showX(first)} – ${showX(last)}`, contributions })), show))}${left > 0 ? html`<p class="note">${own.withoutValue(format.count(left))}</p>` : undefined}`
  }
  const groups = groupCategories(context, values, contributions, input)
  return drawFigure(context, drawSwarms({
    label, layout: 'narrow', axis, show,
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
function groupNumbers(points: ReadonlyArray<readonly [number, number]>): Range[] {
  const sorted = [...points].sort(([a], [b]) => a - b)
  const groups: Range[] = []
  for (let start = 0; start < sorted.length;) {
    let end = Math.min(sorted.length, start + Math.ceil(sorted.length / STEPS))
    while (end < sorted.length && sorted[end][0] === sorted[end - 1][0]) end++
    const part = sorted.slice(start, end)
    groups.push({
      ends: [part[0][0], part[part.length - 1][0]],
      contributions: part.map(([, contribution]) => contribution), middle: meanOf(part.map(([value]) => value))
    })
    start = end
  }
  return groups
}

/** All categories that a model does not know are one. */
const UNKNOWN = Symbol('unknown')

/** Numbers by size, categories by how many rows have them, missing values last. */
function groupCategories(
  { texts: { own, page }, format }: Context, values: readonly unknown[], contributions: Float64Array,
  input: Input | undefined
): Group[] {
  const known = input?.type === 'category' && input.hashed !== true ? new Set(input.categories) : undefined
  const nameOf = (value: unknown) => {
    if (value === UNKNOWN) return own.unknown
    if (value === null) return own.missingValue
    return typeof value === 'boolean' ? value ? page.yes : page.no : shorten(format.value(value), LABEL)
  }
  const groups = new Map<unknown, number[]>()
  values.forEach((value, i) => {
    const key = typeof value === 'string' && known?.has(value) === false ? UNKNOWN : value ?? null
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [contributions[i]])
    else group.push(contributions[i])
  })
  const ranked = [...groups].sort(([a, ofA], [b, ofB]) => {
    const order = Number(a === null) - Number(b === null)
    if (order !== 0) return order
    return typeof a === 'number' && typeof b === 'number' ? a - b : ofB.length - ofA.length
  })
  const rest = ranked.slice(CATEGORIES).flatMap(([, group]) => group)
  return [
    ...ranked.slice(0, CATEGORIES).map(([value, group]) => ({ label: nameOf(value), contributions: group })),
    ...rest.length > 0 ? [{ label: own.otherValues, contributions: rest }] : []
  ]
}
