/** Charts as SVG text: bars and lines on logarithmic scales. Readable on a light and on a dark page. */

export interface Bar {
  readonly label: string
  readonly value: number
  /** Ours stands out. */
  readonly strong: boolean
}

export interface Line {
  readonly label: string
  readonly points: ReadonlyArray<readonly [number, number]>
  readonly strong: boolean
}

const WIDTH = 760
const STRONG = '#0a7d55'
const WEAK = ['#7a8699', '#b8743c', '#5b6ee1', '#b3475f', '#8a63b8', '#3d8fa8']

/** Horizontal bars from the shortest to the longest, on a logarithmic scale. */
export function drawBars(title: string, unit: string, bars: readonly Bar[]): string {
  const sorted = [...bars].sort((a, b) => a.value - b.value)
  const [left, row] = [260, 24]
  const low = Math.log10(Math.min(...sorted.map(({ value }) => value))) - 0.3
  const high = Math.log10(Math.max(...sorted.map(({ value }) => value)))
  const width = (value: number) => (Math.log10(value) - low) / (high - low) * (WIDTH - left - 90)
  const rows = sorted.map(({ label, value, strong }, i) => {
    const y = 50 + i * row
    return text(left - 8, y + 12, label, 'end', strong) +
      `<rect x="${left}" y="${y}" width="${width(value).toFixed(1)}" height="16" fill="${strong ? STRONG : WEAK[0]}"/>` +
      text(left + width(value) + 6, y + 12, `${format(value)} ${unit}`, 'start', strong)
  })
  return wrap(50 + sorted.length * row + 20, title, `logarithmic scale; shorter is better`, rows.join(''))
}

/** Lines through points, both scales logarithmic. */
export function drawLines(title: string, xLabel: string, yLabel: string, lines: readonly Line[]): string {
  const [left, top, width, height] = [70, 50, WIDTH - 340, 260]
  const xs = lines.flatMap(({ points }) => points.map(([x]) => Math.log10(x)))
  const ys = lines.flatMap(({ points }) => points.map(([, y]) => Math.log10(y)))
  const scale = (values: number[], from: number, length: number) => {
    const [min, max] = [Math.min(...values), Math.max(...values)]
    return (value: number) => from + (Math.log10(value) - min) / (max - min || 1) * length
  }
  const x = scale(xs, left, width)
  const y = scale(ys, top + height, -height)
  const ticks = (values: number[], draw: (value: number) => string) => {
    const decades = []
    for (let d = Math.ceil(Math.min(...values) - 0.01); d <= Math.max(...values) + 0.01; d++) decades.push(10 ** d)
    return decades.map(draw).join('')
  }
  const grid = ticks(xs, value => `<path d="M${x(value).toFixed(1)} ${top}v${height}" stroke="#8884"/>` +
      text(x(value), top + height + 18, format(value), 'middle')) +
    ticks(ys, value => `<path d="M${left} ${y(value).toFixed(1)}h${width}" stroke="#8884"/>` +
      text(left - 8, y(value) + 4, format(value), 'end'))
  // Labels at the ends of the lines, pushed apart where they would overlap.
  const ends = lines.map((line, i) => ({ line, i, at: y(line.points.at(-1)?.[1] ?? 1) })).sort((a, b) => a.at - b.at)
  let last = -Infinity
  const drawn = ends.map(({ line: { label, points, strong }, i, at }) => {
    const colour = strong ? STRONG : WEAK[i % WEAK.length]
    last = Math.max(at, last + 16)
    const path = points.map(([px, py], n) => `${n === 0 ? 'M' : 'L'}${x(px).toFixed(1)} ${y(py).toFixed(1)}`).join('')
    const dots = points.map(([px, py]) => `<circle cx="${x(px).toFixed(1)}" cy="${y(py).toFixed(1)}" r="3" fill="${colour}"/>`)
    return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="${strong ? 3 : 1.5}"/>${dots.join('')}` +
      text(left + width + 10, last + 4, label, 'start', strong, colour)
  })
  return wrap(Math.max(top + height + 30, last + 20), title, `${yLabel} against ${xLabel}, logarithmic scales`, grid + drawn.join(''))
}

function wrap(height: number, title: string, subtitle: string, body: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" ` +
    `font-family="system-ui, sans-serif" font-size="12"><title>${escape(title)}</title>` +
    `<style>text{fill:#333}@media(prefers-color-scheme:dark){text{fill:#ddd}}</style>` +
    `<text x="12" y="20" font-size="15" font-weight="600">${escape(title)}</text>${text(12, 37, subtitle, 'start')}${body}</svg>\n`
}

function text(x: number, y: number, content: string, anchor: string, strong = false, colour?: string): string {
  const style = colour === undefined ? '' : ` style="fill:${colour}"`
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}"${strong ? ' font-weight="600"' : ''}${style}>${escape(content)}</text>`
}

function format(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(2)))
}

function escape(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
