/** Charts as SVG that needs no script. Their colours are classes of the style. */
import { scaleLinear, type ScaleLinear } from 'd3-scale'
import type { Histogram } from '../../../page/logic/summary.js'
import { html, type Markup, type Part } from './markup.js'

/** Of a chart that has the whole width, and of one of two beside each other. */
const WIDE = 960
const NARROW = 460

interface Frame {
  readonly label: string
  readonly width: number
  readonly height: number
}

function svg({ label, width, height }: Frame, content: Part): Markup {
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">${content}</svg>`
}

/** Digits of a place in a drawing. */
const place = (value: number) => Math.round(value * 10) / 10

interface Limit {
  readonly at: number
  readonly label: string
}

/** Height of a limit's text. */
const LIMIT_LINE = 17

interface HistogramOptions {
  readonly label: string
  readonly histogram: Histogram
  /** Name of a bar's colour, by the middle of its bin. */
  readonly colour: (middle: number) => string
  readonly limits: readonly Limit[]
  /** Gives what writes the numbers of the axis. */
  readonly show: (ticks: readonly number[]) => (value: number) => string
  readonly count: (value: number) => string
}

export function drawHistogram({ label, histogram, colour, limits, show, count }: HistogramOptions): Markup {
  const { edges, counts } = histogram
  // Each limit's text has a line of its own.
  const top = 12 + limits.length * LIMIT_LINE
  const frame = { label, width: NARROW, height: top + 228 }
  const [left, right, bottom] = [52, NARROW - 20, top + 198]
  const [first, last] = [edges[0], edges[edges.length - 1]]
  const isPoint = first === last
  const x = scaleLinear(isPoint ? [first - 1, first + 1] : [first, last], [left, right])
  const y = scaleLinear([0, Math.max(...counts)], [bottom, top]).nice(4)
  const ticks = isPoint ? [first] : x.ticks(6)
  const write = show(ticks)
  const ends = (i: number) => isPoint ? [x(first) - 20, x(first) + 20] : [x(edges[i]), x(edges[i + 1])]
  return svg(frame, [
    html`<g class="grid">${y.ticks(4).filter(Number.isInteger).map(tick => html`<path d="M${left} ${place(y(tick))}H${right}"/><text x="${left - 8}" y="${place(y(tick))}" dy=".32em" text-anchor="end">${count(tick)}</text>`)}</g>`,
    counts.map((rows, i) => {
      const [from, to] = ends(i)
      const middle = isPoint ? first : (edges[i] + edges[i + 1]) / 2
      return rows === 0 ? undefined : html`<rect class="fill-${colour(middle)}" x="${place(from + 1)}" y="${place(y(rows))}" width="${place(Math.max(1, to - from - 2))}" height="${place(Math.max(1, bottom - y(rows)))}" rx="2"/>`
    }),
    ticks.map(tick => html`<text x="${place(x(tick))}" y="${bottom + 20}" text-anchor="middle">${write(tick)}</text>`),
    limits.map(({ at, label: text }, i) => {
      const [line, y, isLeft] = [place(x(at)), 10 + i * LIMIT_LINE, x(at) < (left + right) / 2]
      return html`<path class="limit" d="M${line} ${y - 6}V${bottom}"/><text x="${isLeft ? line + 5 : line - 5}" y="${y}" dy=".32em" text-anchor="${isLeft ? 'start' : 'end'}">${text}</text>`
    })
  ])
}

/** One line of dots. */
interface Swarm {
  readonly label: string
  readonly values: readonly number[]
  /** Names of the dots' colours. */
  readonly colours: readonly string[]
  /** Where a bar stands across. */
  readonly mean?: number
}

interface SwarmsOptions {
  readonly label: string
  readonly swarms: readonly Swarm[]
  readonly axis: string
  readonly show: (value: number) => string
  readonly layout: Layout
}

/** Across the page, in half of it, or in half of it with each name above its dots. */
export type Layout = 'wide' | 'narrow' | 'stacked'

/** Where dots begin, what a line takes, and the characters of a name. */
const LAYOUTS = {
  wide: { width: WIDE, left: 230, step: 42, length: 32 },
  narrow: { width: NARROW, left: 148, step: 32, length: 20 },
  stacked: { width: NARROW, left: 4, step: 54, length: 60 }
} as const

const DOT = 3.6

/** Lines of dots above each other, in which dots that would hide each other are spread to both sides. */
export function drawSwarms({ label, swarms, axis, show, layout }: SwarmsOptions): Markup {
  const { width, left, step, length } = LAYOUTS[layout]
  const isStacked = layout === 'stacked'
  const [right, bottom] = [width - 28, swarms.length * step + 8]
  const span = spanOf(swarms.flatMap(({ values, mean = 0 }) => [...values, mean, 0]))
  const count = layout === 'wide' ? 7 : 3
  const x = scaleLinear(span, [left + 10, right]).nice(count)
  const ticks = x.ticks(count)
  return svg({ label, width, height: bottom + 42 }, [
    html`<g class="grid">${ticks.map(tick => html`<path${tick === 0 ? html` class="zero"` : undefined} d="M${place(x(tick))} 4V${bottom}"/><text x="${place(x(tick))}" y="${bottom + 17}" text-anchor="middle">${show(tick)}</text>`)}</g>`,
    html`<text class="axis" x="${(left + right) / 2}" y="${bottom + 36}" text-anchor="middle">${axis}</text>`,
    swarms.map(({ label: name, values, colours, mean }, s) => {
      const [top, bottom] = [s * step + (isStacked ? 22 : 4), (s + 1) * step + 4]
      const middle = (top + bottom) / 2
      const [nameX, nameY, anchor] = isStacked ? [left, top - 7, 'start'] as const : [left - 8, middle, 'end'] as const
      return [
        html`<text class="name" x="${nameX}" y="${nameY}" dy=".32em" text-anchor="${anchor}">${shorten(name, length)}<title>${name}</title></text>`,
        drawDots(spread(values.map(value => x(value)), middle, (bottom - top) / 2 - 3), colours),
        mean === undefined ? undefined : html`<path class="mean" d="M${place(x(mean))} ${top + 4}V${bottom - 4}"/>`
      ]
    })
  ])
}

