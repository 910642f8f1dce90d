/** How many rows have answers of which size. */
import { max } from 'd3-array'
import { scaleLinear } from 'd3-scale'
import type { Histogram } from '../logic/summary.js'
import { usePage } from '../parts/context.js'
import { useWidth } from '../parts/hooks.js'

interface HistogramProps {
  readonly label: string
  readonly histogram: Histogram
  readonly isShare: boolean
  /** Class of a bar, by the middle of its bin. */
  readonly colour: (middle: number) => string
}

const HEIGHT = 220
const MARGIN = { top: 12, right: 26, bottom: 26, left: 56 }

export function HistogramChart({ label, histogram: { edges, counts }, isShare, colour }: HistogramProps) {
  const { format, texts } = usePage()
  const [ref, width] = useWidth<HTMLDivElement>()
  const first = edges[0]
  const last = edges[edges.length - 1]
  const x = scaleLinear([first, first === last ? first + 1 : last], [MARGIN.left, Math.max(width, 200) - MARGIN.right])
  const y = scaleLinear([0, max(counts) ?? 1], [HEIGHT - MARGIN.bottom, MARGIN.top]).nice(4)
  const end = (i: number) => first === last ? first + 1 : edges[i + 1]
  const show = (value: number) => isShare ? format.percent(value).replace(/[.,]0/, '') : format.number(value)
  return (
    <div class="chart" ref={ref}>
      {width > 0 && (
        <svg width={width} height={HEIGHT} role="img" aria-label={label}>
          {y.ticks(4).filter(Number.isInteger).map(tick => (
            <g key={tick} class="grid" transform={`translate(0,${y(tick)})`}>
              <line x1={MARGIN.left} x2={width - MARGIN.right} />
              <text x={MARGIN.left - 8} dy="0.32em" text-anchor="end">{format.count(tick)}</text>
            </g>
          ))}
          {counts.map((count, i) => (
            <rect
              key={i} class={`column ${colour((edges[i] + end(i)) / 2)}`} x={x(edges[i]) + 1} y={y(count)}
              width={Math.max(1, x(end(i)) - x(edges[i]) - 2)} height={y(0) - y(count)} rx="2"
            />
          ))}
          {x.ticks(Math.max(2, Math.floor(width / 110))).map(tick => (
            <text key={tick} class="tick" x={x(tick)} y={HEIGHT - 8} text-anchor="middle">{show(tick)}</text>
          ))}
        </svg>
      )}
      <details>
        <summary>{texts.asTable}</summary>
        <div class="scroll" role="region" aria-label={label} tabIndex={0}>
          <table class="plain">
            <thead><tr><th scope="col">{texts.value}</th><th scope="col" class="number">{texts.rowsAxis}</th></tr></thead>
            <tbody>
              {counts.map((count, i) => count > 0 && (
                <tr key={i}><th scope="row">{show(edges[i])} – {show(end(i))}</th><td class="number">{format.count(count)}</td></tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </div>
  )
}