type Dot = readonly [x: number, y: number]

/** @param half room to each side of the middle */
function spread(xs: readonly number[], middle: number, half: number): Dot[] {
  const stacks = new Map<number, number>()
  const ranks = xs.map(value => {
    const stack = Math.round(value / DOT)
    const rank = stacks.get(stack) ?? 0
    stacks.set(stack, rank + 1)
    return rank
  })
  const gap = Math.min(DOT * 0.8, 2 * half / Math.max(...stacks.values(), 1))
  return xs.map((value, i) => [value, middle + (ranks[i] % 2 === 0 ? 1 : -1) * Math.ceil(ranks[i] / 2) * gap])
}

/** Dots that are drawn before all colours begin again: no colour hides the others where dots are dense. */
const ROUND = 40

/** One path per colour and round: a dot is a line without length and with round ends. */
function drawDots(dots: readonly Dot[], colours: readonly string[]): Markup[] {
  const paths = new Map<string, { readonly colour: string, path: string }>()
  dots.forEach(([x, y], i) => {
    const colour = colours[i]
    const key = `${Math.floor(i / ROUND)} ${colour}`
    const drawn = paths.get(key) ?? { colour, path: '' }
    drawn.path += `M${place(x)} ${place(y)}h0`
    paths.set(key, drawn)
  })
  return [...paths.values()].map(({ colour, path }) => html`<path class="dots line-${colour}" d="${path}"/>`)
}

interface ScatterOptions {
  readonly label: string
  readonly points: ReadonlyArray<readonly [x: number, y: number]>
  /** Means, from left to right. */
  readonly line: ReadonlyArray<readonly [x: number, y: number]>
  readonly showX: (value: number) => string
  readonly showY: (value: number) => string
  readonly axis: string
}

export function drawScatter({ label, points, line, showX, showY, axis }: ScatterOptions): Markup {
  const frame = { label, width: NARROW, height: 270 }
  const [left, right, top, bottom] = [70, frame.width - 22, 12, 218]
  const x = scaleLinear(spanOf([...points, ...line].map(([value]) => value)), [left + 6, right])
  const y = scaleLinear(spanOf([0, ...[...points, ...line].map(([, value]) => value)]), [bottom, top]).nice(4)
  const move = (scaleX: ScaleLinear<number, number>) => ([px, py]: Dot): Dot => [scaleX(px), y(py)]
  return svg(frame, [
    html`<g class="grid">${y.ticks(4).map(tick => html`<path${tick === 0 ? html` class="zero"` : undefined} d="M${left} ${place(y(tick))}H${right}"/><text x="${left - 8}" y="${place(y(tick))}" dy=".32em" text-anchor="end">${showY(tick)}</text>`)}</g>`,
    x.ticks(5).map(tick => html`<text x="${place(x(tick))}" y="${bottom + 20}" text-anchor="middle">${showX(tick)}</text>`),
    html`<text class="axis" x="${(left + right) / 2}" y="${bottom + 42}" text-anchor="middle">${axis}</text>`,
    html`<g class="faint">${drawDots(points.map(move(x)), points.map(() => 'series'))}</g>`,
    html`<path class="curve" d="${line.map(move(x)).map(([px, py], i) => `${i === 0 ? 'M' : 'L'}${place(px)} ${place(py)}`).join('')}"/>`
  ])
}

interface Bar {
  readonly label: string
  readonly value: number
  readonly colour?: string
  /** What stands beside the bar, in columns. */
  readonly cells: readonly string[]
}

interface BarsOptions {
  readonly caption: string
  /** Of the label, and of each of the cells. */
  readonly header: readonly string[]
  readonly bars: readonly Bar[]
}

/** Bars in a table, which needs no other text. */
export function drawBars({ caption, header: [first, ...others], bars }: BarsOptions): Markup {
  const most = Math.max(...bars.map(({ value }) => value)) || 1
  return html`<table class="bars"><caption class="hidden">${caption}</caption>
<thead><tr><th scope="col">${first}</th><td></td>${others.map(title => html`<th scope="col" class="number">${title}</th>`)}</tr></thead>
<tbody>${bars.map(({ label, value, colour = 'series', cells }) => html`<tr><th scope="row">${label}</th><td class="track" aria-hidden="true"><svg viewBox="0 0 100 10" preserveAspectRatio="none"><rect class="fill-${colour}" width="${place(value / most * 100)}" height="10"/></svg></td>${cells.map(cell => html`<td class="number">${cell}</td>`)}</tr>`)}</tbody></table>`
}

function spanOf(values: readonly number[]): [number, number] {
  let [low, high] = [Infinity, -Infinity]
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)]
  if (low > high) return [0, 1]
  return low === high ? [low - 0.5, high + 0.5] : [low, high]
}

/** @returns at most so many characters */
export function shorten(text: string, length: number): string {
  const characters = Array.from(text)
  return characters.length > length ? `${characters.slice(0, length - 1).join('')}…` : text
}
